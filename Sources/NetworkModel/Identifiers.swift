/// Dense index of a node (one role instance) in the resolved topology; the same on every host that runs it.
package struct NodeID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "node \(rawValue)" }
}

/// Dense index of a cell in the resolved topology, 0 ..< number of cells.
package struct CellID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Stands for "no cell" in packed arrays.
    package static let none = CellID(.max)

    package var index: Int { Int(rawValue) }
    package static func < (left: CellID, right: CellID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { self == .none ? "no cell" : "cell \(rawValue)" }
}

/// Dense index of a user equipment in the scenario, 0 ..< number of UEs.
package struct UEID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package var index: Int { Int(rawValue) }
    package static func < (left: UEID, right: UEID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "UE \(rawValue)" }
}

/// Dense index of a region in the resolved topology.
package struct RegionID: Hashable, Comparable, Sendable, Codable {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package var index: Int { Int(rawValue) }
    package static func < (left: RegionID, right: RegionID) -> Bool { left.rawValue < right.rawValue }
}
