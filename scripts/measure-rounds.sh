#!/usr/bin/env bash
# Runs one round per family and seed with the shipped model, and prints each method's figures: the source of the README's
# table over seeds. Usage: scripts/measure-rounds.sh [OUTPUT-FOLDER] [SEED...]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-sgasa-output/measured}
shift || true
seeds=${*:-1 2 3}
mkdir -p "$output"
dotnet build -c Release cli -v quiet
for family in educator roleplay mathprompt; do
  for seed in $seeds; do
    result="$output/$family-$seed.json"
    if [ ! -s "$result" ]; then
      start=$(date +%s)
      dotnet run -c Release --no-build --project cli -- adapt "samples/$family.jsonl" --seed "$seed" \
        --output "$output/$family-$seed" --json > "$result.tmp" 2> "$output/$family-$seed.log" \
        || { echo "$family seed $seed failed:"; tail -n 3 "$output/$family-$seed.log"; cat "$result.tmp"; rm "$result.tmp"; continue; }
      mv "$result.tmp" "$result"
      echo "$family seed $seed: $(($(date +%s) - start)) s"
    fi
    tr -d '\n' < "$result" | sed 's/{ *"method"/\n{"method"/g' | sed -n \
      "s/^{\"method\": *\"\([^\"]*\)\".*\"notUnsafe\": *\([0-9.]*\).*\"notOverrefuse\": *\([0-9.]*\).*\"average\": *\([0-9.]*\).*/$family $seed  \1: \2 \3 \4/p"
  done
done
