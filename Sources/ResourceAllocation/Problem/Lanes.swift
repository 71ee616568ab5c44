/// Four subbands side by side: one 256-bit register of x86-64-v3.
typealias Lanes = SIMD4<Double>

extension SIMD4<Double> {
    /// Lane-wise minimum; the standard library's `pointwiseMin` compiles to a call per vector.
    @inline(__always)
    func min(_ other: Lanes) -> Lanes { replacing(with: other, where: self .> other) }

    /// Lane-wise maximum.
    @inline(__always)
    func max(_ other: Lanes) -> Lanes { replacing(with: other, where: self .< other) }

    /// Largest of the four lanes.
    @inline(__always)
    var largest: Double {
        let a = self[0] > self[1] ? self[0] : self[1]
        let b = self[2] > self[3] ? self[2] : self[3]
        return a > b ? a : b
    }

    /// Sum of the four lanes in a fixed order.
    @inline(__always)
    var total: Double { (self[0] + self[1]) + (self[2] + self[3]) }

    /// Base-2 logarithm of positive normal numbers, relative error below 1e-11 away from 1.
    ///
    /// Splits off the exponent so that the mantissa m lies in [sqrt(1/2), sqrt(2)), then sums
    /// log2 m = 2/ln2 (s + s^3/3 + ... + s^13/13), s = (m - 1)/(m + 1), |s| <= 0.1716.
    @inline(__always)
    var log2: Lanes {
        let offset = SIMD4<UInt64>(repeating: 0x3FE6_A09E_667F_3BCD)
        let bits = unsafeBitCast(self, to: SIMD4<UInt64>.self) &- offset
        let magic = SIMD4<UInt64>(repeating: 0x4330_0000_0000_0800)
        let shifted = ((bits &+ SIMD4<UInt64>(repeating: 0x8000_0000_0000_0000)) &>> 52) &+ magic
        let exponent = unsafeBitCast(shifted, to: Lanes.self) - Lanes(repeating: 0x1p52 + 4096)
        let mantissaBits = (bits & SIMD4<UInt64>(repeating: 0x000F_FFFF_FFFF_FFFF)) &+ offset
        let mantissa = unsafeBitCast(mantissaBits, to: Lanes.self)
        let one = Lanes(repeating: 1)
        let s = (mantissa - one) / (mantissa + one)
        let z = s * s
        var sum = Lanes(repeating: 1.0 / 13)
        sum = Lanes(repeating: 1.0 / 11).addingProduct(z, sum)
        sum = Lanes(repeating: 1.0 / 9).addingProduct(z, sum)
        sum = Lanes(repeating: 1.0 / 7).addingProduct(z, sum)
        sum = Lanes(repeating: 1.0 / 5).addingProduct(z, sum)
        sum = Lanes(repeating: 1.0 / 3).addingProduct(z, sum)
        sum = one.addingProduct(z, sum)
        return exponent.addingProduct(s * sum, Lanes(repeating: 2.8853900817779268))
    }

    /// 2 to the power of each lane, for exponents in [-1000, 1000]; relative error below 1e-11.
    @inline(__always)
    var exp2: Lanes {
        let clamped = self.min(Lanes(repeating: 1000)).max(Lanes(repeating: -1000))
        let magic = Lanes(repeating: 0x1.8p52)
        let shifted = clamped + magic
        let fraction = (clamped - (shifted - magic)) * Lanes(repeating: 0.6931471805599453)
        var sum = Lanes(repeating: 1.0 / 3_628_800)
        sum = Lanes(repeating: 1.0 / 362_880).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 40_320).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 5_040).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 720).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 120).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 24).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 6).addingProduct(fraction, sum)
        sum = Lanes(repeating: 0.5).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1).addingProduct(fraction, sum)
        let scale = (unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &+ SIMD4<UInt64>(repeating: 1023)) &<< 52
        return sum * unsafeBitCast(scale, to: Lanes.self)
    }
}
