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
    /// Complex amplitude `[sum][sample][vector]`, one sample more than the period: the real part is the low half, the
    /// imaginary part the high half, so that an amplitude fills one line of the cache.
    private var table: [SIMD16<Float>]

    private static let sums = 2

    /// Where a link's two sums stand at slot 0, and how far each goes per slot, in units of 2^-21 samples. It depends
    /// on user, cell and speed alone: who steps many slots keeps it.
    package struct Phase: Hashable, Sendable {
        fileprivate var first: UInt32
        fileprivate var firstStep: UInt32
        fileprivate var second: UInt32
        fileprivate var secondStep: UInt32
    }

    /// Delays in units of the scale of the exponential profile.
    private static let delays: [Double] = [0, 0.15, 0.4, 0.75, 1.2, 1.8, 2.6, 4.0]

    package init(carrier: CarrierConfiguration, delaySpreadNs: Double, seed: UInt64) {
        precondition(carrier.subbands >= 1 && delaySpreadNs >= 0)
        let vectors = (carrier.subbands + 7) / 8
        vectorsPerLink = vectors
        key = CounterGenerator(seed: seed, purpose: 0xFAD1).bits(0)
        let period = FadingBank.samples
        table = [SIMD16<Float>](repeating: .zero, count: FadingChannel.sums * (period + 1) * vectors)
        let twiddles = FadingBank.Twiddles()
        for (number, tap) in FadingChannel.profile(delaySpreadSeconds: delaySpreadNs * 1e-9).enumerated() {
            let bank = FadingBank(seed: seed, tap: number, twiddles: twiddles)
            for vector in 0..<vectors {
                let (cr, ci) = FadingChannel.rotation(tap, carrier, vector)
                for sample in 0...period {
                    let (re, im) = (bank.real[sample % period], bank.imaginary[sample % period])
                    let row = ((number % FadingChannel.sums) * (period + 1) + sample) * vectors + vector
                    table[row] += SIMD16(lowHalf: cr * re - ci * im, highHalf: cr * im + ci * re)
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

    /// Phase of the link from a cell to a user that moves at a rate.
    package func phase(ue: UInt32, cell: UInt32, rate: UInt32) -> Phase {
        let ueKey = CounterGenerator.mix(key ^ (UInt64(ue) << 32))
        let word = CounterGenerator.mix(ueKey &+ UInt64(cell) &* 0x9E37_79B9_7F4A_7C15)
        let (first, second) = (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
        return Phase(
            first: first, firstStep: FadingChannel.step(first, rate), second: second,
            secondStep: FadingChannel.step(second, rate))
    }

    /// Up to 6 % below the rate, by a hash of the offset.
    private static func step(_ word: UInt32, _ rate: UInt32) -> UInt32 {
        let slower = (word &* 0x2C1B_3C6D) &>> 24
        return rate &- slower &* (rate &>> 12)
    }

    /// Writes the instantaneous power gains of some links.
    ///
    /// - Parameters:
    ///   - phases: of the links.
    ///   - means: mean gain of each link.
    ///   - tick: number of the slot.
    ///   - gains: `[link][vector]`, at least `phases.count * vectorsPerLink`.
    package func writeGains(
        phases: UnsafeBufferPointer<Phase>, tick: UInt32, means: UnsafeBufferPointer<Float>,
        to gains: UnsafeMutableBufferPointer<SIMD8<Float>>
    ) {
        let vectors = vectorsPerLink
        precondition(means.count == phases.count && gains.count >= phases.count * vectors)
        table.withUnsafeBufferPointer { table in
            guard let first = table.baseAddress, var target = gains.baseAddress else { return }
            let second = first + (FadingBank.samples + 1) &* vectors
            for link in 0..<phases.count {
                let phase = phases[link]
                let (a, u) = FadingChannel.place(phase.first &+ phase.firstStep &* tick)
                let (b, v) = FadingChannel.place(phase.second &+ phase.secondStep &* tick)
                var one = first + a &* vectors
                var two = second + b &* vectors
                let mean = means[link]
                for _ in 0..<vectors {
                    let (p, q) = (one + vectors, two + vectors)
                    let (re, im) = (one.pointee.lowHalf, one.pointee.highHalf)
                    let (twoRe, twoIm) = (two.pointee.lowHalf, two.pointee.highHalf)
                    let real = (re + twoRe).addingProduct(p.pointee.lowHalf - re, u)
                        .addingProduct(q.pointee.lowHalf - twoRe, v)
                    let imaginary = (im + twoIm).addingProduct(p.pointee.highHalf - im, u)
                        .addingProduct(q.pointee.highHalf - twoIm, v)
                    target.pointee = (real * real).addingProduct(imaginary, imaginary) * mean
                    (one, two, target) = (one + 1, two + 1, target + 1)
                }
            }
        }
    }

    /// Sample before a position, and the part of the way to the next one that has passed.
    @inline(__always)
    private static func place(_ position: UInt32) -> (Int, Float) {
        let fractionBits = UInt32(32 - FadingBank.bits)
        let fraction = Int32(bitPattern: position & ((1 &<< fractionBits) &- 1))
        return (Int(position &>> fractionBits), Float(fraction) * (1 / Float(1 << fractionBits)))
    }
}
