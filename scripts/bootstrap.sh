#!/usr/bin/env bash
# Makes this machine ready to build LLM-DTNet: installs the Debian packages that are missing, and says which.
# usage: scripts/bootstrap.sh [--with-tests]     --with-tests adds what only tests need: a PostgreSQL server, a Python environment
# Exit 3 where something is missing that it cannot install. Does nothing, quickly, where all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

swift_minimum=6.2
swift_named=6.3
# What a Swift toolchain from swift.org needs on Debian 12 to run, link and fetch packages.
toolchain=(ca-certificates g++ git libcurl4 libncurses6 libsqlite3-0 libxml2 zlib1g-dev)
packages=(
    libzmq3-dev libembree-dev coinor-libcbc-dev coinor-libclp-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler
    libsqlite3-dev libpq-dev libcurl4-openssl-dev
)
# The server that the tests of the shared store start for themselves.
test_packages=(postgresql)

fail() {
    printf 'bootstrap: %s\n' "$*" >&2
    exit 3
}

check_processor() {
    local flags missing=() flag
    [[ "$(uname -sm)" == "Linux x86_64" ]] || fail "LLM-DTNet is built for Linux on x86_64, this is $(uname -sm)"
    flags=" $(grep -m 1 '^flags' /proc/cpuinfo | cut -d : -f 2) "
    for flag in avx avx2 bmi1 bmi2 f16c fma abm movbe xsave; do
        [[ "$flags" == *" $flag "* ]] || missing+=("$flag")
    done
    if ((${#missing[@]})); then
        fail "the code is built for x86-64-v3 (Haswell, Zen or newer); this processor lacks: ${missing[*]}"
    fi
}

where="install Swift $swift_named from https://www.swift.org/install/linux/ and put it on PATH"

require_swift() {
    command -v swift >/dev/null || fail "swift is missing: $where"
}

check_swift() {
    local answer version
    answer=$(swift --version 2>&1) || fail "'swift --version' fails (${answer##*$'\n'}): $where"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$answer" | head -n 1)
    [[ -n "$version" ]] || fail "'swift --version' gives no version: $where"
    if [[ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -n 1)" != "$swift_minimum" ]]; then
        fail "swift $version is older than $swift_minimum: $where"
    fi
}

# Prints those of the named packages that are not installed.
absent() {
    local name
    for name in "$@"; do
        [[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)" == installed ]] || echo "$name"
    done
}

install_packages() {
    local missing run=()
    command -v dpkg-query >/dev/null || fail "not a Debian system: install by hand what provides $*"
    mapfile -t missing < <(absent "$@")
    ((${#missing[@]})) || return 0
    if [[ "$(id -u)" != 0 ]]; then
        command -v sudo >/dev/null || fail "neither root nor sudo: run as root: apt-get install ${missing[*]}"
        run=(sudo)
    fi
    printf 'bootstrap: installing %s\n' "${missing[*]}" >&2
    run+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
    "${run[@]}" update </dev/null >&2 || fail "apt-get update failed"
    "${run[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2 ||
        fail "apt-get could not install ${missing[*]}"
}

# A virtual environment with exactly the versions of Tests/PythonPeer/requirements.txt.
prepare_python() {
    local requirements=Tests/PythonPeer/requirements.txt stamp=.venv/requirements.txt python=python3
    if [[ -x .venv/bin/python ]] && cmp -s "$requirements" "$stamp"; then return 0; fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        install_packages python3-venv
        python=/usr/bin/python3
    fi
    printf 'bootstrap: installing into .venv: %s\n' "$(grep -v '^#' "$requirements" | paste -s -d ' ')" >&2
    "$python" -m venv --clear .venv || fail "python3 cannot make a virtual environment in .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements" </dev/null >&2 ||
        fail "pip could not install $requirements"
    cp "$requirements" "$stamp"
}

with_tests=
case "$#:${1:-}" in
    0:) ;;
    1:--with-tests) with_tests=yes ;;
    *)
        echo "usage: scripts/bootstrap.sh [--with-tests]" >&2
        exit 2
        ;;
esac

check_processor
require_swift
if [[ -n "$with_tests" ]]; then packages+=("${test_packages[@]}"); fi
install_packages "${toolchain[@]}" "${packages[@]}"
check_swift
if [[ -n "$with_tests" ]]; then prepare_python; fi
