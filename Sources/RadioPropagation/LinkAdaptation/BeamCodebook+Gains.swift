internal import Glibc

extension BeamCodebook {
    /// Adds the power gain of every beam towards one direction, times `scale`, to `beams` values from `first` on.
    ///
    /// The same as `gain(ofBeam:azimuthOffsetRadians:)` in closed form: the sum over the elements is the Dirichlet
    /// kernel, whose numerator `sin^2(N pi s / 2)` all beams share, since they steer to multiples of `2 / N`.
    ///
    /// - Parameter sine: sine of the azimuth offset from the boresight, -1...1.
    package func addGains(sine: Double, scale: Double, to gains: inout [Float], from first: Int) {
        precondition(first >= 0 && first + beams <= gains.count)
        let count = Double(beams)
        let root = sin(0.5 * .pi * count * sine)
        let shared = scale * root * root / count
        for beam in 0..<beams {
            let half = sin(0.5 * .pi * (sine - 2 * Double(beam - beams / 2) / count))
            let isAhead = half * half < 1e-12
            gains[first + beam] += Float(isAhead ? scale * count : shared / (half * half))
        }
    }
}
