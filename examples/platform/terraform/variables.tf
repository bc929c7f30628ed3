variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "environment" {
  type    = string
  default = "prod"
}

variable "vpc_cidr" {
  type    = string
  default = "10.42.0.0/16"
}

variable "kubernetes_version" {
  type    = string
  default = "1.33"
}

variable "upload_quota_bytes" {
  description = "What all customers together may upload.  2^53 + 1: a float cannot hold it."
  type        = number
  default     = 9007199254740993
}

variable "spot_price_ceiling" {
  description = "US dollars an hour.  Has no exact binary form."
  type        = number
  default     = 0.03840000000000000001
}

# Values are set out of band; these are only what the first apply writes.
variable "secrets" {
  description = "Secrets Manager: name below platform/ENVIRONMENT/ -> members."
  type        = map(map(string))
  sensitive   = true
}

variable "smtp" {
  type = object({
    username = string
    password = string
  })
  sensitive = true
}
