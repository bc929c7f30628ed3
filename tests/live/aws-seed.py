"""Put secrets, parameters and objects into the AWS of the environment.

The file's form is told in `aws`, which runs this.
"""
import json
import os
import sys

import boto3


def text(value):
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"))


def pairs(entries, member):
    """{NAME: VALUE}, or the longer [{"name": NAME, member: VALUE}]."""
    if isinstance(entries, dict):
        return entries.items()
    return [(entry["name"], entry[member]) for entry in entries]


def session_of(account):
    """moto keeps the accounts apart: a role leads into the wanted one."""
    if not account:
        return boto3.Session()
    credentials = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/seed",
        RoleSessionName="seed")["Credentials"]
    return boto3.Session(credentials["AccessKeyId"],
                         credentials["SecretAccessKey"],
                         credentials["SessionToken"])


def seed_secrets(session, secrets):
    client = session.client("secretsmanager")
    for name, value in pairs(secrets, "string"):
        try:
            client.create_secret(Name=name, SecretString=text(value))
        except client.exceptions.ResourceExistsException:
            # Every put makes a version: what stays as it is must not be put.
            now = client.get_secret_value(SecretId=name)["SecretString"]
            if now != text(value):
                client.put_secret_value(SecretId=name,
                                        SecretString=text(value))


def seed_parameters(session, parameters):
    client = session.client("ssm")
    if isinstance(parameters, dict):
        parameters = [{"name": name, "value": value}
                      for name, value in parameters.items()]
    for entry in parameters:
        known = client.get_parameters(Names=[entry["name"]],
                                      WithDecryption=True)["Parameters"]
        if known and known[0]["Value"] == text(entry["value"]):
            continue
        client.put_parameter(Name=entry["name"], Value=text(entry["value"]),
                             Type=entry.get("type", "SecureString"),
                             Overwrite=True)


def objects(buckets):
    """(bucket, key, body) of either form."""
    if isinstance(buckets, list):
        return [(o["bucket"], o["key"], o["body"]) for o in buckets]
    return [(bucket, key, body) for bucket, content in buckets.items()
            for key, body in content.items()]


def seed_buckets(session, buckets):
    client = session.client("s3")
    region = {"LocationConstraint": os.environ["AWS_REGION"]}
    for bucket, key, body in objects(buckets):
        try:
            client.create_bucket(Bucket=bucket,
                                 CreateBucketConfiguration=region)
        except client.exceptions.BucketAlreadyOwnedByYou:
            pass
        client.put_object(Bucket=bucket, Key=key, Body=text(body))


SEEDERS = {
    "secretsmanager": seed_secrets,
    "ssm": seed_parameters,
    "s3": seed_buckets,
}
# moto asks neither who may assume a role nor what the role may do.
IGNORED = ("region", "iam")

with open(sys.argv[1], encoding="utf-8") as file:
    seed = json.load(file)
session = session_of(seed.pop("account", None))
for service, content in seed.items():
    if service not in IGNORED:
        SEEDERS[service](session, content)
