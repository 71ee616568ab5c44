internal import Glibc

/// What rate a delay guarantee costs.
package enum EffectiveBandwidth {
    /// Rate in bit/s at which packets that come as a Poisson process of `meanBps` and have exponential lengths of mean
    /// `packetBits` wait and leave within `delaySeconds`, save for a part `violation` in (0, 1).
    ///
    /// The effective bandwidth of that source at decay theta (in bit) is `m / (1 - theta L)`; with
    /// `theta c D = ln(1 / violation)` it solves to `c = m + L ln(1 / violation) / D`, which for M/M/1 is exact:
    /// `P(T > D) = exp(-(c - m) D / L)` (Kelly, Notes on effective bandwidths, 1996).
    package static func rateBps(
        meanBps: Double, packetBits: Double, delaySeconds: Double, violation: Double
    ) -> Double {
        precondition(meanBps >= 0 && packetBits > 0 && delaySeconds > 0 && violation > 0 && violation < 1)
        return meanBps + packetBits * log(1 / violation) / delaySeconds
    }

    /// Rate in bit/s that a slice guarantees to each of its UEs, what its delay costs included: packets of 1500 bytes,
    /// of which 0.1 % may be late. 0 where it guarantees nothing.
    package static func guaranteedBps(_ slice: SliceConfiguration) -> Double {
        guaranteedBps(meanBps: slice.rateBps, delaySeconds: slice.delaySeconds)
    }

    /// The same of a rate and a bound on the delay, nil for none.
    package static func guaranteedBps(meanBps: Double, delaySeconds: Double?) -> Double {
        guard let delaySeconds else { return meanBps }
        return rateBps(meanBps: meanBps, packetBits: 12_000, delaySeconds: delaySeconds, violation: 1e-3)
    }
}
