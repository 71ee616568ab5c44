internal import Glibc
package import NetworkModel
internal import Numerics

/// Fast fading of every link as a pure function of the slot: a tapped delay line of eight Rayleigh taps with an
/// exponential power profile of the given RMS delay spread, seen at the centre of each subband.
///
/// The sums of four taps each are tabulated over one period of travelled distance, all subbands side by side. A link
/// reads both sums from offsets and at rates of its own, which costs a few loads instead of sixteen rotations; two
/// links agree only where both offsets do.
///
/// Simplifications: links with line of sight fade like the others (no Rice factor), and the channel is flat within a
/// subband. The Doppler rate of a sum lies up to 6 % below the maximum (arrival from above), so that the two do not
/// repeat together.
package struct FadingChannel: Sendable {
    /// Subbands are packed eight to a vector; lanes past the last subband hold 0.
    package let vectorsPerLink: Int
    private let key: UInt64
    /// Complex amplitude `[sum][sample][vector]`, real before imaginary part, one sample more than the period.
    private var table: [SIMD8<Float>]

    private static let sums = 2
    /// Delays in units of the scale of the exponential profile.
    private static let delays: [Double] = [0, 0.15, 0.4, 0.75, 1.2, 1.8, 2.6, 4.0]

    package init(carrier: CarrierConfiguration, delaySpreadNs: Double, seed: UInt64) {
        precondition(carrier.subbands >= 1 && delaySpreadNs >= 0)
        let vectors = (carrier.subbands + 7) / 8
        vectorsPerLink = vectors
        key = CounterGenerator(seed: seed, purpose: 0xFAD1).bits(0)
        let period = FadingBank.samples
        table = [SIMD8<Float>](repeating: .zero, count: FadingChannel.sums * (period + 1) * vectors * 2)
        let twiddles = FadingBank.Twiddles()
        for (number, tap) in FadingChannel.profile(delaySpreadSeconds: delaySpreadNs * 1e-9).enumerated() {
            let bank = FadingBank(seed: seed, tap: number, twiddles: twiddles)
            for vector in 0..<vectors {
                let (cr, ci) = FadingChannel.rotation(tap, carrier, vector)
                for sample in 0...period {
                    let (re, im) = (bank.real[sample % period], bank.imaginary[sample % period])
                    let row = ((number % FadingChannel.sums) * (period + 1) + sample) * vectors + vector
                    table[2 * row] += cr * re - ci * im
                    table[2 * row + 1] += cr * im + ci * re
                }
            }
        }
    }

    /// Rotation of a tap at the subbands of a vector, times the tap's amplitude; 0 past the last subband.
    private static func rotation(
        _ tap: (delay: Double, power: Double), _ carrier: CarrierConfiguration, _ vector: Int
    ) -> (SIMD8<Float>, SIMD8<Float>) {
        var re = SIMD8<Float>.zero
        var im = SIMD8<Float>.zero
        for lane in 0..<8 where vector * 8 + lane < carrier.subbands {
            let offset = Double(vector * 8 + lane) - 0.5 * Double(carrier.subbands - 1)
            let angle = -2 * .pi * offset * carrier.subbandBandwidthHz * tap.delay
            re[lane] = Float(tap.power.squareRoot() * cos(angle))
            im[lane] = Float(tap.power.squareRoot() * sin(angle))
        }
        return (re, im)
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

    /// Steps of the table per slot in units of 2^-21 samples, for a maximum Doppler shift.
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
        let vectors = vectorsPerLink
        precondition(means.count == cells.count && gains.count >= cells.count * vectors)
        let ueKey = CounterGenerator.mix(key ^ (UInt64(ue) << 32))
        table.withUnsafeBufferPointer { table in
            let first = table.baseAddress!
            let second = first + (FadingBank.samples + 1) &* vectors &* 2
            var target = gains.baseAddress!
            for link in 0..<cells.count {
                let word = CounterGenerator.mix(ueKey &+ UInt64(cells[link]) &* 0x9E37_79B9_7F4A_7C15)
                let (a, u) = FadingChannel.place(UInt32(truncatingIfNeeded: word), rate, tick)
                let (b, v) = FadingChannel.place(UInt32(truncatingIfNeeded: word >> 32), rate, tick)
                var one = first + a &* vectors &* 2
                var two = second + b &* vectors &* 2
                for _ in 0..<vectors {
                    let (p, q) = (one + 2 &* vectors, two + 2 &* vectors)
                    let re = (one[0] + two[0]).addingProduct(p[0] - one[0], u).addingProduct(q[0] - two[0], v)
                    let im = (one[1] + two[1]).addingProduct(p[1] - one[1], u).addingProduct(q[1] - two[1], v)
                    target.pointee = (re * re).addingProduct(im, im) * means[link]
                    (one, two, target) = (one + 2, two + 2, target + 1)
                }
            }
        }
    }

    /// Sample of a sum before a slot, and the part of the way to the next one that has passed.
    @inline(__always)
    private static func place(_ word: UInt32, _ rate: UInt32, _ tick: UInt32) -> (Int, Float) {
        let fractionBits = UInt32(32 - FadingBank.bits)
        let slower = (word &* 0x2C1B_3C6D) &>> 24
        let position = word &+ (rate &- slower &* (rate &>> 12)) &* tick
        let fraction = Int32(bitPattern: position & ((1 &<< fractionBits) &- 1))
        return (Int(position &>> fractionBits), Float(fraction) * (1 / Float(1 << fractionBits)))
    }
}
