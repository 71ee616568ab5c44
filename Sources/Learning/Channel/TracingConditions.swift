/// What the rays were traced with that a fitted state corrects: with other ones the corrections are not its own.
package struct TracingConditions: Sendable, Equatable, CustomStringConvertible {
    /// Carrier, Hz; above 0.
    package let frequencyHz: Double
    /// Reflections of one path at most.
    package let depth: Int
    /// Names of what paths may do, separated by commas: `los,specular,diffraction`.
    package let interactions: String

    /// - Parameter depth: 0 or more.
    package init(frequencyHz: Double, depth: Int, interactions: String) {
        precondition(frequencyHz > 0 && depth >= 0 && depth <= Int(UInt32.max))
        self.frequencyHz = frequencyHz
        self.depth = depth
        self.interactions = interactions
    }

    /// `3.5 GHz, depth 3, los,specular`.
    package var description: String { "\(frequencyHz / 1e9) GHz, depth \(depth), \(interactions)" }

    /// Whether rays are traced alike; a carrier may be off by the rounding of its unit.
    package func agree(with other: TracingConditions) -> Bool {
        depth == other.depth && interactions == other.interactions
            && abs(frequencyHz - other.frequencyHz) <= 1e-9 * frequencyHz
    }

    func put(into writer: inout SnapshotWriter) {
        writer.put(frequencyHz)
        writer.put(UInt32(depth))
        writer.put(interactions)
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        frequencyHz = try reader.double("a carrier")
        guard frequencyHz > 0 else { throw .outOfRange("a carrier of \(frequencyHz) Hz") }
        depth = Int(try reader.integer(UInt32.self))
        interactions = try reader.text()
    }
}
