internal import Glibc
package import Numerics

/// The channel of one link as a tapped delay line at sampling rate `bandwidthHz`: what an ideal low-pass receiver of
/// that bandwidth sees, `h[l] = sum_i a_i sinc(l - B (tau_i - tau_0))`.
package struct ImpulseResponse: Sendable, Equatable {
    /// Amplitude at delay `tau_0 + l / bandwidth`.
    package var taps: [Complex]
    package var bandwidthHz: Double
    /// tau_0: delay of the first tap.
    package var firstDelaySeconds: Double
}

extension PathSet {
    /// The tapped delay line of one receiver; nil where no path reaches it. The first tap lies at its first path.
    ///
    /// - Parameters:
    ///   - taps: their number, at least 1. Paths later than the last tap count only by the edge of their pulse.
    package func impulseResponse(
        receiver: Int, bandwidthHz: Double, taps: Int, transmitterAntenna: Antenna = .vertical,
        receiverAntenna: Antenna = .vertical
    ) -> ImpulseResponse? {
        let amplitudes = amplitudes(
            receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna)
        return impulseResponse(of: amplitudes[...], receiver: receiver, bandwidthHz: bandwidthHz, taps: taps)
    }

    /// The tapped delay lines of one receiver between every pair of ports of two arrays, `[receiver port][transmitter
    /// port]` flat in that order; none where no path reaches it. All begin at its first path.
    ///
    /// - Parameters:
    ///   - taps: their number, at least 1.
    package func impulseResponses(
        receiver: Int, bandwidthHz: Double, taps: Int, transmitterArray: AntennaArray, receiverArray: AntennaArray
    ) -> [ImpulseResponse] {
        let amplitudes = portAmplitudes(
            receiver: receiver, transmitterArray: transmitterArray, receiverArray: receiverArray)
        let paths = paths(of: receiver).count
        return (0..<receiverArray.portCount * transmitterArray.portCount).compactMap { pair in
            impulseResponse(
                of: amplitudes[pair * paths..<(pair + 1) * paths], receiver: receiver, bandwidthHz: bandwidthHz,
                taps: taps)
        }
    }

    private func impulseResponse(
        of amplitudes: ArraySlice<Complex>, receiver: Int, bandwidthHz: Double, taps: Int
    ) -> ImpulseResponse? {
        precondition(bandwidthHz > 0 && taps >= 1, "a bandwidth above 0 and at least one tap")
        let range = paths(of: receiver)
        guard let first = range.map({ delaySeconds[$0] }).min() else { return nil }
        var response = [Complex](repeating: .zero, count: taps)
        for (path, amplitude) in zip(range, amplitudes) {
            let position = bandwidthHz * (delaySeconds[path] - first)
            for tap in 0..<taps {
                response[tap] += sinc(Double(tap) - position) * amplitude
            }
        }
        return ImpulseResponse(taps: response, bandwidthHz: bandwidthHz, firstDelaySeconds: first)
    }
}

/// `sin(pi x) / (pi x)`.
func sinc(_ x: Double) -> Double {
    abs(x) < 1e-9 ? 1 : sin(.pi * x) / (.pi * x)
}
