import RadioPropagation
import Testing

/// Doppler is positive where the path grows shorter.
@Suite struct DopplerTests {
    private static let wall = FieldScene.sheet(normal: SIMD3(-1, 0, 0), material: FieldScene.metal)

    private static func shift(_ motion: Motion, reflected: Bool = false) throws -> Double {
        try FieldScene.fields(
            in: wall, from: SIMD3(-20, 0, 0), to: SIMD3(-10, 0.0001, 0),
            over: [reflected ? [(SIMD3(0, 0, 0), .specular, 0)] : []], motion: motion
        ).dopplerHz[0]
    }

    @Test func aReceiverThatComesNearerHearsHigher() throws {
        let expected = 30 / FieldScene.wavelength
        let towards = Motion(receivers: [SIMD3(-30, 0, 0)])
        #expect(abs(try Self.shift(towards) - expected) < 1e-3 * expected)
        let away = Motion(receivers: [SIMD3(30, 0, 0)])
        #expect(abs(try Self.shift(away) + expected) < 1e-3 * expected)
        // Away from the transmitter is towards its image behind the wall.
        #expect(abs(try Self.shift(away, reflected: true) - expected) < 1e-3 * expected)
    }

    @Test func aTransmitterThatComesNearerIsHeardHigher() throws {
        let motion = Motion(transmitter: SIMD3(30, 0, 0))
        #expect(abs(try Self.shift(motion) * FieldScene.wavelength / 30 - 1) < 1e-3)
    }

    @Test func aWallThatComesNearerCountsTwice() throws {
        let motion = Motion(objects: [SIMD3(-5, 0, 0)])
        #expect(abs(try Self.shift(motion, reflected: true) * FieldScene.wavelength / 10 - 1) < 1e-3)
        #expect(try Self.shift(motion) == 0)
    }

    @Test func movingTogetherShiftsNothing() throws {
        let motion = Motion(transmitter: SIMD3(9, 2, 1), receivers: [SIMD3(9, 2, 1)], objects: [SIMD3(9, 2, 1)])
        #expect(abs(try Self.shift(motion, reflected: true)) < 1e-6)
        #expect(abs(try Self.shift(motion)) < 1e-6)
    }
}
