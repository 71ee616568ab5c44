#!/usr/bin/env bash
# Serves the local language model on loopback, OpenAI-compatible; installs it first where it is missing (about 100 MB,
# into .venv-llm). Prints one line `READY <address>` and ends on TERM, or with whoever started it.
# usage: scripts/llm-server.sh [--install | --no-install] [--port N] [--model FILE.gguf] [--threads N]
#                              [--reading-threads N] [--context N] [--adapter FILE.gguf]...
#   --install      installs and ends          --no-install   exit 3 where it is not installed
#   --port         a free one by default      --model        in place of SmolLM2-135M-Instruct
#   --threads      1 by default               --reading-threads  of prompts, as many as --threads by default
#   --context      tokens, 4096 by default      --adapter  one that it can serve with; POST /lora-adapters chooses
set -euo pipefail
start=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=scripts/llm-requirements.txt
environment=.venv-llm
stamp=$environment/llm-requirements.txt

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 3
}

is_installed() { [[ -x $environment/bin/python ]] && cmp -s "$requirements" "$stamp"; }

install() {
    is_installed && return 0
    python3 -c 'import venv, ensurepip' 2>/dev/null ||
        fail "python3 cannot make a virtual environment: run apt-get install python3-venv"
    printf 'llm-server: installing into %s: %s\n' "$environment" \
        "$(grep -v '^#' "$requirements" | paste -s -d ' ')" >&2
    python3 -m venv --clear "$environment" >&2 || fail "python3 cannot make a virtual environment in $environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --only-binary :all: -r "$requirements" </dev/null >&2 || fail "pip could not install $requirements"
    cp "$requirements" "$stamp"
}

mode=both
arguments=()
while (($#)); do
    case "$1" in
        --install | --no-install) mode=$1 ;;
        --port | --threads | --reading-threads | --context)
            [[ "${2:-}" =~ ^[0-9]+$ ]] || { printf 'error: %s needs a number\n' "$1" >&2 && exit 2; }
            arguments+=("$1" "$2")
            shift
            ;;
        --model | --adapter)
            [[ -n "${2:-}" ]] || { printf 'error: %s needs a file\n' "$1" >&2 && exit 2; }
            # A path is meant from where the caller is.
            if [[ "$2" == /* ]]; then arguments+=("$1" "$2"); else arguments+=("$1" "$start/$2"); fi
            shift
            ;;
        *)
            sed -n '/^# usage: /,/^#   /{/^#   -/d;s/^# //p}' "${BASH_SOURCE[0]}" >&2
            exit 2
            ;;
    esac
    shift
done

if [[ "$mode" == --no-install ]]; then
    is_installed || fail "the model server is not installed: run scripts/llm-server.sh --install"
else
    install
fi
[[ "$mode" != --install ]] || exec "$environment/bin/python" scripts/llm-server.py --prepare
# A thread that waits for another sleeps: one that spins keeps the other from the only processor that is free.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
exec nice -n 19 "$environment/bin/python" scripts/llm-server.py "${arguments[@]}"
