#!/usr/bin/env bash
# Builds LLM-DTNet and does its main job: telemetry in, directives out, then the decision latency of the three
# hierarchies on one topology.
# usage: scripts/demo.sh
# DTNET_TRACE names a folder with measured drives (uccmisl/5Gdataset); without it ../shared/data/ucc-5g-drive is
# taken where it exists, and the emulated radio network where it does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/bootstrap.sh
# The flags are those of scripts/test.sh, so that either finds the other's build.
swift build -c release --build-tests </dev/null

dtnet=.build/release/dtnet
trace=${DTNET_TRACE:-../shared/data/ucc-5g-drive}

if [[ -d "$trace" ]]; then
    echo "== Measured drives in $trace, replayed through the twins of each hierarchy for 8 s"
    for hierarchy in fch sch dch; do
        "$dtnet" up topologies/drive-replay.yaml --trace "$trace" --hierarchy "$hierarchy" --duration 8s
    done
elif [[ -n "${DTNET_TRACE:-}" ]]; then
    echo "demo: DTNET_TRACE=$trace is no folder" >&2
    exit 2
else
    echo "== No measured drives at $trace (name a folder in DTNET_TRACE): the emulated network for 20 s"
    "$dtnet" up topologies/campus.yaml --duration 20s
fi

echo "== Decision latency of the three hierarchies, 7 cells, 10 s each"
mkdir -p runs
"$dtnet" bench topologies/campus.yaml --hierarchies fch,sch,dch --duration 10s --json runs/demo-bench.json

newest=$(find runs -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
echo "== Bench: runs/demo-bench.json; newest run folder: ${newest:-none} (decisions, logs, resolved topology)"
