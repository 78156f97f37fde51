#!/usr/bin/env bash
# Measures peak memory: loading a random 1.5B-parameter model, scoring completion tokens, and a training step with and without
# gradient checkpointing, of a small model and of the large one. Usage: bench/memory/measure.sh [SCRATCH-FOLDER]; it takes
# 4 GB there and gives them back, and needs 8 GB of memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/memory-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
dotnet build -c Release bench/memory -v quiet >&2
bench() {
  echo -n "$*: " | sed "s|$scratch|FOLDER|"
  dotnet run -c Release --no-build --project bench/memory -- "$@"
}
bench write "$scratch" --shape qwen2-1.5b
bench load "$scratch" --dtype bfloat16
bench load "$scratch" --dtype float32
bench score --dtype float32
bench score --dtype bfloat16
bench train
bench train --gradient-checkpointing
bench train --folder "$scratch" --dtype bfloat16 --tokens 128 --gradient-checkpointing
