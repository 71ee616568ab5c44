internal import Numerics

/// Each cell's budget divided in uniformly random parts: the baseline below which no solver may fall.
package enum RandomPower {
    /// Powers, C x K watts, keyed by seed, cell and subband.
    package static func powerWatts(_ problem: Problem, seed: UInt64) -> [Double] {
        let generator = CounterGenerator(seed: seed, purpose: 0x5241_4E44)
        return EqualPower.split(problem) { generator.uniform(UInt64($0), UInt64($1)) }
    }
}
