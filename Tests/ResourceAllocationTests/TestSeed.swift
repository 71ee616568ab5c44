import Foundation

/// Seed of the tests that draw: `DTNET_TEST_SEED`, or 1. A failing test prints it.
enum TestSeed {
    static let value = ProcessInfo.processInfo.environment["DTNET_TEST_SEED"].flatMap(UInt64.init) ?? 1
}
