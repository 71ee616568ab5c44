/// Why bytes from a peer did not become a message. Counted per peer and cause, and dropped.
package enum MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a protobuf message of this schema, or larger than the decoding budget.
    case malformed
    case version(UInt32)
    case noBody
    /// The lengths of parallel arrays disagree.
    case lengths(field: String)
    /// A value is not finite or outside its bounds.
    case range(field: String)
    /// An id that the topology does not hold.
    case unknownID(field: String)
    /// More entries than a message may have.
    case tooMany(field: String)
    /// Ids of cells are not ascending, or UEs not in order of their cell.
    case order(field: String)
    /// The first link of a UE is not that to its serving cell.
    case servingLink(field: String)
    /// The sender's role may not send this body.
    case unauthorised

    package var description: String {
        switch self {
        case .malformed: "not a message of the protocol, or over its size limit"
        case .version(let version): "protocol version \(version), this side speaks \(Envelope.version)"
        case .noBody: "no body"
        case .lengths(let field): "\(field): lengths of parallel arrays disagree"
        case .range(let field): "\(field): not finite or out of range"
        case .unknownID(let field): "\(field): id unknown to the topology"
        case .tooMany(let field): "\(field): too many entries"
        case .order(let field): "\(field): not in ascending order"
        case .servingLink(let field): "\(field): the first link of a UE is not that to its serving cell"
        case .unauthorised: "the sender's role may not send this body"
        }
    }

    /// Short name under which the refusal is counted.
    package var cause: String {
        switch self {
        case .malformed: "malformed"
        case .version: "version"
        case .noBody: "no_body"
        case .lengths: "lengths"
        case .range: "range"
        case .unknownID: "unknown_id"
        case .tooMany: "too_many"
        case .order: "order"
        case .servingLink: "serving_link"
        case .unauthorised: "unauthorised"
        }
    }
}
