resource "random_password" "db" {
  length  = 32
  special = false
}

resource "aws_security_group" "db" {
  name        = "${local.name}-db"
  description = "PostgreSQL from the nodes"
  vpc_id      = module.network.vpc_id

  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_eks_cluster.this.vpc_config[0].cluster_security_group_id]
  }
}

resource "aws_db_subnet_group" "shop" {
  name       = local.name
  subnet_ids = module.network.private_subnet_ids
}

resource "aws_db_instance" "shop" {
  identifier              = local.name
  engine                  = "postgres"
  engine_version          = "17.5"
  instance_class          = "db.m7g.large"
  allocated_storage       = 100
  storage_encrypted       = true
  multi_az                = true
  db_name                 = "shop"
  username                = "shop"
  password                = random_password.db.result
  db_subnet_group_name    = aws_db_subnet_group.shop.name
  vpc_security_group_ids  = [aws_security_group.db.id]
  backup_retention_period = 14
  deletion_protection     = true
}

resource "aws_s3_bucket" "uploads" {
  bucket = "example-${local.name}-uploads"
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${local.name}-jobs"
  visibility_timeout_seconds = 300
  sqs_managed_sse_enabled    = true
}

resource "aws_ecr_repository" "shop" {
  for_each = toset(["web", "api", "worker"])

  name                 = "shop/${each.key}"
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_acm_certificate" "shop" {
  domain_name       = "shop.example.com"
  validation_method = "DNS"
}
