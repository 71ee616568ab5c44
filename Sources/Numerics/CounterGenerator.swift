/// Counter-based random numbers: a pure function of seed, purpose, entity and time, so that a draw never depends on
/// how many draws came before it. Two controllers that meet the same seed therefore meet the same world.
///
/// The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014), applied once per key word.
@frozen
@usableFromInline
package struct CounterGenerator: Sendable {
    @usableFromInline let seed: UInt64

    @inlinable
    package init(seed: UInt64, purpose: UInt64 = 0) {
        self.seed = CounterGenerator.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (purpose &+ 1))
    }

    @inlinable
    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 64 random bits for the key `(entity, time)`.
    @inlinable
    package func bits(_ entity: UInt64, _ time: UInt64 = 0) -> UInt64 {
        let a = CounterGenerator.mix(seed ^ (entity &+ 0x9E37_79B9_7F4A_7C15))
        return CounterGenerator.mix(a &+ (time &+ 1) &* 0xD1B5_4A32_D192_ED03)
    }

    /// Uniform in [0, 1) for the key `(entity, time)`.
    @inlinable
    package func uniform(_ entity: UInt64, _ time: UInt64 = 0) -> Double {
        Double(bits(entity, time) >> 11) * 0x1p-53
    }

    /// Uniform in [low, high) for the key `(entity, time)`.
    @inlinable
    package func uniform(_ entity: UInt64, _ time: UInt64, in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform(entity, time)
    }
}
