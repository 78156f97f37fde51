#!/usr/bin/env bash
# Runs a test project again and again, with other work beside it if wanted: what fails once in ten runs shows here.
# Prints passes, the failures by test, and the times. Usage: scripts/repeat-tests.sh PROJECT N [--load K] [-- TEST-ARGUMENT...]
#   PROJECT   a test project's folder, e.g. tests/integration
#   N         how many times
#   --load K  K busy loops beside it
set -uo pipefail
usage() { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }

project=${1:-} times=${2:-} load=0
[ -d "$project" ] && [[ "$times" =~ ^[1-9][0-9]*$ ]] || usage
shift 2
if [ "${1:-}" = --load ]; then
  [[ "${2:-}" =~ ^[0-9]+$ ]] || usage
  load=$2
  shift 2
fi
[ $# -eq 0 ] || { [ "$1" = -- ] && shift; } || usage

logs=$(mktemp -d)
busy=()
finish() {
  [ ${#busy[@]} -eq 0 ] || kill "${busy[@]}" 2> "$logs/kill"
  # What a red run left is for a person to look at.
  [ "${failures:-0}" -gt 0 ] && echo "Logs of the failed runs are in $logs." || rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT TERM

dotnet build "$project" -c Release > "$logs/build" 2>&1 || { cat "$logs/build"; failures=1; exit 1; }
for _ in $(seq "$load"); do
  (while :; do :; done) &
  busy+=($!)
done

failures=0 passes=0 seconds=()
for run in $(seq "$times"); do
  start=$(date +%s)
  dotnet test --project "$project" -c Release --no-build "$@" > "$logs/$run" 2>&1 && result=passed || result=failed
  seconds+=($(($(date +%s) - start)))
  if [ $result = passed ]; then passes=$((passes + 1)); rm "$logs/$run"; else failures=$((failures + 1)); fi
  echo "run $run of $times: $result, ${seconds[-1]} s"
done

echo "$passes of $times passed, $load busy loops beside"
if [ "$failures" -gt 0 ]; then
  echo "failures by test:"
  sed -n 's/^failed \(.*\) ([0-9a-z ]*)$/\1/p' "$logs"/[0-9]* | sort | uniq -c | sort -rn
fi
printf '%s\n' "${seconds[@]}" | sort -n | awk '{ t[NR] = $1 } END {
  printf "seconds: least %d, median %d, most %d\n", t[1], t[int((NR + 1) / 2)], t[NR] }'
[ "$failures" -eq 0 ]
