internal import Glibc

/// The beams of a row of half-wavelength spaced elements: discrete Fourier transform vectors in azimuth without
/// oversampling (the first-stage codebook of TS 38.214 section 5.2.2.2.1 with O1 = 1). Beam b steers to
/// `sin(offset) = 2 b / N`, b from -N/2 up to N/2 - 1, numbered 0 ..< N from the most clockwise.
package struct BeamCodebook: Sendable, Equatable {
    package let beams: Int

    package init(beams: Int) {
        precondition(beams >= 1 && beams <= 256, "a codebook has 1 to 256 beams")
        self.beams = beams
    }

    /// Beam with the most gain towards an azimuth offset from the boresight, in radians.
    package func best(azimuthOffsetRadians offset: Float) -> Int {
        let wave = Int((0.5 * sin(offset) * Float(beams)).rounded())
        // Half-wavelength spacing: the beams to both ends of the row are one.
        return (wave + beams / 2 + beams) % beams
    }

    /// Azimuth offset to which a beam steers, in radians.
    package func azimuthOffsetRadians(ofBeam beam: Int) -> Float {
        precondition((0..<beams).contains(beam))
        return asin(min(1, max(-1, 2 * Float(beam - beams / 2) / Float(beams))))
    }

    /// Power gain of a beam towards an offset over one element, linear, `beams` at most.
    package func gain(ofBeam beam: Int, azimuthOffsetRadians offset: Float) -> Float {
        precondition((0..<beams).contains(beam))
        // |sum_n exp(i n phase)|^2 / N = (sin(N phase / 2) / sin(phase / 2))^2 / N.
        let half = 0.5 * Float.pi * (sin(offset) - 2 * Float(beam - beams / 2) / Float(beams))
        let below = sin(half)
        guard abs(below) > 1e-4 else { return Float(beams) }
        let ratio = sin(Float(beams) * half) / below
        return ratio * ratio / Float(beams)
    }
}
