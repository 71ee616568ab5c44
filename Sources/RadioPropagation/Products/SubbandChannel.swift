internal import Glibc
package import Numerics

/// The subbands of a carrier: `count` of equal width, side by side around the carrier's frequency.
package struct Subbands: Sendable, Equatable {
    package var count: Int
    package var widthHz: Double

    /// - Precondition: at least one, wider than 0.
    package init(count: Int, widthHz: Double) {
        precondition(count >= 1 && widthHz > 0, "at least one subband, wider than 0")
        self.count = count
        self.widthHz = widthHz
    }

    /// Hz from the carrier's frequency to the centre of a subband.
    package func offsetHz(_ subband: Int) -> Double {
        (Double(subband) - 0.5 * Double(count - 1)) * widthHz
    }
}

extension PathSet {
    /// `H[k] = sum_i a_i e^(-j 2 pi f_k tau_i)` at the centre of each subband; zeros where no path reaches.
    package func subbandChannel(
        receiver: Int, subbands: Subbands, transmitterAntenna: Antenna = .vertical,
        receiverAntenna: Antenna = .vertical
    ) -> [Complex] {
        let amplitudes = amplitudes(
            receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna)
        return response(of: amplitudes, receiver: receiver, subbands: subbands)
    }

    /// Mean power gain over each subband, in closed form: the mean of `|H(f)|^2` over a band is
    /// `sum_ij a_i a_j* e^(-j 2 pi f_k (tau_i - tau_j)) sinc(width (tau_i - tau_j))`.
    package func subbandGain(
        receiver: Int, subbands: Subbands, transmitterAntenna: Antenna = .vertical,
        receiverAntenna: Antenna = .vertical
    ) -> [Double] {
        let amplitudes = amplitudes(
            receiver: receiver, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna)
        let delays = paths(of: receiver).map { delaySeconds[$0] }
        var gains = [Double](
            repeating: amplitudes.reduce(0) { $0 + $1.squaredMagnitude }, count: subbands.count)
        for i in amplitudes.indices {
            for j in 0..<i {
                let late = delays[i] - delays[j]
                let product = 2 * sinc(subbands.widthHz * late) * (amplitudes[i] * amplitudes[j].conjugate)
                for subband in 0..<subbands.count {
                    let turn = Complex.unit(phase: -2 * .pi * subbands.offsetHz(subband) * late)
                    gains[subband] += (product * turn).real
                }
            }
        }
        return gains.map { max($0, 0) }
    }

    /// The matrix channel between two arrays, `[receiver port][transmitter port][subband]` flat in that order: what a
    /// precoder is computed from. Plane waves over the arrays.
    package func subbandChannel(
        receiver: Int, subbands: Subbands, transmitterArray: AntennaArray, receiverArray: AntennaArray
    ) -> [Complex] {
        let amplitudes = portAmplitudes(
            receiver: receiver, transmitterArray: transmitterArray, receiverArray: receiverArray)
        let paths = paths(of: receiver).count
        return (0..<receiverArray.portCount * transmitterArray.portCount).flatMap { pair in
            response(of: amplitudes[pair * paths..<(pair + 1) * paths], receiver: receiver, subbands: subbands)
        }
    }

    private func response(of amplitudes: some Sequence<Complex>, receiver: Int, subbands: Subbands) -> [Complex] {
        let delays = paths(of: receiver).map { delaySeconds[$0] }
        return (0..<subbands.count).map { subband in
            let frequency = subbands.offsetHz(subband)
            return zip(amplitudes, delays).reduce(Complex.zero) { sum, path in
                sum + path.0 * Complex.unit(phase: -2 * .pi * frequency * path.1)
            }
        }
    }
}
