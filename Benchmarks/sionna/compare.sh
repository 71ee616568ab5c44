#!/usr/bin/env bash
# Runs the comparison with Sionna RT on the scenes and receiver counts that the figures are about.
# Usage: Benchmarks/sionna/compare.sh [PYTHON]   (a Python that has sionna-rt 2.2.0)
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${1:-python3}
"$python" Benchmarks/sionna/compare.py --scene simple_street_canyon --receivers 1
"$python" Benchmarks/sionna/compare.py --scene simple_street_canyon
"$python" Benchmarks/sionna/compare.py --scene munich --receivers 1 --blocks 2
"$python" Benchmarks/sionna/compare.py --scene munich --blocks 2
