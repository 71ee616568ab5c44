internal import Glibc
package import Numerics

/// Elements in rows and columns in the plane across the antenna's viewing direction, all alike but for their
/// polarisations (TR 38.901 section 7.3). The array turns as one.
package struct AntennaArray: Sendable, Equatable {
    /// The elements at one position, one per polarisation; orientation is the array's.
    package let elements: [Antenna]
    /// Positions about the array's centre in wavelengths, in its own axes: columns along y, rows downwards along -z,
    /// column after column.
    package let positions: [SIMD3<Double>]
    package let orientation: AntennaOrientation

    /// Positions times polarisations: port `p * positions.count + i` is position i in polarisation p.
    package var portCount: Int { elements.count * positions.count }

    /// - Parameters:
    ///   - elements: one per polarisation; their own orientation is replaced by the array's.
    ///   - spacing: between columns and between rows, in wavelengths.
    package init(
        rows: Int, columns: Int, elements: [Antenna], spacing: (columns: Double, rows: Double) = (0.5, 0.5),
        orientation: AntennaOrientation = .upright
    ) {
        precondition(rows >= 1 && columns >= 1 && !elements.isEmpty, "an array has elements")
        self.elements = elements.map {
            var element = $0
            element.orientation = orientation
            return element
        }
        self.orientation = orientation
        positions = (0..<columns).flatMap { column in
            (0..<rows).map { row in
                SIMD3(
                    0, spacing.columns * (Double(column) - 0.5 * Double(columns - 1)),
                    spacing.rows * (0.5 * Double(rows - 1) - Double(row)))
            }
        }
    }

    /// Field amplitudes of every port towards a direction of the world, with the phase of its position:
    /// `e^(j 2 pi r . d / wavelength)` for a position d and a plane wave along r.
    package func response(towards direction: SIMD3<Double>) -> [(theta: Complex, phi: Complex)] {
        let local = orientation.local(direction)
        let phases = positions.map { Complex.unit(phase: 2 * .pi * dot(local, $0)) }
        return elements.flatMap { element in
            let field = element.field(towards: direction)
            return phases.map { (theta: $0 * field.theta, phi: $0 * field.phi) }
        }
    }
}
