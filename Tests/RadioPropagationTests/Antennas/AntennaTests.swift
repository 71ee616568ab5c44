import Glibc
import Numerics
import RadioPropagation
import Testing

@Suite struct AntennaTests {
    private static func gainDbi(_ antenna: Antenna, azimuth: Double, zenith: Double) -> Double {
        let direction = SphericalDirection(azimuth: azimuth * .pi / 180, zenith: zenith * .pi / 180).vector
        let field = antenna.field(towards: direction)
        return 10 * log10(field.theta.squaredMagnitude + field.phi.squaredMagnitude)
    }

    @Test func theSectorElementHasItsPeakWidthAndBack() {
        let antenna = Antenna(.tr38901)
        #expect(abs(Self.gainDbi(antenna, azimuth: 0, zenith: 90) - 8) < 1e-9)
        for offset in [-32.5, 32.5] {
            #expect(abs(Self.gainDbi(antenna, azimuth: offset, zenith: 90) - 5) < 1e-9)
            #expect(abs(Self.gainDbi(antenna, azimuth: 0, zenith: 90 + offset) - 5) < 1e-9)
        }
        #expect(abs(Self.gainDbi(antenna, azimuth: 180, zenith: 90) + 22) < 1e-9)
    }

    @Test func bearingAndDowntiltMoveThePeak() {
        let tilted = Antenna(.tr38901, orientation: AntennaOrientation(bearing: .pi / 3, downtilt: .pi / 18))
        #expect(abs(Self.gainDbi(tilted, azimuth: 60, zenith: 100) - 8) < 1e-9)
        #expect(Self.gainDbi(tilted, azimuth: 60, zenith: 80) < 7)
        // In its own vertical plane a tilted vertical element stays vertical.
        let ahead = SphericalDirection(azimuth: .pi / 3, zenith: 1.2).vector
        #expect(tilted.field(towards: ahead).phi.magnitude < 1e-12)
    }

    @Test func dipolesAreDoughnuts() {
        #expect(abs(Self.gainDbi(Antenna(.shortDipole), azimuth: 77, zenith: 90) - 10 * log10(1.5)) < 1e-9)
        #expect(abs(Self.gainDbi(Antenna(.halfWaveDipole), azimuth: 77, zenith: 90) - 2.15) < 0.005)
        #expect(Self.gainDbi(Antenna(.halfWaveDipole), azimuth: 0, zenith: 0.001) < -60)
        // Half-power width of a half-wave dipole: 78 degrees.
        #expect(abs(Self.gainDbi(Antenna(.halfWaveDipole), azimuth: 0, zenith: 51) - (2.15 - 3.01)) < 0.1)
    }

    /// What an antenna without losses radiates over the sphere is what it gets.
    @Test(arguments: [AntennaPattern.isotropic, .shortDipole, .halfWaveDipole])
    func losslessPatternsRadiateOne(pattern: AntennaPattern) {
        var sum = 0.0
        let steps = 400
        for step in 0..<steps {
            let zenith = (Double(step) + 0.5) * .pi / Double(steps)
            let amplitude = pattern.amplitude(towards: SphericalDirection(azimuth: 0.3, zenith: zenith))
            sum += amplitude * amplitude * sin(zenith) * .pi / Double(steps) / 2
        }
        #expect(abs(sum - 1) < 2e-3)
    }

    @Test func slantedPairsAreAcrossEachOther() {
        let pair = Antenna.crossed(.tr38901)
        for azimuth in [-0.7, 0, 0.4] {
            let direction = SphericalDirection(azimuth: azimuth, zenith: 1.8).vector
            let one = pair[0].field(towards: direction)
            let two = pair[1].field(towards: direction)
            #expect((one.theta * two.theta + one.phi * two.phi).magnitude < 1e-12)
            #expect(abs(one.theta.magnitude - one.phi.magnitude) < 1e-12)
        }
        let level = Antenna.horizontal.field(towards: SIMD3(1, 0, 0))
        #expect(level.theta.magnitude < 1e-12 && abs(level.phi.real - 1) < 1e-12)
    }

    /// TR 38.901's model 1 is nothing but a turn of the element about its viewing direction.
    @Test(arguments: 0..<50) func modelOneIsARotation(trial: UInt64) {
        let random = CounterGenerator(seed: 5, purpose: 3)
        let slant = random.uniform(trial, 0, in: -1.5..<1.5)
        let direction = FieldScene.direction(random, trial, 4)
        let model = Antenna(.isotropic, slant: slant, model: .rotated).field(towards: direction)
        let turned = Antenna(
            .isotropic, orientation: AntennaOrientation(slant: slant)
        ).field(towards: direction)
        // The turn of 7.1-4 goes from z to -y, the slant of 7.3-3 from z to +y.
        let other = Antenna(.isotropic, orientation: AntennaOrientation(slant: -slant)).field(towards: direction)
        let error = min(
            (model.theta - turned.theta).magnitude + (model.phi - turned.phi).magnitude,
            (model.theta - other.theta).magnitude + (model.phi - other.phi).magnitude)
        #expect(error < 1e-9, "trial \(trial)")
    }

    // MARK: - Arrays

    @Test func anArrayAddsUpAtBroadsideAndCancelsInItsNulls() {
        let array = AntennaArray(rows: 1, columns: 4, elements: [.vertical])
        #expect(array.portCount == 4)
        func sum(_ azimuth: Double) -> Double {
            let direction = SphericalDirection(azimuth: azimuth, zenith: .pi / 2).vector
            return array.response(towards: direction).reduce(Complex.zero) { $0 + $1.theta }.magnitude
        }
        #expect(abs(sum(0) - 4) < 1e-12)
        // N d sin(phi) = 1 wavelength: 4 * 0.5 * sin(30 degrees).
        #expect(sum(.pi / 6) < 1e-12)
        // First side lobe of four elements: -11.3 dB.
        #expect(abs(20 * log10(sum(asin(0.735)) / 4) + 11.3) < 0.1)
    }

    @Test func portsAreByPolarisationThenColumnThenRow() {
        let array = AntennaArray(
            rows: 2, columns: 3, elements: Antenna.crossed(.tr38901), spacing: (columns: 0.5, rows: 0.8),
            orientation: AntennaOrientation(bearing: .pi / 2))
        #expect(array.portCount == 12)
        #expect(array.positions[0] == SIMD3(0, -0.5, 0.4) && array.positions[1] == SIMD3(0, -0.5, -0.4))
        // Straight ahead, along y after the turn, all ports of a polarisation are in phase at 8 dBi.
        let ahead = array.response(towards: SIMD3(0, 1, 0))
        for port in 0..<12 {
            #expect(abs(20 * log10(ahead[port].theta.magnitude) - 8 + 10 * log10(2)) < 1e-6)
            #expect((ahead[port].theta - ahead[0].theta).magnitude < 1e-9)
        }
        // A wave from above reaches the upper row first.
        let up = array.response(towards: SphericalDirection(azimuth: .pi / 2, zenith: 1.4).vector)
        let turn = up[0].theta / up[1].theta
        #expect(abs(atan2(turn.imaginary, turn.real) - 2 * .pi * 0.8 * cos(1.4)) < 1e-9)
    }
}
