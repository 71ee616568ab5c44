/// Eight subbands side by side in single precision: one 256-bit register of x86-64-v3.
///
/// Gains reach a solver as quantised decibels, so that seven digits are far more than they carry.
typealias Lanes = SIMD8<Float>

extension SIMD8<Float> {
    /// The first `count` of eight numbers, and `padding` in the place of the others.
    @inline(__always)
    init(_ numbers: UnsafePointer<Float>, _ count: Int, padding: Float) {
        if count >= Lanes.scalarCount {
            self = UnsafeRawPointer(numbers).loadUnaligned(as: Lanes.self)
        } else {
            self = Lanes(repeating: padding)
            for lane in 0..<count { self[lane] = numbers[lane] }
        }
    }

    /// Lane-wise minimum; the standard library's `pointwiseMin` compiles to a call per vector.
    @inline(__always)
    func min(_ other: Lanes) -> Lanes { replacing(with: other, where: self .> other) }

    /// Lane-wise maximum.
    @inline(__always)
    func max(_ other: Lanes) -> Lanes { replacing(with: other, where: self .< other) }

    /// Largest of the lanes.
    @inline(__always)
    var largest: Float {
        let four = lowHalf.replacing(with: highHalf, where: lowHalf .< highHalf)
        let two = four.lowHalf.replacing(with: four.highHalf, where: four.lowHalf .< four.highHalf)
        return two[0] > two[1] ? two[0] : two[1]
    }

    /// Sum of the lanes in a fixed order.
    @inline(__always)
    var total: Float {
        let four = lowHalf + highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }

    /// Base-2 logarithm of positive normal numbers, error below 1e-7.
    ///
    /// Splits off the exponent so that the mantissa m lies in [sqrt(1/2), sqrt(2)), then sums
    /// log2 m = 2/ln2 (s + s^3/3 + s^5/5 + s^7/7), s = (m - 1)/(m + 1), |s| <= 0.1716.
    @inline(__always)
    var log2: Lanes {
        let offset = SIMD8<Int32>(repeating: 0x3F35_04F3)
        let bits = unsafeBitCast(self, to: SIMD8<Int32>.self) &- offset
        let exponent = Lanes(bits &>> 23)
        let mantissaBits = (bits & SIMD8<Int32>(repeating: 0x007F_FFFF)) &+ offset
        let mantissa = unsafeBitCast(mantissaBits, to: Lanes.self)
        let one = Lanes(repeating: 1)
        let s = (mantissa - one) / (mantissa + one)
        let z = s * s
        var sum = Lanes(repeating: 1.0 / 7)
        sum = Lanes(repeating: 1.0 / 5).addingProduct(z, sum)
        sum = Lanes(repeating: 1.0 / 3).addingProduct(z, sum)
        sum = one.addingProduct(z, sum)
        return exponent.addingProduct(s * sum, Lanes(repeating: 2.8853900817779268))
    }

    /// 2 to the power of each lane, limited to exponents in [-126, 126]; relative error below 3e-7.
    @inline(__always)
    var exp2: Lanes {
        let clamped = self.min(Lanes(repeating: 126)).max(Lanes(repeating: -126))
        let magic = Lanes(repeating: 0x1.8p23)
        let shifted = clamped + magic
        let fraction = (clamped - (shifted - magic)) * Lanes(repeating: 0.6931471805599453)
        var sum = Lanes(repeating: 1.0 / 720)
        sum = Lanes(repeating: 1.0 / 120).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 24).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1.0 / 6).addingProduct(fraction, sum)
        sum = Lanes(repeating: 0.5).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1).addingProduct(fraction, sum)
        sum = Lanes(repeating: 1).addingProduct(fraction, sum)
        let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &+ SIMD8<UInt32>(repeating: 127)
        return sum * unsafeBitCast(bits &<< 23, to: Lanes.self)
    }
}
