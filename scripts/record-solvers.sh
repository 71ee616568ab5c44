#!/bin/sh
# Records how well each solver does by size and deadline, and writes what 'dtnet rrm solve' chooses by:
# Sources/ResourceAllocation/Solving/SolverSelector+Shipped.swift. Needs a release build and a quiet machine.
set -eu
cd "$(dirname "$0")/.."
dtnet=.build/release/dtnet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for seed in 11 12 13 14; do
    for topology in campus metro; do
        "$dtnet" rrm generate cellular "topologies/$topology.yaml" --seed $seed --output "$work/$topology-$seed.json"
        "$dtnet" rrm generate cellular "topologies/$topology.yaml" --seed $seed --may-reassociate \
            --output "$work/$topology-free-$seed.json"
    done
    for users in 6 12 24; do
        "$dtnet" rrm generate interference-channel --users $users --seed $seed --output "$work/channel-$users-$seed.json"
    done
done
for deadline in 1ms 5ms 20ms 100ms 1s; do
    echo "deadline $deadline" >&2
    "$dtnet" rrm compare "$work"/*.json --deadline $deadline --records "$work/records" > "$work/rows"
done
python3 - "$work/records" <<'PY' > "$work/shipped.swift"
import json, sys
rows = json.load(open(sys.argv[1]))
rows.sort(key=lambda r: (r["has_free_choice"], r["size_log2"], r["deadline_log2_ms"], r["solver"]))
case = {"local-search": "localSearch", "on-off": "onOff", "branch-and-bound": "branchAndBound", "max-min": "maxMin"}
print("// Written by scripts/record-solvers.sh; not edited by hand.")
print()
print("extension SolverSelector {")
print("    /// Records that ship: problems of the standard families, each solver within each deadline.")
print("    package static let shipped: [SolverRecord] = rows.map { row in")
print("        SolverRecord(")
print("            solver: row.0, sizeLog2: row.1, hasFreeChoice: row.2, deadlineLog2Ms: row.3, quality: row.4, runs: row.5)")
print("    }")
print()
print("    private static let rows: [(SolverName, Int, Bool, Int, Double, Int)] = [")
for r in rows:
    free = "true" if r["has_free_choice"] else "false"
    name = case.get(r["solver"], r["solver"])
    print(f'        (.{name}, {r["size_log2"]}, {free}, {r["deadline_log2_ms"]}, {r["quality"]:.4f}, {r["runs"]}),')
print("    ]")
print("}")
PY
cp "$work/shipped.swift" Sources/ResourceAllocation/Solving/SolverSelector+Shipped.swift
