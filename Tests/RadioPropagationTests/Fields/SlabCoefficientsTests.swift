import Numerics
import RadioPropagation
import Testing

@Suite struct SlabCoefficientsTests {
    @Test func aHalfSpaceAtPerpendicularIncidence() {
        let r = SlabCoefficients.halfSpace(cosine: 1, permittivity: Complex(4))
        #expect(abs(r.te.real + 1 / 3.0) < 1e-12)
        #expect(abs(r.tm.real - 1 / 3.0) < 1e-12)
    }

    /// At 60 degrees on permittivity 4: sqrt(4 - 3/4) = 1.802776, worked out by hand.
    @Test func aHalfSpaceAtAnAngle() {
        let r = SlabCoefficients.halfSpace(cosine: 0.5, permittivity: Complex(4))
        #expect(abs(r.te.real + 0.565741) < 1e-6)
        #expect(abs(r.tm.real - 0.051863) < 1e-6)
    }

    @Test(arguments: [2.0, 4, 5.24, 15])
    func brewstersAngleReflectsNoTM(permittivity: Double) {
        let cosine = 1 / (1 + permittivity).squareRoot()
        let r = SlabCoefficients.halfSpace(cosine: cosine, permittivity: Complex(permittivity))
        #expect(r.tm.magnitude < 1e-12)
        #expect(r.te.magnitude > 0.3)
        let slab = SlabCoefficients(cosine: cosine, permittivity: Complex(permittivity), wavenumberThickness: 7)
        #expect(slab.reflectionTM.magnitude < 1e-12)
    }

    @Test(arguments: [0.05, 0.3, 0.7, 1])
    func aConductorReflectsAll(cosine: Double) {
        let slab = SlabCoefficients(
            cosine: cosine, permittivity: Complex(1, -5.1e10), wavenumberThickness: 7.3)
        #expect((slab.reflectionTE - Complex(-1)).magnitude < 1e-4)
        #expect((slab.reflectionTM - Complex(1)).magnitude < 1e-3)
        #expect(slab.transmissionTE.magnitude == 0 && slab.transmissionTM.magnitude == 0)
    }

    @Test func quarterAndHalfWaveSlabs() {
        // Index 2: a quarter wave inside is k d = pi / 4; (1 - n^2) / (1 + n^2) = -0.6.
        let quarter = SlabCoefficients(cosine: 1, permittivity: Complex(4), wavenumberThickness: .pi / 4)
        #expect(abs(quarter.reflectionTE.magnitude - 0.6) < 1e-12)
        let half = SlabCoefficients(cosine: 1, permittivity: Complex(4), wavenumberThickness: .pi / 2)
        #expect(half.reflectionTE.magnitude < 1e-12)
        #expect(abs(half.transmissionTM.magnitude - 1) < 1e-12)
    }

    @Test func noThicknessIsNoWall() {
        let slab = SlabCoefficients(cosine: 0.4, permittivity: Complex(5, -0.3), wavenumberThickness: 0)
        #expect(slab.reflectionTE.magnitude < 1e-12 && slab.reflectionTM.magnitude < 1e-12)
        #expect((slab.transmissionTE - .one).magnitude < 1e-12)
    }

    @Test func aThickLossySlabIsAHalfSpace() {
        let permittivity = Complex(5.24, -0.64)
        let slab = SlabCoefficients(cosine: 0.6, permittivity: permittivity, wavenumberThickness: 400)
        let half = SlabCoefficients.halfSpace(cosine: 0.6, permittivity: permittivity)
        #expect((slab.reflectionTE - half.te).magnitude < 1e-9)
        #expect((slab.reflectionTM - half.tm).magnitude < 1e-9)
    }

    /// Reflected, transmitted and absorbed power sum to 1: nothing absorbed without losses, something with them.
    @Test(arguments: 0..<500) func energyIsConserved(trial: UInt64) {
        let random = CounterGenerator(seed: 8, purpose: 1)
        let cosine = random.uniform(trial, 0, in: 0.02..<1)
        let real = random.uniform(trial, 1, in: 1..<30)
        let thickness = random.uniform(trial, 2, in: 0.01..<40)
        let clear = SlabCoefficients(cosine: cosine, permittivity: Complex(real), wavenumberThickness: thickness)
        #expect(abs(clear.reflectionTE.squaredMagnitude + clear.transmissionTE.squaredMagnitude - 1) < 1e-9)
        #expect(abs(clear.reflectionTM.squaredMagnitude + clear.transmissionTM.squaredMagnitude - 1) < 1e-9)
        let lossy = SlabCoefficients(
            cosine: cosine, permittivity: Complex(real, -random.uniform(trial, 3, in: 0.01..<20)),
            wavenumberThickness: thickness)
        #expect(lossy.reflectionTE.squaredMagnitude + lossy.transmissionTE.squaredMagnitude < 1)
        #expect(lossy.reflectionTM.squaredMagnitude + lossy.transmissionTM.squaredMagnitude < 1)
    }
}
