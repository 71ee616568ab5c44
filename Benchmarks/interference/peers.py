#!/usr/bin/env python3
"""What numpy takes for the same work: WMMSE user by user, and a batch of the published network's layers.

    OMP_NUM_THREADS=1 python3 Benchmarks/interference/peers.py FOLDER

FOLDER holds the instances (gain-k10.f32, ...). WMMSE is written as the published reference is: one instance at a time,
a loop over users in each sweep, numpy for the sums over users, full power first, an end below a gain of 1e-3 or after
100 sweeps. The layers are those of Sun et al. 2018 (K^2 inputs, 200, 80, 80 units, K outputs) with random weights: only
the arithmetic is compared. Prints microseconds per instance, to be set beside 'ours' and 'batch' of the 'interference'
benchmark, run in turn with it.
"""

import os
import sys
import time

import numpy


def wmmse(gain):
    """Powers and sum rate in bit/s/Hz; gain[receiver][sender], noise and limit 1."""
    users = len(gain)
    root = numpy.sqrt(gain)
    amplitude = numpy.ones(users)
    receiver, weight = numpy.zeros(users), numpy.zeros(users)

    def listen():
        for i in range(users):
            heard = 1 + numpy.dot(gain[i], numpy.square(amplitude))
            receiver[i] = root[i, i] * amplitude[i] / heard
            weight[i] = 1 / (1 - receiver[i] * root[i, i] * amplitude[i])
        return numpy.sum(numpy.log2(weight))

    rate = listen()
    for _ in range(100):
        for i in range(users):
            push = numpy.dot(weight * numpy.square(receiver), gain[:, i])
            amplitude[i] = min(1, max(0, weight[i] * receiver[i] * root[i, i] / push)) if push > 0 else 0
        following = listen()
        if following - rate <= 1e-3:
            return numpy.square(amplitude), following
        rate = following
    return numpy.square(amplitude), rate


def layers(users, instances, blocks=21):
    """Microseconds per instance."""
    source = numpy.random.default_rng(users)
    sizes = (users * users, 200, 80, 80, users)
    weights = [source.standard_normal(pair, dtype=numpy.float32) * 0.1 for pair in zip(sizes, sizes[1:])]
    biases = [numpy.zeros(size, dtype=numpy.float32) for size in sizes[1:]]
    gains = source.standard_exponential((instances, users * users), dtype=numpy.float32)
    times = []
    for _ in range(blocks):
        begun = time.perf_counter()
        value = gains
        for weight, bias in zip(weights[:-1], biases):
            value = numpy.maximum(value @ weight + bias, 0)
        numpy.clip(value @ weights[-1] + biases[-1], 0, 1)
        times.append((time.perf_counter() - begun) / instances * 1e6)
    return sorted(times)[blocks // 2]


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        raise SystemExit("usage: peers.py FOLDER, which holds gain-k10.f32, gain-k20.f32 and gain-k30.f32")
    for users in (10, 20, 30):
        path = os.path.join(sys.argv[1], f"gain-k{users}.f32")
        gains = numpy.fromfile(path, dtype="<f4").astype(float).reshape(-1, users, users)
        begun = time.perf_counter()
        rates = [wmmse(gain)[1] for gain in gains]
        took = (time.perf_counter() - begun) / len(gains) * 1e6
        print(f"K = {users}: numpy WMMSE {took:.1f} us per instance, mean rate {sum(rates) / len(rates):.4f}; "
              f"published layers {layers(users, len(gains)):.3f} us in batches of {len(gains)}", flush=True)


if __name__ == "__main__":
    main()
