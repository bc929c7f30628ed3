# What the application layer may know.  ../components/terraform copies these
# into manifests; the rest is for people and checks.
output "environment" { value = var.environment }
output "region" { value = var.region }
output "account_id" { value = local.account }

output "vpc_id" { value = module.network.vpc_id }
output "vpc_cidr" { value = var.vpc_cidr }
output "private_subnet_ids" { value = module.network.private_subnet_ids }
output "public_subnet_ids" { value = module.network.public_subnet_ids }
output "ingress_subnets" { value = join(",", module.network.public_subnet_ids) }

output "cluster_name" { value = aws_eks_cluster.this.name }
output "cluster_endpoint" { value = aws_eks_cluster.this.endpoint }
output "cluster_certificate_authority_data" { value = aws_eks_cluster.this.certificate_authority[0].data }
output "cluster_version" { value = aws_eks_cluster.this.version }
output "cluster_public" { value = aws_eks_cluster.this.vpc_config[0].endpoint_public_access }
output "oidc_issuer" { value = aws_eks_cluster.this.identity[0].oidc[0].issuer }
output "oidc_provider_arn" { value = aws_iam_openid_connect_provider.eks.arn }
output "node_group_size" { value = aws_eks_node_group.general.scaling_config[0] }

output "role_arn_shop_web" { value = module.irsa["shop-web"].role_arn }
output "role_arn_shop_api" { value = module.irsa["shop-api"].role_arn }
output "role_arn_shop_worker" { value = module.irsa["shop-worker"].role_arn }
output "role_arn_shop_migrate" { value = module.irsa["shop-migrate"].role_arn }
output "role_arn_shop_secrets" { value = module.irsa["shop-secrets"].role_arn }
output "role_arn_data_secrets" { value = module.irsa["data-secrets"].role_arn }
output "role_arn_data_cache_backup" { value = module.irsa["data-cache-backup"].role_arn }
output "role_arns" { value = { for name, role in module.irsa : name => role.role_arn } }

output "secret_prefix" { value = "platform/${var.environment}/" }
output "parameter_prefix" { value = "/platform/${var.environment}/" }

output "database_endpoint" { value = aws_db_instance.shop.endpoint }
output "job_queue_url" { value = aws_sqs_queue.jobs.url }
output "upload_bucket" { value = aws_s3_bucket.uploads.bucket }
output "repository_urls" { value = { for name, repository in aws_ecr_repository.shop : name => repository.repository_url } }
output "certificate_arn" { value = aws_acm_certificate.shop.arn }

output "upload_quota_bytes" { value = var.upload_quota_bytes }
output "spot_price_ceiling" { value = var.spot_price_ceiling }

output "database_password" {
  value     = random_password.db.result
  sensitive = true
}
