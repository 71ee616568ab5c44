/// Why a file of readings cannot be used: where, what, and what to do.
package struct MeasurementError: Error, Equatable, CustomStringConvertible {
    package var description: String

    init(_ place: String, _ what: String) { description = "\(place): \(what)" }
}
