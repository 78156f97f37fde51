#!/usr/bin/env bash
# How long the coordinator takes to take in an attack log of N prompts, and how much memory it needs meanwhile.
#   bench/ingest/measure.sh [N]      needs the .NET SDK, curl and Linux's /proc
set -euo pipefail
cd "$(dirname "$0")/../.."
prompts=${1:-100000}
folder=$(mktemp -d)
trap 'kill "$coordinator" 2>/dev/null || true; rm -rf "$folder"' EXIT

dotnet build services/coordinator -c Release -v quiet >&2
log() {
    awk -v n="$1" 'BEGIN { for (i = 0; i < 600; i++) x = x "x"; for (i = 0; i < n; i++)
        printf "{\"prompt\": \"prompt %d %s\", \"label\": \"%s\"}\n", i, x, i % 2 ? "benign" : "harmful" }'
}
log 1000 > "$folder/small.jsonl"
log "$prompts" > "$folder/large.jsonl"

dotnet artifacts/bin/Sgasa.Coordinator/release/Sgasa.Coordinator.dll \
    --Store:Kind=Sqlite --Store:Path="$folder/sgasa.db" --Store:FilesFolder="$folder/files" --Bus:Transport=InMemory \
    --Models:Generator:Address=http://127.0.0.1:1 --Http:Address=127.0.0.1 --Http:Port=18099 > "$folder/log" &
coordinator=$!
curl -s --retry 30 --retry-delay 1 --retry-connrefused -o /dev/null http://127.0.0.1:18099/health/live

take() {
    local seconds
    seconds=$(curl -sS --fail -o /dev/null -w '%{time_total}' -H 'Content-Type: application/x-ndjson' \
        -T "$folder/$1.jsonl" -X POST "http://127.0.0.1:18099/v1/logs?name=$1.jsonl")
    awk -v name="$1" -v seconds="$seconds" \
        '/VmHWM/ { printf "{\"log\":\"%s\",\"seconds\":%s,\"peakBytes\":%d}\n", name, seconds, $2 * 1024 }' \
        "/proc/$coordinator/status"
}
take small
take large
take large
