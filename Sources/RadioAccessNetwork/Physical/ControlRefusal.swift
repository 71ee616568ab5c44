package import NetworkModel

/// Why the radio network did not apply a control. Nothing of a refused control acts.
package enum ControlRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownCell(CellID)
    case unknownUE(UEID)
    /// Another number of values than `expected`.
    case wrongCount(found: Int, expected: Int)
    /// Not finite, or negative.
    case outOfRange(index: Int)
    /// No index of the table of schemes.
    case unknownScheme(UInt32)
    /// Powers add up to more than the cell may send.
    case overPower(watts: Float, limit: Float)
    /// Shares of one subband add up to more than 1.
    case overShare(subband: Int)
    /// The user is not served by the cell.
    case notServed(UEID, by: CellID)
    /// The cell is on the ground.
    case noPlatform(CellID)
    /// The effect of this control cannot be observed in a replay.
    case notObservable(String)

    package var description: String {
        switch self {
        case .unknownCell(let cell): "unknown \(cell)"
        case .unknownUE(let ue): "unknown \(ue)"
        case .wrongCount(let found, let expected): "\(found) values where \(expected) are due"
        case .outOfRange(let index): "value \(index) is negative or not finite"
        case .unknownScheme(let index):
            "MCS \(index) is none of \(MCSTable.indices.lowerBound) to \(MCSTable.indices.upperBound) "
                + "(TS 38.214 Table 5.1.3.1-2), nor 2^32-1 for no cap"
        case .overPower(let watts, let limit): "\(watts) W in all, the cell may send \(limit) W"
        case .overShare(let subband): "shares of subband \(subband) add up to more than 1"
        case .notServed(let ue, let cell): "\(ue) is not served by \(cell)"
        case .noPlatform(let cell): "\(cell) is on no platform"
        case .notObservable(let reason): "not observable: \(reason)"
        }
    }
}

/// Checks that hold for the emulated network and for replay alike.
enum ControlCheck {
    /// Refuses powers that are not `subbands` finite numbers from 0 on with a sum of at most `limit`.
    static func powers(_ watts: [Float], subbands: Int, limit: Float) throws(ControlRefusal) {
        guard watts.count == subbands else { throw .wrongCount(found: watts.count, expected: subbands) }
        if let bad = watts.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) { throw .outOfRange(index: bad) }
        let sum = watts.reduce(0, +)
        // Powers travel as single precision: a thousandth over the budget is rounding.
        guard sum <= limit * 1.001 else { throw .overPower(watts: sum, limit: limit) }
    }

    /// Refuses what is no index of `MCSTable` and not its `uncapped`.
    static func highestMCS(_ index: UInt32) throws(ControlRefusal) {
        guard index == MCSTable.uncapped || MCSTable.indices.contains(Int(index)) else { throw .unknownScheme(index) }
    }

    /// Refuses shares, `[ue][subband]`, that are not in 0 ... 1 or overfill a subband.
    static func shares(_ shares: [Float], ues: Int, subbands: Int) throws(ControlRefusal) {
        let expected = ues * subbands
        guard shares.count == expected else { throw .wrongCount(found: shares.count, expected: expected) }
        if let bad = shares.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) { throw .outOfRange(index: bad) }
        for subband in 0..<subbands {
            var sum: Float = 0
            for ue in 0..<ues { sum += shares[ue * subbands + subband] }
            guard sum <= 1.001 else { throw .overShare(subband: subband) }
        }
    }
}
