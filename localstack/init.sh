#!/usr/bin/env bash
# LocalStack runs this once it is ready. It makes the tables, queues, topics and buckets of infra/template.yaml.
set -euo pipefail
awslocal cloudformation deploy --stack-name karcis --template-file /karcis/resources.json
awslocal ses verify-email-identity --email-address tickets@karcis.example
awslocal dynamodb list-tables
awslocal sqs list-queues
