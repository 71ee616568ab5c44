/// A box with sides along the axes, in metres. The empty box has its minimum above its maximum.
package struct SceneBounds: Sendable, Equatable {
    package var minimum: SIMD3<Double>
    package var maximum: SIMD3<Double>

    package init(minimum: SIMD3<Double>, maximum: SIMD3<Double>) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Holds no point; a union with it changes nothing.
    package static let empty = SceneBounds(
        minimum: SIMD3(repeating: .infinity), maximum: SIMD3(repeating: -.infinity))

    package var isEmpty: Bool { minimum.x > maximum.x }
    /// Metres along each axis; 0 where the box is empty.
    package var size: SIMD3<Double> { isEmpty ? .zero : maximum - minimum }

    package mutating func include(_ point: SIMD3<Double>) {
        minimum = pointwiseMin(minimum, point)
        maximum = pointwiseMax(maximum, point)
    }

    package func union(_ other: SceneBounds) -> SceneBounds {
        SceneBounds(minimum: pointwiseMin(minimum, other.minimum), maximum: pointwiseMax(maximum, other.maximum))
    }

    package func contains(_ point: SIMD3<Double>) -> Bool {
        all(point .>= minimum) && all(point .<= maximum)
    }

    package func overlaps(_ other: SceneBounds) -> Bool {
        all(minimum .<= other.maximum) && all(other.minimum .<= maximum)
    }
}
