#!/usr/bin/env bash
# Runs every check of the project; needs no input, and any folder to start from. The last line is the summary of the
# test runner. A suite's name narrows the tests:
# usage: scripts/test.sh [FILTER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/bootstrap.sh --with-tests
# The model that some tests ask: about 100 MB, once.
scripts/llm-server.sh --install
scripts/lint.sh
scripts/generate-protos.sh --check

# One build serves the tests, the demo and the benches: without @testable nothing is built twice.
swift build -c release --build-tests </dev/null

# One test at a time: those with real processes measure time, and two processors are soon taken.
# Fault tests kill processes on purpose; Swift's crash handler would hold each of them for a while.
export SWIFT_BACKTRACE=enable=no
# bootstrap.sh has installed a PostgreSQL server: tests of that store fail where it cannot be started. By hand they are
# passed over.
export DTNET_TEST_POSTGRESQL=required
swift test -c release --disable-testable-imports --skip-build --disable-xctest --no-parallel \
    ${1:+--filter "$1"} </dev/null
