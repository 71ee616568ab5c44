internal import Glibc

/// Levels in decibels.
enum Decibels {
    /// `10^(x/10)`.
    static func linear(_ decibels: Double) -> Double { exp(0.23025850929940458 * decibels) }
}
