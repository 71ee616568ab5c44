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
