internal import Glibc
package import NetworkModel
internal import Numerics

/// Fast fading of every link as a pure function of the slot: a tapped delay line of eight Rayleigh taps with an
/// exponential power profile of the given RMS delay spread, seen at the centre of each subband.
///
/// Simplifications: links with line of sight fade like the others (no Rice factor), and the channel is flat within a
/// subband. The Doppler rate of a tap lies up to 6 % below the maximum (arrival from above), so that taps do not
/// repeat together.
package struct FadingChannel: Sendable {
    /// Subbands are packed eight to a vector; lanes past the last subband hold 0.
    package let vectorsPerLink: Int
    private let subbands: Int
    private let bank: FadingBank
    private let key: UInt64
    /// Rotation of tap `t` at the subbands of vector `v`, times the tap's amplitude: `[t * vectorsPerLink + v]`.
    private var rotationReal: [SIMD8<Float>] = []
    private var rotationImaginary: [SIMD8<Float>] = []

    private static let taps = 8
    /// Delays in units of the scale of the exponential profile.
    private static let delays: [Double] = [0, 0.15, 0.4, 0.75, 1.2, 1.8, 2.6, 4.0]

    package init(carrier: CarrierConfiguration, delaySpreadNs: Double, seed: UInt64) {
        precondition(carrier.subbands >= 1 && delaySpreadNs >= 0)
        subbands = carrier.subbands
        vectorsPerLink = (carrier.subbands + 7) / 8
        bank = FadingBank(seed: seed)
        key = CounterGenerator(seed: seed, purpose: 0xFAD1).bits(0)
        let profile = FadingChannel.profile(delaySpreadSeconds: delaySpreadNs * 1e-9)
        for tap in profile {
            for vector in 0..<vectorsPerLink {
                var re = SIMD8<Float>.zero
                var im = SIMD8<Float>.zero
                for lane in 0..<8 where vector * 8 + lane < subbands {
                    let offset = Double(vector * 8 + lane) - 0.5 * Double(subbands - 1)
                    let angle = -2 * .pi * offset * carrier.subbandBandwidthHz * tap.delay
                    re[lane] = Float(tap.power.squareRoot() * cos(angle))
                    im[lane] = Float(tap.power.squareRoot() * sin(angle))
                }
                rotationReal.append(re)
                rotationImaginary.append(im)
            }
        }
    }

    /// Delays in seconds and powers of the taps: powers sum to 1, the RMS delay spread is the given one.
    package static func profile(delaySpreadSeconds: Double) -> [(delay: Double, power: Double)] {
        var powers = delays.indices.map { index in
            let before = index == 0 ? delays[0] : delays[index - 1]
            let after = index == delays.count - 1 ? delays[index] + 1.2 : delays[index + 1]
            return exp(-delays[index]) * (after - before) / 2
        }
        let total = powers.reduce(0, +)
        powers = powers.map { $0 / total }
        let mean = zip(delays, powers).reduce(0) { $0 + $1.0 * $1.1 }
        let square = zip(delays, powers).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        let scale = delaySpreadSeconds / (square - mean * mean).squareRoot()
        return zip(delays, powers).map { ($0 * scale, $1) }
    }

    /// Steps of the bank per slot in units of 2^-18 samples, for a maximum Doppler shift.
    package static func rate(dopplerHz: Double, slotSeconds: Double) -> UInt32 {
        let samples = dopplerHz * slotSeconds * Double(FadingBank.samplesPerWavelength)
        let steps = samples * Double(1 << (32 - FadingBank.bits))
        return UInt32(min(steps.rounded(), 4e9))
    }

    /// Writes the instantaneous power gains of some links of one user.
    ///
    /// - Parameters:
    ///   - cells: the cells of the links.
    ///   - means: mean gain of each link.
    ///   - tick: number of the slot.
    ///   - gains: `[link][vector]`, at least `cells.count * vectorsPerLink`.
    package func writeGains(
        ue: UInt32, rate: UInt32, tick: UInt32, cells: UnsafeBufferPointer<UInt32>,
        means: UnsafeBufferPointer<Float>, to gains: UnsafeMutableBufferPointer<SIMD8<Float>>
    ) {
        precondition(means.count == cells.count && gains.count >= cells.count * vectorsPerLink)
        let ueKey = CounterGenerator.mix(key ^ (UInt64(ue) << 32))
        bank.values.withUnsafeBytes { samples in
            rotationReal.withUnsafeBufferPointer { real in
                rotationImaginary.withUnsafeBufferPointer { imaginary in
                    for link in 0..<cells.count {
                        let word = CounterGenerator.mix(ueKey &+ UInt64(cells[link]) &* 0x9E37_79B9_7F4A_7C15)
                        let taps = FadingChannel.taps(word, rate, tick, samples.baseAddress!)
                        for vector in 0..<vectorsPerLink {
                            let power = FadingChannel.power(taps, real, imaginary, vector, vectorsPerLink)
                            gains[link * vectorsPerLink + vector] = power * means[link]
                        }
                    }
                }
            }
        }
    }

    /// Power of the sum of the rotated taps at eight subbands.
    @inline(__always)
    private static func power(
        _ taps: (re: SIMD8<Float>, im: SIMD8<Float>), _ real: UnsafeBufferPointer<SIMD8<Float>>,
        _ imaginary: UnsafeBufferPointer<SIMD8<Float>>, _ vector: Int, _ stride: Int
    ) -> SIMD8<Float> {
        var sumReal = SIMD8<Float>.zero
        var sumImaginary = SIMD8<Float>.zero
        for tap in 0..<FadingChannel.taps {
            let (cr, ci) = (real[tap &* stride &+ vector], imaginary[tap &* stride &+ vector])
            sumReal += cr * taps.re[tap] - ci * taps.im[tap]
            sumImaginary += cr * taps.im[tap] + ci * taps.re[tap]
        }
        return sumReal * sumReal + sumImaginary * sumImaginary
    }

    /// Complex amplitudes of the taps of a link at a slot, each of mean power 1.
    @inline(__always)
    private static func taps(
        _ word: UInt64, _ rate: UInt32, _ tick: UInt32, _ samples: UnsafeRawPointer
    ) -> (re: SIMD8<Float>, im: SIMD8<Float>) {
        let fractionBits = UInt32(32 - FadingBank.bits)
        var offset = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &* 0x9E37_79B9 &+ UInt32(truncatingIfNeeded: word)
        offset ^= offset &>> 16
        offset = offset &* 0x7FEB_352D
        offset ^= offset &>> 15
        offset = offset &* 0x846C_A68B
        offset ^= offset &>> 16
        let slower = (offset &* 0x2C1B_3C6D) &>> 24
        let rates = SIMD8<UInt32>(repeating: rate) &- slower &* (rate >> 12)
        let position = offset &+ rates &* tick
        let index = position &>> fractionBits
        let fraction = position & ((1 << fractionBits) - 1)
        let scale = 1 / Float(1 << fractionBits)
        let weight = SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: fraction)) * scale
        // Real and imaginary part before and after the position. Spelled out: a loop would go through memory.
        let (a, b) = (pair(samples, index[0]), pair(samples, index[1]))
        let (c, d) = (pair(samples, index[2]), pair(samples, index[3]))
        let (e, f) = (pair(samples, index[4]), pair(samples, index[5]))
        let (g, h) = (pair(samples, index[6]), pair(samples, index[7]))
        let re = SIMD8<Float>(a[0], b[0], c[0], d[0], e[0], f[0], g[0], h[0])
        let im = SIMD8<Float>(a[1], b[1], c[1], d[1], e[1], f[1], g[1], h[1])
        let nextRe = SIMD8<Float>(a[2], b[2], c[2], d[2], e[2], f[2], g[2], h[2])
        let nextIm = SIMD8<Float>(a[3], b[3], c[3], d[3], e[3], f[3], g[3], h[3])
        return (re + weight * (nextRe - re), im + weight * (nextIm - im))
    }

    @inline(__always)
    private static func pair(_ samples: UnsafeRawPointer, _ index: UInt32) -> SIMD4<Float> {
        samples.loadUnaligned(fromByteOffset: Int(index) &* 8, as: SIMD4<Float>.self)
    }
}
