internal import Glibc
internal import Numerics

/// One long period of a complex Rayleigh process with the Doppler spectrum of Clarke and Jakes, in steps of travelled
/// distance: 1,024 wavelengths in 16 samples each.
///
/// Every tap of every link reads it from an offset and at a rate of its own, which costs two loads instead of the
/// dozens of sinusoids that it sums.
struct FadingBank: Sendable {
    static let bits = 14
    static let samples = 1 << bits
    static let samplesPerWavelength = 16

    /// Interleaved real and imaginary parts, one sample more than the period; mean power 1 after linear interpolation.
    let values: [Float]

    init(seed: UInt64) {
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
            let phase = 2 * .pi * draw.uniform(UInt64(bin + edge))
            let index = (bin + count) % count
            re[index] = amplitude * cos(phase)
            im[index] = amplitude * sin(phase)
        }
        FadingBank.transform(&re, &im)
        let scale = 1 / FadingBank.interpolatedPower(re, im).squareRoot()
        var values = [Float](repeating: 0, count: 2 * (count + 1))
        for index in 0...count {
            values[2 * index] = Float(scale * re[index % count])
            values[2 * index + 1] = Float(scale * im[index % count])
        }
        self.values = values
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

    /// Discrete Fourier transform in place (radix 2, decimation in time).
    private static func transform(_ re: inout [Double], _ im: inout [Double]) {
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
            for offset in 0..<half {
                let angle = Double.pi * Double(offset) / Double(half)
                let (wr, wi) = (cos(angle), sin(angle))
                for a in stride(from: offset, to: count, by: 2 * half) {
                    let b = a + half
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
