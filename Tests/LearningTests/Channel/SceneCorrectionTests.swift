import Glibc
import Learning
import Testing

@Suite struct SceneCorrectionTests {
    static let crown = Clutter.Crown(centre: SIMD3(5, 0, 6), radiusMetres: 2, lossDbPerMetre: 1)
    static let lorry = Clutter.Vehicle(
        centre: SIMD3(20, 0, 0), along: SIMD2(0, 1), lengthMetres: 10, widthMetres: 2.5, heightMetres: 3.5)

    @Test func aCrownTakesTheMetresThatLieInIt() {
        let crown = SceneCorrectionTests.crown
        #expect(abs(crown.metres(from: SIMD3(0, 0, 6), to: SIMD3(10, 0, 6)) - 4) < 1e-12)
        #expect(abs(crown.metres(from: SIMD3(0, 0, 6), to: SIMD3(5, 0, 6)) - 2) < 1e-12)
        #expect(crown.metres(from: SIMD3(0, 2.5, 6), to: SIMD3(10, 2.5, 6)) == 0)
        #expect(crown.metres(from: SIMD3(5, 0, 6), to: SIMD3(5, 0, 6)) == 0)
        #expect(crown.metres(from: SIMD3(10, 0, 6), to: SIMD3(20, 0, 6)) == 0)
    }

    /// P.526 (31): 6.0 dB where the edge touches the line, more the deeper the line lies.
    @Test func aVehicleIsAKnifeEdgeAcrossTheLine() {
        let wavelength = 0.0857
        func loss(_ height: Double, across: Double = 0) -> Double {
            SceneCorrectionTests.lorry.lossDb(
                from: SIMD3(0, across, height), to: SIMD3(40, across, height), wavelengthMetres: wavelength)
        }
        #expect(loss(3.6) == 0)
        #expect(abs(loss(3.4999) - 6.03) < 0.1)
        let nu = 1.5 * (2 / wavelength * (1 / 20.0 + 1 / 20)).squareRoot()
        #expect(abs(loss(2) - (6.9 + 20 * asinh(nu - 0.1) / log(10))) < 1e-6)
        #expect(loss(1) > loss(2))
        #expect(loss(2, across: 5.2) == 0, "past its end")
        #expect(loss(1, across: 4.8) < loss(1), "around the nearer end")
        let turned = Clutter.vehicle(SceneCorrectionTests.lorry)
        #expect(turned.reachMetres > 5 && turned.reachMetres < 5.3)
    }

    @Test func aPathLosesInAllItCrosses() {
        let scene = SceneHypothesis(clutter: [.crown(SceneCorrectionTests.crown)])
        let left = scene.factor(
            from: SIMD3(0, 0, 6), over: [SIMD3(10, 0, 6)], to: SIMD3(0, 0, 6), wavelengthMetres: 0.1)
        #expect(abs(left - 0.158_489_319) < 1e-6, "8 m of 1 dB each")
        #expect(SceneHypothesis().factor(from: .zero, over: [], to: SIMD3(1, 0, 0), wavelengthMetres: 0.1) == 1)
    }

    @Test func aSavedModelKeepsTheScene() throws {
        let correction = SceneCorrection(hypotheses: [
            SceneHypothesis(
                materials: [SceneHypothesis.Material(name: "brick", logPermittivity: 0.2, logConductivity: -0.1)],
                clutter: [.crown(SceneCorrectionTests.crown), .vehicle(SceneCorrectionTests.lorry)]),
            SceneHypothesis(),
        ])
        let engine = ChannelEngine(cells: 1, parameters: ChannelParameter.statistical)
        func bytes(_ scene: SceneCorrection) -> [UInt8] {
            SavedChannelModel(cells: ["one"], logDistance: nil, scene: scene, engine: engine).bytes()
        }
        let whole = bytes(correction)
        let read = try SavedChannelModel(bytes: whole)
        #expect(read.scene == correction)
        #expect(read.engine == engine)
        #expect(try SavedChannelModel(bytes: bytes(SceneCorrection())).scene == SceneCorrection())
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: Array(whole[..<length])) }
        }
    }

    @Test(arguments: [
        SceneHypothesis(materials: [SceneHypothesis.Material(name: "brick", logPermittivity: 9)]),
        SceneHypothesis(clutter: [.crown(Clutter.Crown(centre: .zero, radiusMetres: 1, lossDbPerMetre: -3))]),
        SceneHypothesis(clutter: [
            .vehicle(
                Clutter.Vehicle(
                    centre: .zero, along: SIMD2(2, 0), lengthMetres: 1, widthMetres: 1, heightMetres: 1))
        ]),
    ]) func impossibleScenesAreRefused(_ wild: SceneHypothesis) {
        let engine = ChannelEngine(cells: 1, parameters: ChannelParameter.statistical)
        let model = SavedChannelModel(
            cells: ["one"], logDistance: nil, scene: SceneCorrection(hypotheses: [wild]), engine: engine)
        #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: model.bytes()) }
    }
}
