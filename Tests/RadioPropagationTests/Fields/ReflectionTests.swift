import Glibc
import Numerics
import RadioPropagation
import Testing

@Suite struct ReflectionTests {
    private static let freeSpace = FieldScene.sheet(normal: SIMD3(0, 0, 1), material: FieldScene.metal)

    @Test func aFreePathHasFriisLossAndItsPhase() throws {
        let distance = 123.4
        let set = try FieldScene.fields(
            in: Self.freeSpace, from: SIMD3(0, 0, 5), to: SIMD3(distance, 0, 5), over: [[]])
        let loss = FieldScene.wavelength / (4 * .pi * distance)
        let transfer = set.transfer[0]
        #expect(abs(transfer.thetaTheta.magnitude / loss - 1) < 1e-12)
        #expect((transfer.phiPhi + transfer.thetaTheta).magnitude < 1e-12 * loss)
        #expect(transfer.thetaPhi.magnitude < 1e-12 * loss)
        #expect(abs(set.delaySeconds[0] * speedOfLight - distance) < 1e-9)
        // A quarter of a wavelength farther is a quarter turn later.
        let later = try FieldScene.fields(
            in: Self.freeSpace, from: SIMD3(0, 0, 5), to: SIMD3(distance + FieldScene.wavelength / 4, 0, 5), over: [[]])
        let turn = later.transfer[0].thetaTheta / transfer.thetaTheta
        #expect(abs(turn.real) < 1e-6 && abs(turn.imaginary + 1) < 1e-2)
        #expect(set.departure[0] == SIMD3(1, 0, 0) && set.arrival[0] == SIMD3(-1, 0, 0))
        #expect(abs(set.pathGainDb(receiver: 0)! - 20 * log10(loss)) < 1e-9)
    }

    /// A conductor turns a field E into 2 (n . E) n - E, whatever the directions: no TE, no TM in the check.
    @Test(arguments: 0..<200) func aConductorMirrorsTheFieldVector(trial: UInt64) throws {
        let random = CounterGenerator(seed: 3, purpose: 2)
        let normal = FieldScene.direction(random, trial, 0)
        var incoming = FieldScene.direction(random, trial, 10)
        if FieldScene.scalarProduct(incoming, normal) > 0 { incoming = -incoming }
        guard FieldScene.scalarProduct(incoming, normal) < -0.05 else { return }
        let outgoing = incoming - 2 * FieldScene.scalarProduct(incoming, normal) * normal
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: normal, material: FieldScene.metal), from: -7 * incoming, to: 5 * outgoing,
            over: [[(.zero, .specular, 0)]])
        let loss = FieldScene.wavelength / (4 * .pi * 12)
        let sent = SphericalDirection.basis(incoming)
        let received = SphericalDirection.basis(-outgoing)
        func mirrored(_ field: SIMD3<Double>) -> SIMD3<Double> {
            2 * FieldScene.scalarProduct(normal, field) * normal - field
        }
        let expected = [
            FieldScene.scalarProduct(mirrored(sent.theta), received.theta),
            FieldScene.scalarProduct(mirrored(sent.phi), received.theta),
            FieldScene.scalarProduct(mirrored(sent.theta), received.phi),
            FieldScene.scalarProduct(mirrored(sent.phi), received.phi),
        ]
        let transfer = set.transfer[0]
        let found = [transfer.thetaTheta, transfer.thetaPhi, transfer.phiTheta, transfer.phiPhi]
        let carrier = try FieldScene.fields(
            in: Self.freeSpace, from: .zero, to: SIMD3(12, 0, 0), over: [[]]
        ).transfer[0].thetaTheta
        for (one, other) in zip(found, expected) {
            #expect((one - other * carrier).magnitude < 2e-3 * loss, "trial \(trial)")
        }
    }

    /// A wave along x meets a mirror at 45 degrees and goes up: vertical becomes -x... the field along z turns into one
    /// along x, the field along y keeps its line and changes sign.
    @Test func aBounceAtFortyFiveDegreesTurnsVerticalIntoTheLevel() throws {
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(-1, 0, 1), material: FieldScene.metal), from: SIMD3(-10, 0, 0),
            to: SIMD3(0, 0, 10), over: [[(.zero, .specular, 0)]])
        let loss = FieldScene.wavelength / (4 * .pi * 20)
        let transfer = set.transfer[0]
        // Arrival straight from below: theta runs along x, phi along y.
        #expect(abs(transfer.thetaTheta.magnitude / loss - 1) < 1e-3)
        #expect(abs(transfer.phiPhi.magnitude / loss - 1) < 1e-3)
        #expect(transfer.thetaPhi.magnitude < 1e-9 && transfer.phiTheta.magnitude < 1e-9)
    }

    /// The mirror stands upright but at 45 degrees about the wave's direction: vertical becomes horizontal.
    @Test func aRolledMirrorSwapsThePolarisations() throws {
        let normal = FieldScene.unit(SIMD3(-0.05, 1, 1))
        let incoming = SIMD3<Double>(1, 0, 0)
        let outgoing = incoming - 2 * FieldScene.scalarProduct(incoming, normal) * normal
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: normal, material: FieldScene.metal), from: -100 * incoming,
            to: 100 * outgoing, over: [[(.zero, .specular, 0)]])
        let transfer = set.transfer[0]
        #expect(transfer.phiTheta.magnitude > 10 * transfer.thetaTheta.magnitude)
        #expect(transfer.thetaPhi.magnitude > 10 * transfer.phiPhi.magnitude)
    }

    /// Level ground: the vertical field is in the plane of incidence, so its reflection is the slab's TM.
    @Test func theGroundReflectsVerticalAsTM() throws {
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(0, 0, 1), material: FieldScene.concrete), from: SIMD3(-6, 0, 3),
            to: SIMD3(6, 0, 3), over: [[(.zero, .specular, 0)]])
        let cosine = 3 / 45.0.squareRoot()
        let permittivity = Complex(5.24, -0.123 / (8.854_187_812_8e-12 * 2 * .pi * FieldScene.frequencyHz))
        let slab = SlabCoefficients(
            cosine: cosine, permittivity: permittivity, wavenumberThickness: 2 * .pi * 0.1 / FieldScene.wavelength)
        let loss = FieldScene.wavelength / (4 * .pi * 2 * 45.0.squareRoot())
        #expect(abs(set.transfer[0].thetaTheta.magnitude / loss - slab.reflectionTM.magnitude) < 1e-6)
        #expect(abs(set.transfer[0].phiPhi.magnitude / loss - slab.reflectionTE.magnitude) < 1e-6)
    }

    @Test func aWallIsPassedWithTheSlabsCoefficients() throws {
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(1, 0, 0), material: FieldScene.concrete), from: SIMD3(-8, 0, 0),
            to: SIMD3(12, 0, 0), over: [[(.zero, .transmission, 0)]])
        let permittivity = Complex(5.24, -0.123 / (8.854_187_812_8e-12 * 2 * .pi * FieldScene.frequencyHz))
        let slab = SlabCoefficients(
            cosine: 1, permittivity: permittivity, wavenumberThickness: 2 * .pi * 0.1 / FieldScene.wavelength)
        let loss = FieldScene.wavelength / (4 * .pi * 20)
        #expect(abs(set.transfer[0].thetaTheta.magnitude / loss - slab.transmissionTE.magnitude) < 1e-6)
        #expect(set.materialMix(receiver: 0)?.transmissions == [1])
    }

    /// A rough surface takes from its mirror image what it scatters.
    @Test func scatteringWeakensTheMirrorImage() throws {
        var rough = FieldScene.metal
        rough.scatteringCoefficient = 0.6
        func reflected(_ material: RadioMaterial) throws -> Double {
            try FieldScene.fields(
                in: FieldScene.sheet(normal: SIMD3(0, 0, 1), material: material), from: SIMD3(-4, 0, 3),
                to: SIMD3(4, 0, 3), over: [[(.zero, .specular, 0)]]
            ).transfer[0].thetaTheta.magnitude
        }
        #expect(abs(try reflected(rough) / reflected(FieldScene.metal) - 0.8) < 1e-9)
    }

    /// Lambert: a patch of area A under a wave from straight above at distance a sends S^2 cos A / (pi a^2 b^2) of it.
    @Test func aPatchScattersAfterLambert() throws {
        var rough = FieldScene.metal
        rough.scatteringCoefficient = 0.5
        rough.crossPolarisationDiscrimination = 0.2
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(0, 0, 1), material: rough), from: SIMD3(0.001, 0, 20),
            to: SIMD3(6, 0, 8), over: [[(.zero, .diffuse, 0)]], patchArea: 2)
        let unit = FieldScene.wavelength / (4 * .pi)
        let power = unit * unit * 0.25 * 0.8 * 2 / (.pi * 400 * 100)
        let transfer = set.transfer[0]
        let sum = transfer.thetaTheta.squaredMagnitude + transfer.phiTheta.squaredMagnitude
        #expect(abs(sum / power - 1) < 1e-3)
        #expect(abs(transfer.phiTheta.squaredMagnitude / sum - 0.2) < 1e-6)
        // Nothing goes through to the other side.
        let below = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(0, 0, 1), material: rough), from: SIMD3(0.001, 0, 20),
            to: SIMD3(6, 0, -8), over: [[(.zero, .diffuse, 0)]], patchArea: 2)
        #expect(below.transfer[0].thetaTheta.magnitude == 0)
    }

    @Test func aMaterialOutsideItsRangeIsNamed() throws {
        let brick = try ITUMaterials.material(named: "itu_brick")
        let scene = FieldScene.sheet(normal: SIMD3(0, 0, 1), material: brick)
        #expect(throws: RadioMaterialError.self) {
            try FieldSolver(scene: scene, faces: SceneFaces(scene), frequencyHz: 60e9)
        }
    }
}
