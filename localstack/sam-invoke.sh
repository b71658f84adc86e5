#!/usr/bin/env bash
# Runs register, book and payment-worker in Lambda's own container with `sam local invoke`, against the local cloud's
# AWS port. The local cloud runs in a container beside them, so that they reach it without a port on this machine's
# network.
# Needs Docker and aws-sam-cli; with cargo-lambda it builds for Lambda's glibc wherever it runs. KARCIS_COMPILER=cargo
# leaves cargo-lambda out; KARCIS_PROFILE is then the profile to build.
# Images that are not on the machine are pulled; PULL=--skip-pull-image uses what is there.
set -euo pipefail
cd "$(dirname "$0")/.."
functions=(register book payment-worker)
network=karcis-sam-invoke
cloud=karcis-sam-invoke-cloud
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'docker rm -f "$cloud" >/dev/null 2>&1 || true; docker network rm "$network" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

if command -v cargo-lambda >/dev/null && [ "${KARCIS_COMPILER:-}" != cargo ]; then
  cargo lambda build --release "${functions[@]/#/-p=}"
else
  profile=${KARCIS_PROFILE:-release}
  cargo build --profile "$profile" "${functions[@]/#/-p=}"
  for function in "${functions[@]}"; do
    mkdir -p "target/lambda/$function"
    cp "$target/${profile/#dev/debug}/$function" "target/lambda/$function/bootstrap"
  done
fi
cargo build -p local

# The local cloud in the container uses the same keys as the functions' environment.
mkdir "$work/data"
"$target/debug/karcis" --data-dir "$work/data" sam-env --aws "http://$cloud:4566" --api "http://$cloud:3000" > "$work/env.json"
docker network create "$network" >/dev/null
docker run -d --name "$cloud" --network "$network" -v "$(realpath "$target")/debug/karcis:/karcis:ro" -v "$work/data:/data" \
  "${BASE_IMAGE:-debian:bookworm-slim}" /karcis --host 0.0.0.0 --data-dir /data --calm >/dev/null
address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$cloud")
for _ in $(seq 120); do
  curl -sf "http://$address:3000/_local/health" >/dev/null && break
  sleep 0.5
done
curl -sf "http://$address:3000/_local/health" >/dev/null || { docker logs "$cloud"; exit 1; }

invoke() { # invoke <function> <event file>: prints the function's answer
  AWS_ACCESS_KEY_ID=karcis AWS_SECRET_ACCESS_KEY=karcis-local-only AWS_DEFAULT_REGION=ap-southeast-3 \
    SAM_CLI_TELEMETRY=0 \
    sam local invoke "$1" -t infra/template.yaml -e "$2" --env-vars "$work/env.json" --docker-network "$network" \
    --parameter-overrides "PublicUrl=http://$cloud:3000 KeysSecret=karcis/keys Architecture=$(uname -m | sed 's/aarch64/arm64/')" \
    ${PULL:-} 2>"$work/log" || { cat "$work/log"; exit 1; }
}
expect() { # expect <what> <text> <answer>, spaces aside
  case "${3// /}" in
    *"$2"*) echo "ok: $1: $3" ;;
    *) echo "NOT ok: $1 answered: $3"; cat "$work/log"; exit 1 ;;
  esac
}
field() { sed "s/.*\"$1\":\"\([^\"]*\).*/\1/"; }

expect "register" '"statusCode":201' "$(invoke Register events/register/created.json)"

# The file's request names an event and a user that exist only in the tests. Here it gets an event that is on sale and a
# registered user.
token=$(curl -sf "http://$address:3000/api/login" -d '{"email":"siti@example.com","password":"correct horse"}' | field access_token)
event=$(curl -sf "http://$address:3000/api/events?q=sinners" | sed 's/.*"items":\[{"id":"\([^"]*\).*/\1/')
user=$(curl -sf "http://$address:3000/api/profile" -H "Authorization: Bearer $token" | field id)
old_event=$(grep -o 'event_id[\\": ]*[0-9a-f-]\{36\}' events/book/awaiting-payment.json | grep -o '[0-9a-f-]\{36\}$')
old_user=$(field sub < <(grep -o '"sub": *"[^"]*"' events/book/awaiting-payment.json | tr -d ' ' | sed 's/^/{/'))
sed "s/$old_event/$event/; s/$old_user/$user/" events/book/awaiting-payment.json > "$work/book.json"
answer=$(invoke Book "$work/book.json")
expect "book" '"statusCode":201' "$answer"

# The local cloud's own worker takes the payment work that book sent. Once the payment is settled, another try must
# decide nothing, and only send the news again.
booking=$(printf '%s' "$answer" | grep -o 'inv-ticketing-[0-9a-f-]\{36\}' | head -n 1 | sed 's/inv-ticketing-//')
for _ in $(seq 60); do
  status=$(curl -sf "http://$address:3000/api/bookings/$booking" -H "Authorization: Bearer $token" | field status)
  [ "$status" = CONFIRMED ] && break
  sleep 0.5
done
expect "the booking" CONFIRMED "$status"
old_invoice=$(grep -o 'inv-ticketing-[0-9a-f-]\{36\}' events/payment-worker/settled.json | head -n 1)
sed "s/$old_invoice/inv-ticketing-$booking/" events/payment-worker/settled.json > "$work/payment.json"
expect "payment-worker" '"batchItemFailures":[]' "$(invoke PaymentWorker "$work/payment.json")"
