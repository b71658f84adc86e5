#!/usr/bin/env bash
# Run by LocalStack once it is ready: makes what the template says, from the template's own words.
set -euo pipefail
awslocal cloudformation deploy --stack-name karcis --template-file /karcis/resources.json
awslocal ses verify-email-identity --email-address tickets@karcis.example
awslocal dynamodb list-tables
awslocal sqs list-queues
