#!/usr/bin/env bash
# Scores the radio engine and its peers on the synthetic truth: compare.sh PYTHON FOLDER [SEEDS [FIRST]]
# PYTHON has numpy, scipy and scikit-learn. About half a minute a seed.
set -euo pipefail
if [ $# -lt 2 ]; then
    echo "usage: $0 PYTHON FOLDER [SEEDS [FIRST]]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../.build/release/synthetic-truth" "$2" "${3:-20}" "${4:-1}"
"$1" "$here/peers.py" "$2"
