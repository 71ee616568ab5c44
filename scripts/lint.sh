#!/usr/bin/env bash
# Checks the form of everything written by hand: Swift by `swift format`, shell and Python by their own parsers.
# usage: scripts/lint.sh [--fix]     --fix lets `swift format` rewrite the Swift files first
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

swift_paths=(Package.swift Sources Tests Benchmarks)
case "${1:-}" in
    "") ;;
    --fix) swift format format --in-place --recursive --parallel --configuration .swift-format "${swift_paths[@]}" ;;
    *)
        echo "usage: scripts/lint.sh [--fix]" >&2
        exit 2
        ;;
esac

swift format lint --strict --recursive --parallel --configuration .swift-format "${swift_paths[@]}"

for script in scripts/*.sh Benchmarks/*/*.sh .ci/run; do
    bash -n "$script"
    [[ -x "$script" ]] || {
        echo "lint: $script is not executable" >&2
        exit 1
    }
done
if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh Benchmarks/*/*.sh .ci/run; fi

python3 - Tests/PythonPeer/*.py scripts/*.py Benchmarks/*/*.py <<'PYTHON'
import ast, pathlib, sys
for path in sys.argv[1:]:
    ast.parse(pathlib.Path(path).read_text(encoding="utf-8"), filename=path)
PYTHON
