// What the standard library does lane by lane where one instruction is there for it.

/// Whether any lane of a mask is set.
@inline(__always)
func anyLane(_ mask: SIMDMask<SIMD8<Int32>>) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    let half = words.lowHalf | words.highHalf
    return half.x | half.y != 0
}

/// Whether any lane of a mask is set.
@inline(__always)
func anyLane(_ mask: SIMDMask<SIMD8<Int64>>) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD8<UInt64>.self)
    let half = words.lowHalf | words.highHalf
    let quarter = half.lowHalf | half.highHalf
    return quarter.x | quarter.y != 0
}

/// The greater of each pair of lanes.
@inline(__always)
func greater(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> { a.replacing(with: b, where: a .< b) }

/// The lesser of each pair of lanes.
@inline(__always)
func lesser(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> { a.replacing(with: b, where: b .< a) }

/// Each lane without its sign.
@inline(__always)
func magnitude(_ a: SIMD8<Float>) -> SIMD8<Float> {
    let bits = unsafeBitCast(a, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF
    return unsafeBitCast(bits, to: SIMD8<Float>.self)
}

/// The numbers of a mask's lanes that are set, lowest first.
@inline(__always)
func setLanes(_ mask: SIMDMask<SIMD8<Int32>>) -> SetLanes {
    let bits = unsafeBitCast(mask, to: SIMD8<UInt32>.self) & SIMD8(1, 2, 4, 8, 16, 32, 64, 128)
    let words = unsafeBitCast(bits, to: SIMD4<UInt64>.self)
    let half = words.lowHalf | words.highHalf
    let both = half.x | half.y
    return SetLanes(bits: UInt32(truncatingIfNeeded: both | both >> 32))
}

/// Numbers of lanes, one bit each.
struct SetLanes: Sequence, IteratorProtocol {
    var bits: UInt32

    @inline(__always)
    mutating func next() -> Int? {
        if bits == 0 { return nil }
        let lane = bits.trailingZeroBitCount
        bits &= bits - 1
        return lane
    }
}
