internal import Glibc
package import Numerics

/// How the powers of several paths add up.
package enum PathSum: Sendable, Equatable {
    /// Powers add: the mean over positions within some wavelengths, which a map shows.
    case powers
    /// Amplitudes add, with their phases: the gain at this very point, fading included.
    case coherent

    func gain(of amplitudes: some Sequence<Complex>) -> Double {
        switch self {
        case .powers: amplitudes.reduce(0) { $0 + $1.squaredMagnitude }
        case .coherent: amplitudes.reduce(Complex.zero, +).squaredMagnitude
        }
    }
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
        var gains = [Double](repeating: 0, count: receiverCount)
        for antenna in PathSet.antennas(receiverAntenna) {
            let size = PathSet.partSize
            let parts = spreading.map((count + size - 1) / size) { part in
                (part * size..<min(count, (part + 1) * size)).map {
                    amplitude(of: $0, transmitterAntenna: transmitterAntenna, receiverAntenna: antenna)
                }
            }
            let amplitudes = Array(parts.joined())
            var first = 0
            while first < count {
                let receiver = geometry.receiver[first]
                let next = geometry.receiver[first...].firstIndex { $0 != receiver } ?? count
                gains[Int(receiver)] += sum.gain(of: amplitudes[first..<next])
                first = next
            }
        }
        return gains
    }

    /// Paths whose amplitudes are found one after the other.
    private static let partSize = 1_024

    /// What receives: one antenna, or where there is none both polarisations.
    private static func antennas(_ receiver: Antenna?) -> [Antenna] {
        receiver.map { [$0] } ?? [.vertical, .horizontal]
    }

    /// Received power over sent power, summed over the paths of a receiver; 0 where there is none.
    ///
    /// - Parameter receiverAntenna: nil takes the power of both polarisations, as an isotropic receiver that misses
    ///   neither (Sionna RT's radio maps).
    package func pathGain(
        receiver: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna? = .vertical,
        sum: PathSum = .powers
    ) -> Double {
        PathSet.antennas(receiverAntenna).reduce(0) { gain, antenna in
            gain
                + sum.gain(
                    of: amplitudes(
                        receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: antenna))
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
