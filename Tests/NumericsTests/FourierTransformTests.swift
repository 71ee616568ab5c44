import Foundation
import Numerics
import Testing

@Suite struct FourierTransformTests {
    /// The sum of its definition, term by term.
    private static func definition(_ values: [Complex]) -> [Complex] {
        values.indices.map { k in
            var sum = Complex.zero
            for (n, value) in values.enumerated() { sum += value * turn(Double(-k * n % values.count), values.count) }
            return sum
        }
    }

    /// e^(2 pi i part / count).
    private static func turn(_ part: Double, _ count: Int) -> Complex {
        let angle = 2 * Double.pi * part / Double(count)
        return Complex(cos(angle), sin(angle))
    }

    @Test(arguments: [2, 8, 256]) func itIsTheSumOfItsDefinition(count: Int) {
        let values = (0..<count).map { n -> Complex in
            let (a, b) = (Double(n * n % 17), Double(3 * n % 11))
            return Complex(sin(a), cos(b))
        }
        var found = values
        FourierTransform(count: count).transform(&found)
        for (a, b) in zip(found, Self.definition(values)) {
            let difference: Complex = a - b
            #expect(difference.magnitude < 1e-11 * Double(count))
        }
    }

    /// A tone of a whole number of turns is in one place alone.
    @Test func aToneIsInItsPlace() {
        var values = (0..<64).map { Self.turn(Double(61 * $0), 64) }
        FourierTransform(count: 64).transform(&values)
        for (bin, value) in values.enumerated() { #expect(abs(value.magnitude - (bin == 61 ? 64 : 0)) < 1e-11) }
    }
}
