#!/usr/bin/env bash
# Reads what `sgasa adapt --json` printed and succeeds when SGASA (DPO) has a clearly higher average than Vanilla.
set -euo pipefail
average() {
  tr -d '\n' < "$1" | sed 's/{"method"/\n{"method"/g; s/{ *"method"/\n{"method"/g' \
    | sed -n "s/^{\"method\": *\"$2\".*\"average\": *\([0-9.]*\).*/\1/p" | head -n 1
}
vanilla=$(average "$1" "Vanilla")
dpo=$(average "$1" "SGASA (DPO)")
echo "average: Vanilla $vanilla, SGASA (DPO) $dpo"
awk -v a="$vanilla" -v b="$dpo" 'BEGIN { exit !(a != "" && b != "" && b > a + 0.1) }'
