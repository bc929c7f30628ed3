# A role that one ServiceAccount of one cluster may assume, and nobody else.
variable "name" { type = string }
variable "provider_arn" { type = string }
variable "issuer" { type = string }
variable "namespace" { type = string }
variable "service_account" { type = string }
variable "actions" { type = list(string) }
variable "resources" { type = list(string) }

locals {
  # Condition keys name the issuer without its scheme.
  issuer = trimprefix(var.issuer, "https://")
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${var.service_account}"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "permissions" {
  statement {
    actions   = var.actions
    resources = var.resources
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "permissions"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.permissions.json
}

output "role_arn" { value = aws_iam_role.this.arn }
