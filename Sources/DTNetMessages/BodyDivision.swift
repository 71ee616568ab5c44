internal import NetworkModel

/// Rows of parallel arrays: how many there are, and how many bytes one takes on the wire.
struct MessageRows {
    let count: Int
    let bytes: Int

    /// - Parameter entries: of all arrays together, each of four bytes.
    init(_ count: Int, entries: Int) {
        self.count = count
        bytes = count == 0 ? 0 : 4 * entries / count
    }
}

/// A body that may be larger than a message: its rows are divided between several, each a body of the same kind.
protocol DivisibleBody: Equatable {
    /// The same without rows: what every part repeats.
    var head: Self { get }
    /// Its kinds of rows. Where users are told of by cell, those of cells come first and those of users second.
    var rows: [MessageRows] { get }
    /// Cells, and the cell of each user; nil where users are not told of by cell.
    var userCells: (cell: [UInt32], ueCell: [UInt32])? { get }
    /// Adds rows of another body, a range of each kind.
    mutating func append(_ ranges: [Range<Int>], of other: Self)
    /// Throws where the rows do not make a valid body.
    func checked() throws(MessageError) -> Self
}

extension DivisibleBody {
    var userCells: (cell: [UInt32], ueCell: [UInt32])? { nil }

    /// Parts that each fit into a message, in the order of their rows; nil where the body fits as it is.
    ///
    /// - Parameter most: bytes that the arrays of a message may take.
    func divided(most: Int) -> [Self]? {
        let rows = rows
        guard rows.reduce(0, { $0 + $1.count * $1.bytes }) > most else { return nil }
        var cutter = RowCutter(rows: rows, most: most)
        if let (cell, ueCell) = userCells {
            cutter.takeUsers(ueCell, of: cell)
            for kind in rows.indices.dropFirst(2) { cutter.take(kind, from: 0) }
        } else {
            for kind in rows.indices { cutter.take(kind, from: 0) }
        }
        return cutter.finished().map { ranges in
            var part = head
            part.append(ranges, of: self)
            return part
        }
    }

    /// The body that parts make in their order. A cell whose users are in several parts is in each of them.
    static func joined(_ parts: [Self]) throws(MessageError) -> Self {
        guard let head = parts.first?.head else { throw .noBody }
        var whole = head
        for part in parts {
            guard part.head == head else { throw .lengths(field: "part") }
            var ranges = part.rows.map { 0..<$0.count }
            if let last = whole.userCells?.cell.last, part.userCells?.cell.first == last {
                ranges[0] = 1..<ranges[0].upperBound
            }
            whole.append(ranges, of: part)
        }
        return try whole.checked()
    }
}

/// Lays rows into messages, one after the other.
private struct RowCutter {
    private let rows: [MessageRows]
    private let most: Int
    private var cuts: [[Range<Int>]] = []
    /// Rows of the message in hand, and the bytes that it has left.
    private var cut: [Range<Int>]
    private var room: Int

    init(rows: [MessageRows], most: Int) {
        precondition(rows.allSatisfy { $0.bytes <= most / 2 }, "a message holds several rows of each kind")
        self.rows = rows
        self.most = most
        cut = rows.map { _ in 0..<0 }
        room = most
    }

    /// Takes the rows of one kind from a row on, in as many messages as they need.
    mutating func take(_ kind: Int, from first: Int) {
        var next = first
        while next < rows[kind].count {
            let end = min(rows[kind].count, next + room / rows[kind].bytes)
            if end > next { extend(kind, from: next, to: end) }
            next = end
            if next < rows[kind].count { close() }
        }
    }

    /// Takes cells with their users: a cell is not divided where it fits into one message.
    mutating func takeUsers(_ ueCell: [UInt32], of cell: [UInt32]) {
        var ue = 0
        for (index, id) in cell.enumerated() {
            var end = ue
            while end < ueCell.count, ueCell[end] == id { end += 1 }
            if rows[0].bytes + (end - ue) * rows[1].bytes > room, room < most { close() }
            extend(0, from: index, to: index + 1)
            while ue < end {
                let fitting = min(end, ue + room / rows[1].bytes)
                if fitting > ue { extend(1, from: ue, to: fitting) }
                ue = fitting
                if ue < end {
                    close()
                    extend(0, from: index, to: index + 1)
                }
            }
        }
        take(1, from: ue)
    }

    /// The rows of each message, a range of each kind.
    func finished() -> [[Range<Int>]] { cuts + [cut] }

    private mutating func extend(_ kind: Int, from first: Int, to end: Int) {
        cut[kind] = (cut[kind].isEmpty ? first : cut[kind].lowerBound)..<end
        room -= (end - first) * rows[kind].bytes
    }

    private mutating func close() {
        cuts.append(cut)
        cut = rows.map { _ in 0..<0 }
        room = most
    }
}

extension Body {
    /// Whether a body of its kind may come in several messages.
    var isDivisible: Bool {
        switch self {
        case .telemetry, .channelReport, .regionReport, .policy, .offer, .response, .leaderSync, .directive: true
        default: false
        }
    }

    /// Parts that each fit into a message; nil where it fits as it is, and where no division is known.
    ///
    /// - Parameter most: bytes that the arrays of a message may take.
    package func divided(
        most: Int = NetworkConfiguration.mostMessageBytes - NetworkConfiguration.messageOverheadBytes
    ) -> [Body]? {
        switch self {
        case .telemetry(let value): value.divided(most: most)?.map(Body.telemetry)
        case .channelReport(let value): value.divided(most: most)?.map(Body.channelReport)
        case .regionReport(let value): value.divided(most: most)?.map(Body.regionReport)
        case .policy(let value): value.divided(most: most)?.map(Body.policy)
        case .offer(let value): value.divided(most: most)?.map(Body.offer)
        case .response(let value): value.divided(most: most)?.map(Body.response)
        case .leaderSync(let value): value.divided(most: most)?.map(Body.leaderSync)
        case .directive(let value): value.divided(most: most)?.map(Body.directive)
        default: nil
        }
    }

    /// The body that its parts make, which are of one kind.
    package static func joined(_ parts: [Body]) throws(MessageError) -> Body {
        switch parts.first {
        case .telemetry:
            return .telemetry(try .joined(parts.compactMap { if case .telemetry(let part) = $0 { part } else { nil } }))
        case .channelReport:
            return .channelReport(
                try .joined(parts.compactMap { if case .channelReport(let part) = $0 { part } else { nil } }))
        case .regionReport:
            return .regionReport(
                try .joined(parts.compactMap { if case .regionReport(let part) = $0 { part } else { nil } }))
        case .policy:
            return .policy(try .joined(parts.compactMap { if case .policy(let part) = $0 { part } else { nil } }))
        case .offer:
            return .offer(try .joined(parts.compactMap { if case .offer(let part) = $0 { part } else { nil } }))
        case .response:
            return .response(try .joined(parts.compactMap { if case .response(let part) = $0 { part } else { nil } }))
        case .leaderSync:
            return .leaderSync(
                try .joined(parts.compactMap { if case .leaderSync(let part) = $0 { part } else { nil } }))
        case .directive:
            return .directive(try .joined(parts.compactMap { if case .directive(let part) = $0 { part } else { nil } }))
        default: throw .range(field: "part")
        }
    }
}

extension Envelope {
    /// Messages that carry the envelope in parts, in the order in which they must be sent; nil where one does, or where
    /// more were needed than a body may have.
    package var divided: [Envelope]? {
        guard let bodies = body.divided(), bodies.count <= Int(MessageCheck.maxParts) else { return nil }
        return bodies.enumerated().map { index, body in
            var message = self
            message.body = body
            message.part = BodyPart(index: UInt32(index), count: UInt32(bodies.count))
            return message
        }
    }
}
