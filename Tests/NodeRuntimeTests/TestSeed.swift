import Glibc

/// Seed of the tests that draw at random: the one in the environment, else a new one for each run of the tests.
enum TestSeed {
    /// Variable that gives a failing seed back.
    static let variable = "DTNET_TEST_SEED"

    static let value: UInt64 = getenv(variable).flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0 ... .max)
}
