import Glibc
import Numerics
import Testing

/// Factor and eigenvectors of Hermitian matrices, held against what defines them.
struct HermitianTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> ComplexMatrix {
        let draw = CounterGenerator(seed: seed, purpose: 0x484D)
        return ComplexMatrix(
            rows: rows, columns: columns,
            elements: (0..<UInt64(rows * columns)).map { Complex(draw.normal($0, 1), draw.normal($0, 2)) })
    }

    private func gram(_ size: Int, seed: UInt64) -> ComplexMatrix { random(size + 1, size, seed: seed).gram }

    private func distance(_ a: ComplexMatrix, _ b: ComplexMatrix) -> Double {
        zip(a.elements, b.elements).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13])
    func aFactorSolvesAndGivesTheDeterminant(size: Int) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let root = random(size + 1, size, seed: seed)
            var matrix = root.gram
            matrix.addDiagonal(0.01)
            let right = random(size, 3, seed: seed + 100)
            let factor = GramCholesky(of: root, plus: 0.01)
            #expect(distance(factor.upper.gram, matrix) < 1e-12 * matrix.trace, "size \(size), seed \(seed)")
            let solution = factor.solve(right)
            #expect(distance(matrix * solution, right) < 1e-8, "size \(size), seed \(seed)")
            // |R^-H B|^2 is the trace of B^H A^-1 B.
            let product = (right.adjoint * solution).trace
            #expect(abs(factor.forward(right).squaredNorm - product) < 1e-8 * max(1, product))
            let sum = HermitianEigenvectors(matrix).values.reduce(0) { $0 + log2($1) }
            #expect(abs(factor.log2Determinant - sum) < 1e-8, "size \(size), seed \(seed)")
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13])
    func eigenvectorsDiagonaliseAndAreOrthonormal(size: Int) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let matrix = gram(size, seed: seed)
            let eigen = HermitianEigenvectors(matrix)
            #expect(distance(eigen.vectors.adjoint * eigen.vectors, .diagonal(1, size: size)) < 1e-12)
            var diagonal = ComplexMatrix(rows: size, columns: size)
            for index in 0..<size { diagonal[index, index] = Complex(eigen.values[index]) }
            #expect(distance(matrix * eigen.vectors, eigen.vectors * diagonal) < 1e-11, "size \(size), seed \(seed)")
            #expect(eigen.values == eigen.values.sorted(by: >))
        }
    }

    @Test func anIdentityUnderManyDecadesIsNotLost() {
        for seed in 1...20 as ClosedRange<UInt64> {
            // Two rows along one direction, 1e13 long: det(I + v v^H) = 1 + |v|^2 whatever the order.
            let direction = 1e13 * random(1, 4, seed: seed)
            let factor = GramCholesky(
                of: ComplexMatrix(stacked: [direction, 1e-20 * direction, direction], columns: 4), plus: 1)
            let exact = log2(2 * direction.squaredNorm)
            #expect(abs(factor.log2Determinant - exact) < 1e-3, "seed \(seed): \(factor.log2Determinant), \(exact)")
            #expect(factor.solve(direction.adjoint).squaredNorm.isFinite)
        }
        #expect(GramCholesky(of: ComplexMatrix(rows: 0, columns: 3), plus: 4).upper == .diagonal(2, size: 3))
        let zero = HermitianEigenvectors(ComplexMatrix(rows: 3, columns: 3))
        #expect(zero.values == [0, 0, 0] && zero.vectors == .diagonal(1, size: 3))
    }
}
