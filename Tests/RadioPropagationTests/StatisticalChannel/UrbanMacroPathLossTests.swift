import RadioPropagation
import Testing

/// Values worked out by hand from TR 38.901 Tables 7.4.1-1 and 7.4.2-1 at 3.5 GHz, 25 m and 1.5 m.
struct UrbanMacroPathLossTests {
    private let loss = UrbanMacroPathLoss(frequencyHz: 3.5e9)

    @Test func breakpointIsFourTimesTheEffectiveHeightsInWavelengths() {
        #expect(abs(loss.breakpointMetres(baseHeight: 25, userHeight: 1.5) - 560) < 1e-9)
    }

    @Test(arguments: [(50.0, 77.2122), (100, 83.1382), (560, 99.3499), (1_000, 109.4119)])
    func lineOfSight(distance: Double, expected: Double) {
        #expect(abs(loss.lineOfSightDb(distance: distance, baseHeight: 25) - expected) < 1e-3)
    }

    @Test(arguments: [(50.0, 92.5108), (100, 103.0375), (1_000, 141.6661)])
    func obstructed(distance: Double, expected: Double) {
        #expect(abs(loss.obstructedDb(distance: distance, baseHeight: 25) - expected) < 1e-3)
    }

    @Test func lossIsContinuousAtTheBreakpoint() {
        let before = loss.lineOfSightDb(distance: 560, baseHeight: 25)
        let after = loss.lineOfSightDb(distance: 560.001, baseHeight: 25)
        #expect(abs(after - before) < 0.01)
    }

    @Test(arguments: [(10.0, 1.0), (18, 1), (50, 0.649402), (100, 0.347671), (1_000, 0.018_000)])
    func lineOfSightProbability(distance: Double, expected: Double) {
        #expect(abs(UrbanMacroPathLoss.lineOfSightProbability(distance: distance) - expected) < 1e-5)
    }
}

struct SectorAntennaTests {
    private func gain(_ azimuth: Double, _ depression: Double = 10) -> Double {
        SectorAntenna.gainDbi(azimuthOffset: azimuth, depression: depression, downtilt: 10)
    }

    @Test func patternHasItsHalfPowerWidthAndItsLimit() {
        #expect(gain(0) == 8)
        #expect(abs(gain(32.5) - 5) < 1e-9)
        #expect(abs(gain(0, 42.5) - 5) < 1e-9)
        #expect(gain(180) == -22)
        #expect(gain(180, 89) == -22)
    }

    @Test func anglesAreTakenModuloATurn() {
        #expect(abs(gain(-330) - gain(30)) < 1e-9)
        #expect(abs(gain(390) - gain(30)) < 1e-9)
    }
}
