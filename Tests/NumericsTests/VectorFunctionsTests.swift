import Glibc
import Numerics
import Testing

struct VectorFunctionsTests {
    @Test func logarithmIsThatOfTheLibrary() {
        var x: Float = 1e-30
        while x < 1e30 {
            let error = VectorFunctions.log2(SIMD8(repeating: x))[5] - log2(x)
            #expect(abs(error) < 1e-5, "log2(\(x))")
            x *= 1.37
        }
        let near = VectorFunctions.log2(SIMD8<Float>(1, 1.001, 0.999, 2, 0.5, 1.4142, 1.4143, 4))
        #expect(near[0] == 0 && near[3] == 1 && near[4] == -1 && near[7] == 2)
        #expect(abs(near[1] - log2(1.001)) < 2e-7 && abs(near[2] - log2(0.999)) < 2e-7)
        #expect(abs(near[5] - near[6]) < 2e-4)
    }

    @Test func cosineIsThatOfTheLibrary() {
        for step in -4_000...4_000 {
            let turns = Float(step) * 0.0137
            let exact = cos(2 * Double.pi * Double(turns))
            #expect(abs(Double(VectorFunctions.cosine(turns: SIMD8(repeating: turns))[2]) - exact) < 5e-6, "\(turns)")
        }
    }
}
