#!/usr/bin/env bash
# Puts the pages on AWS: deploys infra/edge.yaml before the API of a stack that is there, and uploads web/. Prints the
# address, which is then the stack's PublicUrl. Needs the AWS CLI with the rights to do it.
#   infra/pages.sh STACK [NAME=VALUE of a parameter of infra/edge.yaml ...]
set -euo pipefail
cd "$(dirname "$0")/.."
stack=$1
shift
output() {
  aws cloudformation describe-stacks --stack-name "$1" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue"
}
parameter() {
  aws cloudformation describe-stacks --stack-name "$1" --output text \
    --query "Stacks[0].Parameters[?ParameterKey=='$2'].ParameterValue"
}
api=$(output "$stack" ApiUrl)
live=$(output "$stack" LiveUrl)
live=${live#wss://}
live=${live%/live}
aws cloudformation deploy --template-file infra/edge.yaml --stack-name "$stack-pages" --no-fail-on-empty-changeset \
  --parameter-overrides "ApiDomain=${api#https://}" "LiveDomain=$live" \
  "KeysSecret=$(parameter "$stack" KeysSecret)" "KeysVersion=$(parameter "$stack" KeysVersion)" "$@"
aws s3 sync web "s3://$(output "$stack-pages" Bucket)" --delete \
  --exclude "vendor/*.mjs" --exclude "vendor/package*.json" --exclude "vendor/node_modules/*"
aws cloudfront create-invalidation --distribution-id "$(output "$stack-pages" DistributionId)" --paths "/*" >/dev/null
output "$stack-pages" Address
