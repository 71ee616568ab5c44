/// Bisection for the smallest of ordered candidates that holds, where all above one that holds do too.
package struct EpochSearch: Hashable, Sendable {
    private var low = 0
    private var high: Int

    package init(candidates: Int) { high = candidates }

    /// The candidate to try next, nil once the answer is known.
    package var next: Int? { low < high ? (low + high) / 2 : nil }

    /// Takes what a candidate came to.
    package mutating func note(_ index: Int, isSustainable: Bool) {
        if isSustainable {
            high = index
            found = index
        } else {
            low = index + 1
        }
    }

    private var found: Int?

    /// The smallest candidate that held, nil where none did.
    package var shortest: Int? { found }
}
