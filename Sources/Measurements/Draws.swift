internal import Numerics

/// Draws one after the other from a seed.
package struct Draws: Sendable {
    private let generator: CounterGenerator
    private var count: UInt64 = 0

    package init(seed: UInt64) { generator = CounterGenerator(seed: seed, purpose: 0x5CE) }

    mutating func uniform() -> Double {
        count += 1
        return generator.uniform(count)
    }

    mutating func uniform(in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    mutating func normal() -> Double {
        count += 1
        return generator.normal(count)
    }

    mutating func exponential() -> Double {
        count += 1
        return generator.exponential(count)
    }

    mutating func index(below bound: Int) -> Int { min(bound - 1, Int(uniform() * Double(bound))) }
}
