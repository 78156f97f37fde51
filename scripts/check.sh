#!/usr/bin/env bash
# The one gate, local and in CI: format, build with warnings as errors, tests.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build SGASA.sln -c Release
dotnet format SGASA.sln --verify-no-changes --no-restore
dotnet test --solution SGASA.sln -c Release --no-build
