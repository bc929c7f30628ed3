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


def seed_secrets(secrets):
    client = boto3.client("secretsmanager")
    for name, value in secrets.items():
        try:
            client.create_secret(Name=name, SecretString=text(value))
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=name, SecretString=text(value))


def seed_parameters(parameters):
    client = boto3.client("ssm")
    for name, value in parameters.items():
        client.put_parameter(Name=name, Value=text(value),
                             Type="SecureString", Overwrite=True)


def seed_buckets(buckets):
    client = boto3.client("s3")
    region = {"LocationConstraint": os.environ["AWS_REGION"]}
    for bucket, objects in buckets.items():
        try:
            client.create_bucket(Bucket=bucket,
                                 CreateBucketConfiguration=region)
        except client.exceptions.BucketAlreadyOwnedByYou:
            pass
        for key, value in objects.items():
            client.put_object(Bucket=bucket, Key=key, Body=text(value))


SEEDERS = {
    "secretsmanager": seed_secrets,
    "ssm": seed_parameters,
    "s3": seed_buckets,
}

with open(sys.argv[1], encoding="utf-8") as seed:
    for service, content in json.load(seed).items():
        SEEDERS[service](content)
