/// Elementary functions over eight lanes of single precision, for the kernels of the channel and of the solvers.
///
/// They are `@inlinable` because a call across a target would cost more than the function.
@frozen
@usableFromInline
package enum VectorFunctions {
    /// Base-2 logarithm of positive normal numbers, absolute error below 2e-7 near 1 and 1e-6 elsewhere.
    ///
    /// The mantissa is brought into [0.7071, 1.4142) and `2 atanh((m - 1) / (m + 1))` is expanded to the 7th power.
    @inlinable
    @inline(__always)
    package static func log2(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let half = SIMD8<Int32>(repeating: 0x3F35_04F3)
        let shifted = unsafeBitCast(x, to: SIMD8<Int32>.self) &- half
        let exponentBits = (shifted &>> 23) &+ 0x4B40_0000
        let exponent = unsafeBitCast(exponentBits, to: SIMD8<Float>.self) - 12_582_912
        let m = unsafeBitCast((shifted & 0x007F_FFFF) &+ half, to: SIMD8<Float>.self)
        let t = (m - 1) / (m + 1)
        let s = t * t
        let series = ((s * 0.412_198_6 + 0.577_078_02) * s + 0.961_796_7) * s + 2.885_390_1
        return exponent + t * series
    }

    /// `cos(2 pi x)`, absolute error below 5e-6, for |x| below 2^21.
    @inlinable
    @inline(__always)
    package static func cosine(turns x: SIMD8<Float>) -> SIMD8<Float> {
        let rounded = (x + 12_582_912) - 12_582_912
        let bits = unsafeBitCast(x - rounded, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF
        let y = 0.25 - unsafeBitCast(bits, to: SIMD8<Float>.self)
        let s = y * y
        let series = (((s * 42.058_69 - 76.705_86) * s + 81.605_25) * s - 41.341_7) * s + 6.283_185_3
        return y * series
    }
}
