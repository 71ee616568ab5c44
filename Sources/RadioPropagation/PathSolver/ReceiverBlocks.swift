internal import Numerics

/// Receivers put into groups of neighbours, and groups into blocks: what none of a block can see is ruled out once.
struct ReceiverBlocks {
    /// A receiver: its place from `origin`, and its number in the bits of the fourth lane.
    private typealias Entry = SIMD4<Float>

    private let receivers: [SIMD3<Double>]
    private let blockCount: Int
    private let origin: SIMD3<Double>
    private let entries: [Entry]
    private let groups: [Range<Int>]

    private static let blocksPerGroup = 16
    /// Receivers that one processor takes together.
    private static let partReceivers = 8_192

    /// - Parameter blockCount: receivers of a block, about.
    init(_ receivers: [SIMD3<Double>], blockCount: Int, _ spreading: WorkSpreading) {
        self.receivers = receivers
        self.blockCount = blockCount
        let size = ReceiverBlocks.partReceivers
        @Sendable func part(_ number: Int) -> Range<Int> { number * size..<min(receivers.count, (number + 1) * size) }
        let parts = (receivers.count + size - 1) / size
        let boxes: [SceneBounds] = spreading.map(parts) { number in
            receivers[part(number)].reduce(into: SceneBounds.empty) { $0.include($1) }
        }
        let box = boxes.reduce(SceneBounds.empty) { $0.union($1) }
        let origin = box.isEmpty ? .zero : 0.5 * (box.minimum + box.maximum)
        self.origin = origin
        let pieces: [[Entry]] = spreading.map(parts) { number in
            part(number).map { Entry(SIMD3<Float>(receivers[$0] - origin), Float(bitPattern: UInt32($0))) }
        }
        var entries = Array(pieces.joined())
        groups = ReceiverBlocks.sort(&entries, intoPartsOf: blockCount * ReceiverBlocks.blocksPerGroup)
        self.entries = entries
    }

    var groupCount: Int { groups.count }

    func receiverCount(of group: Int) -> Int { groups[group].count }

    /// The box around some groups.
    func box(of some: Range<Int>) -> (centre: SIMD3<Float>, half: SIMD3<Float>) {
        guard let first = some.first, let last = some.last else { return (.zero, .zero) }
        let box = ReceiverBlocks.box(entries[groups[first].lowerBound..<groups[last].upperBound])
        let low = SIMD3(box.low.x, box.low.y, box.low.z)
        let high = SIMD3(box.high.x, box.high.y, box.high.z)
        let centre = origin + SIMD3<Double>(0.5 * (low + high))
        // What single precision may have taken of places, and takes of the centre.
        let rounding = Float(1e-6 * (abs(origin.x) + abs(origin.y) + abs(origin.z))) + 1e-3
        return (SIMD3<Float>(centre), 0.5 * (high - low) * 1.000_001 + rounding)
    }

    /// The receivers of a group, block after block.
    func lanes(of group: Int) -> ReceiverLanes {
        var members = Array(entries[groups[group]])
        let blocks = ReceiverBlocks.sort(&members, intoPartsOf: blockCount)
        return ReceiverLanes(
            receivers, numbers: members.map { Int32(bitPattern: $0.w.bitPattern) }, blocks: blocks)
    }

    // MARK: - Neighbours

    /// Puts entries in order of rectangles of the ground that would hold `usual` each if they lay evenly; what is in a
    /// rectangle of more than twice as many is halved until it is not.
    ///
    /// - Returns: the parts, one after the other.
    private static func sort(_ entries: inout [Entry], intoPartsOf usual: Int) -> [Range<Int>] {
        if entries.isEmpty { return [] }
        let starts = sortIntoRectangles(&entries, usual)
        return entries.withUnsafeMutableBufferPointer { entries in
            var parts: [Range<Int>] = []
            for (low, high) in zip(starts, starts.dropFirst()) { halve(entries, low..<high, until: 2 * usual, &parts) }
            return parts
        }
    }

    /// - Returns: first entry of each rectangle, and one past the last.
    private static func sortIntoRectangles(_ entries: inout [Entry], _ usual: Int) -> [Int] {
        let box = box(entries[...])
        let wanted = Float(entries.count) / Float(usual)
        guard wanted > 1 else { return [0, entries.count] }
        let (width, depth) = (box.high.x - box.low.x, box.high.y - box.low.y)
        let edge = max((width * depth / wanted).squareRoot(), max(width, depth) / wanted)
        guard edge > 0 else { return [0, entries.count] }
        let columns = max(1, (width / edge).rounded())
        let rows = max(1, (depth / edge).rounded())
        let perColumn = width > 0 ? columns / width : 0
        let perRow = depth > 0 ? rows / depth : 0
        var starts = [Int](repeating: 0, count: Int(columns * rows) + 1)
        var rectangle: [Int32] = []
        rectangle.reserveCapacity(entries.count)
        for entry in entries {
            let column = min(Int32((entry.x - box.low.x) * perColumn), Int32(columns) - 1)
            let row = min(Int32((entry.y - box.low.y) * perRow), Int32(rows) - 1)
            rectangle.append(column * Int32(rows) + row)
            starts[Int(column * Int32(rows) + row) + 1] += 1
        }
        for number in 1..<starts.count { starts[number] += starts[number - 1] }
        var next = starts
        var sorted = entries
        for number in entries.indices {
            let place = Int(rectangle[number])
            sorted[next[place]] = entries[number]
            next[place] += 1
        }
        entries = sorted
        return starts
    }

    /// Halves entries across the longest side of the box around them.
    private static func halve(
        _ entries: UnsafeMutableBufferPointer<Entry>, _ range: Range<Int>, until limit: Int, _ parts: inout [Range<Int>]
    ) {
        if range.count <= limit {
            if !range.isEmpty { parts.append(range) }
            return
        }
        let box = box(entries[range])
        let size = box.high - box.low
        let axis = size.x >= size.y && size.x >= size.z ? 0 : (size.y >= size.z ? 1 : 2)
        let middle = (range.lowerBound + range.upperBound) / 2
        entries[range].sort { ($0[axis], $0.w.bitPattern) < ($1[axis], $1.w.bitPattern) }
        halve(entries, range.lowerBound..<middle, until: limit, &parts)
        halve(entries, middle..<range.upperBound, until: limit, &parts)
    }

    private static func box(_ entries: some Sequence<Entry>) -> (low: Entry, high: Entry) {
        var low = Entry(repeating: .infinity)
        var high = Entry(repeating: -.infinity)
        for entry in entries {
            low.replace(with: entry, where: entry .< low)
            high.replace(with: entry, where: entry .> high)
        }
        return (low, high)
    }
}
