internal import Glibc
internal import Numerics

/// One long period of a complex Rayleigh process with the Doppler spectrum of Clarke and Jakes, in steps of travelled
/// distance: 128 wavelengths in 16 samples each.
struct FadingBank: Sendable {
    static let bits = 11
    static let samples = 1 << bits
    static let samplesPerWavelength = 16

    /// Real and imaginary parts of one period; mean power 1 after linear interpolation.
    let real: [Float]
    let imaginary: [Float]

    /// - Parameter tap: number of the process; processes of different numbers are independent.
    init(seed: UInt64, tap: Int, twiddles: Twiddles) {
        let count = FadingBank.samples
        let edge = count / FadingBank.samplesPerWavelength
        let draw = CounterGenerator(seed: seed, purpose: 0xFAD0)
        var re = [Double](repeating: 0, count: count)
        var im = re
        for bin in -edge...edge {
            let low = max(-1, (Double(bin) - 0.5) / Double(edge))
            let high = min(1, (Double(bin) + 0.5) / Double(edge))
            // Share of the arrival angles whose Doppler shift falls into the bin.
            let amplitude = ((asin(high) - asin(low)) / .pi).squareRoot()
            let phase = 2 * .pi * draw.uniform(UInt64(bin + edge), UInt64(tap))
            let index = (bin + count) % count
            re[index] = amplitude * cos(phase)
            im[index] = amplitude * sin(phase)
        }
        FadingBank.transform(&re, &im, twiddles)
        let scale = 1 / FadingBank.interpolatedPower(re, im).squareRoot()
        real = re.map { Float(scale * $0) }
        imaginary = im.map { Float(scale * $0) }
    }

    /// Mean power of the linearly interpolated process.
    private static func interpolatedPower(_ re: [Double], _ im: [Double]) -> Double {
        var power = 0.0
        for index in 0..<re.count {
            let next = (index + 1) % re.count
            let own = re[index] * re[index] + im[index] * im[index]
            let cross = re[index] * re[next] + im[index] * im[next]
            power += (2 * own + cross) / 3
        }
        return power / Double(re.count)
    }

    // MARK: - Transform

    /// `exp(i pi n / (samples / 2))` for the first half of a turn, shared by the transforms of all taps.
    struct Twiddles {
        let real: [Double]
        let imaginary: [Double]

        init() {
            let half = FadingBank.samples / 2
            real = (0..<half).map { cos(.pi * Double($0) / Double(half)) }
            imaginary = (0..<half).map { sin(.pi * Double($0) / Double(half)) }
        }
    }

    /// Discrete Fourier transform in place (radix 2, decimation in time).
    private static func transform(_ re: inout [Double], _ im: inout [Double], _ twiddles: Twiddles) {
        let count = re.count
        for index in 0..<count {
            let mirror = Int(reverse(UInt32(index)) >> (32 - UInt32(bits)))
            if mirror > index {
                re.swapAt(index, mirror)
                im.swapAt(index, mirror)
            }
        }
        var half = 1
        while half < count {
            let stride = count / 2 / half
            for first in Swift.stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let (wr, wi) = (twiddles.real[offset * stride], twiddles.imaginary[offset * stride])
                    let (a, b) = (first + offset, first + offset + half)
                    let (tr, ti) = (re[b] * wr - im[b] * wi, re[b] * wi + im[b] * wr)
                    (re[b], im[b]) = (re[a] - tr, im[a] - ti)
                    (re[a], im[a]) = (re[a] + tr, im[a] + ti)
                }
            }
            half *= 2
        }
    }

    private static func reverse(_ word: UInt32) -> UInt32 {
        var result: UInt32 = 0
        for bit in 0..<32 { result |= ((word >> UInt32(bit)) & 1) << UInt32(31 - bit) }
        return result
    }
}
