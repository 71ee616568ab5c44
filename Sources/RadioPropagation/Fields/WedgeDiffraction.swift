internal import Glibc
internal import Numerics

/// Diffraction at an edge by the uniform theory: Kouyoumjian and Pathak (1974) for perfect conductors, with the
/// reflection coefficients of the faces in the terms of their mirror boundaries (Luebbers 1984) and their product in
/// the fourth term (Holm 2000), which lets the field vanish along the dark face, as it does over real walls.
/// Reflections are dyads in the faces' TE and TM directions, so that the total field is continuous at the boundaries
/// at oblique incidence too, where the edge's directions are not the faces'.
struct WedgeDiffraction: Sendable {
    /// One face of the wedge as the edge sees it.
    struct Side: Sendable {
        /// Unit vector in the face, perpendicular to the edge, away from it.
        var tangent: SIMD3<Double>
        /// Points out of the wedge.
        var normal: SIMD3<Double>
        var material: MaterialElectrics
    }

    /// The side nearer to the source is side 0: angles are counted from it, through the air, to the other.
    private let near: Side
    private let far: Side
    /// Along the edge; a turn about it by the right hand goes from the near face's tangent to its normal.
    private let edge: SIMD3<Double>
    /// Angle of the air between the faces over pi: 2 for a half plane.
    private let n: Double
    private let wavenumber: Double
    private let incoming: SIMD3<Double>
    private let sourceAngle: Double

    /// - Parameters:
    ///   - incoming: unit vector along which the wave travels to the edge, not parallel to it.
    ///   - interiorAngle: radians, 0 (half plane) to below pi.
    init(first: Side, second: Side, interiorAngle: Double, incoming: SIMD3<Double>, wavenumber: Double) {
        n = (2 * .pi - interiorAngle) / .pi
        let fromFirst = WedgeDiffraction.angle(-incoming, about: first)
        let isFirstNear = fromFirst <= 0.5 * n * .pi
        near = isFirstNear ? first : second
        far = isFirstNear ? second : first
        edge = cross(near.tangent, near.normal)
        sourceAngle = min(isFirstNear ? fromFirst : WedgeDiffraction.angle(-incoming, about: second), n * .pi)
        self.incoming = incoming
        self.wavenumber = wavenumber
    }

    /// The wave that leaves the edge along `outgoing`, per unit of `sqrt(s' / (s (s + s')))`, for a field given at the
    /// edge without its phase.
    ///
    /// - Parameter distance: `s s' / (s + s')` of the lengths before and behind the edge, metres.
    func diffracted(_ field: ComplexVector, outgoing: SIMD3<Double>, distance: Double) -> ComplexVector {
        let along = dot(incoming, edge)
        let sine = max(1 - along * along, 1e-12).squareRoot()
        let angle = min(WedgeDiffraction.angle(outgoing, about: near), n * .pi)
        let terms = coefficients(angle: angle, sine: sine, distance: distance * sine * sine)

        // The near face mirrors the wave that comes in, the far face the one that would leave along `outgoing`.
        let nearDyad = dyad(near, incoming: incoming, outgoing: mirrored(incoming, near.normal))
        let farDyad = dyad(far, incoming: mirrored(outgoing, far.normal), outgoing: outgoing)
        let before = edgeBasis(incoming, incident: true)
        let after = edgeBasis(outgoing, incident: false)
        let wave = EdgeField(beta: field.along(before.beta), phi: field.along(before.phi))
        let nearWave = nearDyad(wave)
        let sum =
            terms.shadow * wave + terms.near * nearWave + terms.far * farDyad(wave) + terms.both * farDyad(nearWave)
        return -sum.beta * after.beta + -sum.phi * after.phi
    }

    // MARK: - Coefficients

    /// Terms of the shadow boundary, of the faces' mirror boundaries, and of the wave that both faces mirror, sqrt(m).
    private func coefficients(
        angle: Double, sine: Double, distance: Double
    ) -> (shadow: Complex, near: Complex, far: Complex, both: Complex) {
        let factor = -1 / (2 * n * (2 * .pi * wavenumber).squareRoot() * sine) * Complex.unit(phase: -.pi / 4)
        let kl = wavenumber * distance
        let difference = angle - sourceAngle
        let sum = angle + sourceAngle
        return (
            factor * term(difference, sign: -1, kl: kl), factor * term(sum, sign: -1, kl: kl),
            factor * term(sum, sign: 1, kl: kl), factor * term(difference, sign: 1, kl: kl)
        )
    }

    /// `cot((pi + sign beta) / (2 n)) F(k L a)`, with its limit on one side where both factors are extreme.
    private func term(_ beta: Double, sign: Double, kl: Double) -> Complex {
        let turns = ((beta + sign * .pi) / (2 * .pi * n)).rounded()
        let root = (2 * kl).squareRoot() * abs(cos(.pi * n * turns - 0.5 * beta))
        let psi = (.pi + sign * beta) / (2 * n)
        let sine = sin(psi)
        // On the boundary sqrt(k L a) / sin(psi) tends to n sqrt(2 k L).
        let ratio = abs(sine) > 1e-9 ? root / sine : n * (2 * kl).squareRoot()
        return (cos(psi) * ratio) * TransitionFunction.quotient(root * root)
    }

    // MARK: - Directions

    /// Angle of a direction about the edge, from a face through the air, 0 ..< 2 pi.
    private static func angle(_ direction: SIMD3<Double>, about side: Side) -> Double {
        let angle = atan2(dot(direction, side.normal), dot(direction, side.tangent))
        // Rounding may put a direction along the face just below it.
        if angle < -1e-9 { return angle + 2 * .pi }
        return max(angle, 0)
    }

    private func mirrored(_ direction: SIMD3<Double>, _ normal: SIMD3<Double>) -> SIMD3<Double> {
        direction - 2 * dot(direction, normal) * normal
    }

    /// Unit vectors across a wave, towards growing angle about the edge and along the edge.
    private func edgeBasis(
        _ direction: SIMD3<Double>, incident: Bool
    ) -> (beta: SIMD3<Double>, phi: SIMD3<Double>) {
        let turn = normalised(cross(edge, direction))
        let phi = incident ? -turn : turn
        return (cross(phi, direction), phi)
    }

    /// Reflection at a face in the edge's directions, with the sign of the theory: diag(-1, 1) for a conductor.
    private func dyad(_ side: Side, incoming: SIMD3<Double>, outgoing: SIMD3<Double>) -> Dyad {
        let before = edgeBasis(incoming, incident: true)
        let after = edgeBasis(outgoing, incident: false)
        let mirror = SurfaceScattering.mirror(
            incoming: incoming, outgoing: outgoing, normal: side.normal, material: side.material)
        let fromBeta = mirror(ComplexVector(before.beta))
        let fromPhi = mirror(ComplexVector(before.phi))
        return Dyad(
            betaBeta: -fromBeta.along(after.beta), betaPhi: -fromPhi.along(after.beta),
            phiBeta: -fromBeta.along(after.phi), phiPhi: -fromPhi.along(after.phi))
    }

    /// A wave in the edge's directions.
    private struct EdgeField {
        var beta: Complex
        var phi: Complex

        static func * (scale: Complex, wave: EdgeField) -> EdgeField {
            EdgeField(beta: scale * wave.beta, phi: scale * wave.phi)
        }

        static func + (a: EdgeField, b: EdgeField) -> EdgeField {
            EdgeField(beta: a.beta + b.beta, phi: a.phi + b.phi)
        }
    }

    private struct Dyad {
        var betaBeta: Complex
        var betaPhi: Complex
        var phiBeta: Complex
        var phiPhi: Complex

        func callAsFunction(_ wave: EdgeField) -> EdgeField {
            EdgeField(
                beta: betaBeta * wave.beta + betaPhi * wave.phi, phi: phiBeta * wave.beta + phiPhi * wave.phi)
        }
    }
}
