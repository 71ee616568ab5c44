import Glibc
import Numerics
import RadioPropagation
import Testing

@Suite struct DiffractionTests {
    /// Values tabulated by McNamara, Pistorius and Malherbe (1990), four digits.
    @Test(arguments: [
        (0.3, 0.5717, 0.2730), (0.5, 0.6768, 0.2682), (0.7, 0.7439, 0.2549), (1.0, 0.8095, 0.2322),
        (1.5, 0.8730, 0.1982), (2.3, 0.9240, 0.1577), (4.0, 0.9658, 0.1073), (5.5, 0.9797, 0.0828),
    ])
    func theTransitionFunctionAgreesWithItsTable(x: Double, real: Double, imaginary: Double) {
        let value = TransitionFunction.value(x)
        #expect(abs(value.real - real) < 1.5e-4)
        #expect(abs(value.imaginary - imaginary) < 1.5e-4)
    }

    @Test func theTransitionFunctionMeetsItsLimitsAndHasNoStep() {
        #expect(TransitionFunction.value(0).magnitude == 0)
        // Kouyoumjian and Pathak's series for large arguments.
        let large = TransitionFunction.value(50)
        #expect(abs(large.real - (1 - 3 / (4 * 2500.0) + 75 / (16 * 6_250_000.0))) < 1e-6)
        #expect(abs(large.imaginary - (1 / 100.0 - 15 / (8 * 125_000.0))) < 1e-6)
        let below = TransitionFunction.value(4 - 1e-12)
        let above = TransitionFunction.value(4 + 1e-12)
        #expect((below - above).magnitude < 1e-10)
    }

    // MARK: - A wedge

    /// Two faces that meet in the z axis: the first along +x, the second turned by `degrees` of air about z.
    private static func wedge(airDegrees: Double, material: RadioMaterial) -> Scene {
        let turn = airDegrees * .pi / 180
        let second = SIMD3<Float>(Float(300 * cos(turn)), Float(300 * sin(turn)), 0)
        let low = SIMD3<Float>(0, 0, -300)
        let high = SIMD3<Float>(0, 0, 300)
        let first = SIMD3<Float>(300, 0, 0)
        return FieldScene.sheets(
            [[low, low + first, high + first, high], [low, high, high + second, low + second]],
            materials: [material, material])
    }

    private static func at(_ degrees: Double, radius: Double, height: Double) -> SIMD3<Double> {
        SIMD3(radius * cos(degrees * .pi / 180), radius * sin(degrees * .pi / 180), height)
    }

    /// Transfer of all paths together at an angle about the edge: free, mirrored in either face, diffracted.
    private static func total(
        _ scene: Scene, airDegrees: Double, source: Double, angle: Double, climb: Double
    ) throws -> PolarTransfer {
        let transmitter = at(source, radius: 20, height: -climb)
        let receiver = at(angle, radius: 30, height: 1.5 * climb)
        let faces = SceneFaces(scene)
        var paths: [[(SIMD3<Double>, InteractionKind, Int32)]] = []
        if abs(angle - source) < 180 { paths.append([]) }
        for (index, face) in faces.faces.enumerated() {
            let image = index == 0 ? -source : 2 * airDegrees - source
            let isMirrored = index == 0 ? angle + source < 180 : angle + source > 2 * airDegrees - 180
            guard isMirrored else { continue }
            let mirror = at(image, radius: 20, height: -climb)
            let near = FieldScene.scalarProduct(mirror, face.normal) - face.offset
            let far = FieldScene.scalarProduct(receiver, face.normal) - face.offset
            paths.append([(mirror + (receiver - mirror) * (near / (near - far)), .specular, Int32(index))])
        }
        let edge = try #require(faces.wedges.firstIndex { $0.faces.y >= 0 })
        // Keller's cone: height over the unfolded plane is linear.
        paths.append([(SIMD3(0, 0, -climb + 2.5 * climb * 20 / 50), .diffraction, Int32(edge))])
        let set = try FieldScene.fields(in: scene, from: transmitter, to: receiver, over: paths)
        return set.transfer.reduce(
            PolarTransfer(thetaTheta: .zero, thetaPhi: .zero, phiTheta: .zero, phiPhi: .zero)
        ) { sum, path in
            PolarTransfer(
                thetaTheta: sum.thetaTheta + path.thetaTheta, thetaPhi: sum.thetaPhi + path.thetaPhi,
                phiTheta: sum.phiTheta + path.phiTheta, phiPhi: sum.phiPhi + path.phiPhi)
        }
    }

    private static let boundaries: [(air: Double, source: Double, boundary: Double)] = [
        // Right-angled corner: shadow, mirror of the first face, mirror of the second.
        (270, 50, 230), (270, 50, 130), (270, 130, 230), (270, 130, 50),
        // A wedge of 60 degrees, and a source near the far face.
        (300, 40, 220), (300, 40, 140), (300, 170, 250), (300, 260, 160), (300, 260, 80),
    ]

    /// The geometric field jumps at a boundary by half its size; with diffraction the sum does not.
    @Test(arguments: boundaries, [0.0, 12])
    func theFieldIsContinuous(_ place: (air: Double, source: Double, boundary: Double), climb: Double) throws {
        for material in [FieldScene.metal, FieldScene.concrete] {
            let scene = Self.wedge(airDegrees: place.air, material: material)
            let step = 2e-6
            let before = try Self.total(
                scene, airDegrees: place.air, source: place.source, angle: place.boundary - step, climb: climb)
            let after = try Self.total(
                scene, airDegrees: place.air, source: place.source, angle: place.boundary + step, climb: climb)
            let size = FieldScene.wavelength / (4 * .pi * 50)
            for (one, other) in [
                (before.thetaTheta, after.thetaTheta), (before.phiPhi, after.phiPhi),
                (before.thetaPhi, after.thetaPhi), (before.phiTheta, after.phiTheta),
            ] {
                let jump = (one - other).magnitude / size
                #expect(jump < 2e-3, "\(material.name), \(place), climb \(climb): \(jump)")
            }
        }
    }

    /// Behind a screen that does not reflect, UTD is the knife edge of ITU-R P.526-15 section 4.1.
    @Test(arguments: [0.0, 0.5, 1, 2, 4, 8, 16])
    func aScreenIsTheKnifeEdgeOfP526(height: Double) throws {
        let scene = FieldScene.sheets(
            [[SIMD3(0, -300, -300), SIMD3(0, 300, -300), SIMD3(0, 300, 0), SIMD3(0, -300, 0)]],
            materials: [FieldScene.absorber])
        let faces = SceneFaces(scene)
        let top = try #require(faces.wedges.firstIndex { $0.a.z == 0 && $0.b.z == 0 })
        let reach = 200.0
        let set = try FieldScene.fields(
            in: scene, from: SIMD3(-reach, 0, -height), to: SIMD3(reach, 0, -height),
            over: [[(.zero, .diffraction, Int32(top))]])
        let nu = height * (2 / FieldScene.wavelength * (2 / reach)).squareRoot()
        let loss = 6.9 + 20 * log10(((nu - 0.1) * (nu - 0.1) + 1).squareRoot() + nu - 0.1)
        let free = 20 * log10(FieldScene.wavelength / (4 * .pi * 2 * reach))
        let found = free - 10 * log10(set.transfer[0].thetaTheta.squaredMagnitude)
        // P.526's own formula is an approximation within 0.3 dB; nu = 0 is 6 dB exactly.
        #expect(abs(found - loss) < 0.4, "nu \(nu): \(found) dB, P.526 \(loss) dB")
    }

    /// The same both ways.
    @Test(arguments: [(30.0, 250.0), (60, 200), (100, 265)])
    func diffractionAroundACornerIsReciprocal(source: Double, angle: Double) throws {
        let scene = Self.wedge(airDegrees: 270, material: FieldScene.concrete)
        let edge = Int32(try #require(SceneFaces(scene).wedges.firstIndex { $0.faces.y >= 0 }))
        let one = Self.at(source, radius: 20, height: 0)
        let two = Self.at(angle, radius: 30, height: 0)
        let bend: [(SIMD3<Double>, InteractionKind, Int32)] = [(.zero, .diffraction, edge)]
        let there = try FieldScene.fields(in: scene, from: one, to: two, over: [bend]).transfer[0]
        let back = try FieldScene.fields(in: scene, from: two, to: one, over: [bend]).transfer[0]
        #expect((there.thetaTheta - back.thetaTheta).magnitude < 1e-9 * there.thetaTheta.magnitude)
        #expect((there.phiPhi - back.phiPhi).magnitude < 1e-9 * there.phiPhi.magnitude)
    }
}
