#!/usr/bin/env bash
# Starts LocalStack with Karcis's tables, queues, topics and buckets. Writes the functions' environment for `sam local`.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo run -q -- resources > localstack/resources.json
cargo run -q -- sam-env --aws http://host.docker.internal:4566 --api http://host.docker.internal:3001 > localstack/env.json
docker compose -f localstack/compose.yaml up -d
echo "LocalStack comes up on http://127.0.0.1:4566. Then:"
echo "  infra/build.sh"
echo "  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=ap-southeast-3 \\"
echo "  sam local start-api -t infra/template.yaml --env-vars localstack/env.json --port 3001"
