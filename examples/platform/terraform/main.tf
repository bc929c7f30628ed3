data "aws_caller_identity" "current" {}

locals {
  name    = "platform-${var.environment}"
  account = data.aws_caller_identity.current.account_id
  here    = "${var.region}:${local.account}"

  read_secrets = [
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:DescribeSecret",
  ]

  # One role for each ServiceAccount that speaks to AWS.  The account names
  # are those of ../base: a role trusts exactly one of them.
  workloads = {
    shop-web = {
      namespace       = "shop"
      service_account = "web"
      actions         = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources       = ["*"]
    }
    shop-api = {
      namespace       = "shop"
      service_account = "api"
      actions         = ["s3:PutObject", "s3:GetObject", "sqs:SendMessage"]
      resources       = ["${aws_s3_bucket.uploads.arn}/*", aws_sqs_queue.jobs.arn]
    }
    shop-worker = {
      namespace       = "shop"
      service_account = "worker"
      actions         = ["s3:GetObject", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
      resources       = ["${aws_s3_bucket.uploads.arn}/*", aws_sqs_queue.jobs.arn]
    }
    shop-migrate = {
      namespace       = "shop"
      service_account = "migrate"
      actions         = ["rds:CreateDBSnapshot"]
      resources       = [aws_db_instance.shop.arn, "arn:aws:rds:${local.here}:snapshot:${local.name}-*"]
    }
    shop-secrets = {
      namespace       = "shop"
      service_account = "shop-secrets"
      actions         = concat(local.read_secrets, ["ssm:GetParameter", "ssm:GetParameters"])
      resources = [
        "arn:aws:secretsmanager:${local.here}:secret:platform/${var.environment}/shop/*",
        "arn:aws:secretsmanager:${local.here}:secret:platform/${var.environment}/data/cache-??????",
        "arn:aws:ssm:${local.here}:parameter/platform/${var.environment}/shop/*",
      ]
    }
    data-secrets = {
      namespace       = "data"
      service_account = "data-secrets"
      actions         = local.read_secrets
      resources       = ["arn:aws:secretsmanager:${local.here}:secret:platform/${var.environment}/data/*"]
    }
    data-cache-backup = {
      namespace       = "data"
      service_account = "cache-backup"
      actions         = ["s3:PutObject"]
      resources       = ["${aws_s3_bucket.uploads.arn}/backup/*"]
    }
  }
}

module "network" {
  source = "./network"

  name  = local.name
  cidr  = var.vpc_cidr
  zones = ["${var.region}a", "${var.region}b", "${var.region}c"]
}

module "irsa" {
  source   = "./irsa"
  for_each = local.workloads

  name            = "${local.name}-${each.key}"
  provider_arn    = aws_iam_openid_connect_provider.eks.arn
  issuer          = aws_eks_cluster.this.identity[0].oidc[0].issuer
  namespace       = each.value.namespace
  service_account = each.value.service_account
  actions         = each.value.actions
  resources       = each.value.resources
}
