internal import Glibc
package import Numerics

/// How the powers of several paths add up.
package enum PathSum: Sendable, Equatable {
    /// Powers add: the mean over positions within some wavelengths, which a map shows.
    case powers
    /// Amplitudes add, with their phases: the gain at this very point, fading included.
    case coherent
}

extension PathSet {
    /// Amplitude of each path of one receiver between two antennas, in the order of `paths(of:)`.
    package func amplitudes(
        receiver: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna = .vertical
    ) -> [Complex] {
        paths(of: receiver).map {
            amplitude(of: $0, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna)
        }
    }

    /// Amplitude of one path between two antennas.
    package func amplitude(
        of path: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna = .vertical
    ) -> Complex {
        transfer[path].amplitude(
            transmitter: transmitterAntenna.field(towards: departure[path]),
            receiver: receiverAntenna.field(towards: arrival[path]))
    }

    /// Received power over sent power of every receiver, as `pathGain` says it of one.
    ///
    /// - Parameter spreading: how many paths are spread over processors.
    package func pathGains(
        transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna? = .vertical, sum: PathSum = .powers,
        spreading: WorkSpreading = .inOrder
    ) -> [Double] {
        let antennas = receiverAntenna.map { [$0] } ?? [.vertical, .horizontal]
        var gains = [Double](repeating: 0, count: receiverCount)
        for antenna in antennas {
            let part = 1_024
            let all = spreading.map((count + part - 1) / part) { number in
                (number * part..<min(count, (number + 1) * part)).map {
                    amplitude(of: $0, transmitterAntenna: transmitterAntenna, receiverAntenna: antenna)
                }
            }
            var amplitudes = Complex.zero
            var powers = 0.0
            for (path, own) in all.joined().enumerated() {
                amplitudes = amplitudes + own
                powers += own.squaredMagnitude
                let receiver = Int(geometry.receiver[path])
                if path + 1 < count, Int(geometry.receiver[path + 1]) == receiver { continue }
                gains[receiver] += sum == .powers ? powers : amplitudes.squaredMagnitude
                amplitudes = .zero
                powers = 0
            }
        }
        return gains
    }

    /// Received power over sent power, summed over the paths of a receiver; 0 where there is none.
    ///
    /// - Parameter receiverAntenna: nil takes the power of both polarisations, as an isotropic receiver that misses
    ///   neither (Sionna RT's radio maps).
    package func pathGain(
        receiver: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna? = .vertical,
        sum: PathSum = .powers
    ) -> Double {
        let antennas = receiverAntenna.map { [$0] } ?? [.vertical, .horizontal]
        return antennas.reduce(0) { gain, antenna in
            let all = amplitudes(
                receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: antenna)
            switch sum {
            case .powers: return gain + all.reduce(0) { $0 + $1.squaredMagnitude }
            case .coherent: return gain + all.reduce(Complex.zero, +).squaredMagnitude
            }
        }
    }

    /// The same in dB; nil where there is no path.
    package func pathGainDb(
        receiver: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna? = .vertical,
        sum: PathSum = .powers
    ) -> Double? {
        let gain = pathGain(
            receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna, sum: sum)
        return gain > 0 ? 10 * log10(gain) : nil
    }
}
