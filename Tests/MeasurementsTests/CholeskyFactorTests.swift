import Measurements
import Numerics
import Testing

@Suite struct CholeskyFactorTests {
    /// A seeded positive matrix of a size that is no multiple of what is summed side by side.
    @Test(arguments: [1, 7, 8, 21]) func inverseSquareAndDeterminantBelongToTheMatrix(count: Int) {
        let generator = CounterGenerator(seed: 3)
        let root = (0..<(count * count)).map { generator.normal(UInt64($0), 1) }
        var matrix = Array(repeating: 0.0, count: count * count)
        for i in 0..<count {
            for j in 0..<count {
                for k in 0..<count { matrix[i * count + j] += root[i * count + k] * root[j * count + k] }
                if i == j { matrix[i * count + j] += 1 }
            }
        }
        let factor = CholeskyFactor(matrix)
        let inverse = factor.inverse
        for i in 0..<count {
            for j in 0..<count {
                let product = (0..<count).reduce(0.0) { $0 + matrix[i * count + $1] * inverse[$1 * count + j] }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
            }
        }
        let x = (0..<count).map { generator.normal(UInt64($0), 2) }
        var square = 0.0
        for i in 0..<count { for j in 0..<count { square += x[i] * inverse[i * count + j] * x[j] } }
        #expect(abs(factor.square(x) - square) < 1e-9 * max(1, square))
        for (i, value) in factor.solved(x).enumerated() {
            let expected = (0..<count).reduce(0.0) { $0 + inverse[i * count + $1] * x[$1] }
            #expect(abs(value - expected) < 1e-9 * max(1, abs(expected)))
        }
        // Twice the matrix: the determinant grows by 2 per row.
        let twice = CholeskyFactor(matrix.map { 2 * $0 })
        #expect(abs(twice.logDeterminant - factor.logDeterminant - Double(count) * 0.693_147_180_559_945) < 1e-9)
    }
}
