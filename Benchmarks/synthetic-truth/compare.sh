#!/usr/bin/env bash
# Scores the radio engine and its peers on the synthetic truth: compare.sh PYTHON FOLDER [SEEDS]
# PYTHON has numpy, scipy and scikit-learn. A few minutes for 20 seeds.
set -euo pipefail
if [ $# -lt 2 ]; then
    echo "usage: $0 PYTHON FOLDER [SEEDS]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../.build/release/synthetic-truth" "$2" "${3:-20}"
"$1" "$here/peers.py" "$2"
