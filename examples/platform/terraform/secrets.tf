# The names are what ../base/*/secrets ask for, below the prefix.
resource "aws_secretsmanager_secret" "this" {
  for_each = toset(nonsensitive(keys(var.secrets)))

  name                    = "platform/${var.environment}/${each.key}"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each = aws_secretsmanager_secret.this

  secret_id     = each.value.id
  secret_string = jsonencode(var.secrets[each.key])
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "platform/${var.environment}/shop/db"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id = aws_secretsmanager_secret.db.id
  secret_string = jsonencode({
    username = aws_db_instance.shop.username
    password = random_password.db.result
  })
}

resource "random_password" "web_session" {
  length = 48
}

resource "aws_secretsmanager_secret" "web_session" {
  name                    = "platform/${var.environment}/shop/web-session"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "web_session" {
  secret_id     = aws_secretsmanager_secret.web_session.id
  secret_string = random_password.web_session.result
}

resource "aws_ssm_parameter" "smtp_username" {
  name  = "/platform/${var.environment}/shop/smtp/username"
  type  = "String"
  value = var.smtp.username
}

resource "aws_ssm_parameter" "smtp_password" {
  name  = "/platform/${var.environment}/shop/smtp/password"
  type  = "SecureString"
  value = var.smtp.password
}
