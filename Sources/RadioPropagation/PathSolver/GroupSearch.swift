internal import Numerics

/// The reflected paths of many receivers, and their lines of sight: of each beam first what single pieces hide of the
/// group that it meets, by a few rays from the face that it leaves, then the receivers that are left one by one.
struct GroupSearch {
    private var search: ReflectionSearch
    private let receivers: [SIMD3<Double>]
    private let group: ReceiverLanes
    private let place: HalfSpaces.Place
    private let marginMetres: Double
    /// Receivers of each row that the beam at hand may reach.
    private var open: [UInt8]
    /// Where it may lead.
    private var reach = HalfSpaces()
    /// Blocks that it meets.
    private var met: [Int] = []

    /// Receivers per block.
    private static let blockCount = 64
    /// Groups after which the caller is asked.
    private static let roundGroups = 128
    /// Groups that one processor takes together, at most: they are neighbours mostly.
    private static let partGroups = 8

    /// - Parameters:
    ///   - sight: whether lines of sight are wanted.
    ///   - goesOn: given how many receivers are done; false ends the search.
    static func search(
        _ lanes: BeamLanes, scene: PathScene, tree: BeamTree, receivers: [SIMD3<Double>], sight: Bool,
        spreading: WorkSpreading, into paths: inout PathCollector, goesOn: (Int) -> Bool
    ) {
        let blocks = ReceiverBlocks(receivers, blockCount: GroupSearch.blockCount, spreading)
        let all = narrow(lanes.rows, to: blocks.box(of: 0..<blocks.groupCount), spreading)
        var first = 0
        var done = 0
        while first < blocks.groupCount {
            let round = first..<min(blocks.groupCount, first + GroupSearch.roundGroups)
            let parts = GroupSearch.parts(of: round)
            let found = spreading.map(parts.count) { part in
                let groups = parts[part]
                let near = all.flatMap { narrow($0[...], to: blocks.box(of: groups)) }
                var paths = PathCollector()
                for group in groups {
                    let rows = narrow(near[...], to: blocks.box(of: group..<group + 1))
                    var search = GroupSearch(
                        ReflectionSearch(scene: scene, tree: tree) { _ in true }, receivers, blocks.lanes(of: group))
                    if sight { search.searchSight(into: &paths) }
                    search.search(rows, into: &paths)
                }
                return paths
            }
            for part in found { paths.append(part) }
            first = round.upperBound
            for group in round { done += blocks.receiverCount(of: group) }
            if !goesOn(done) {
                paths.isComplete = false
                return
            }
        }
    }

    /// What processors take of a round one after the other: less and less, so that none waits long for the last.
    private static func parts(of round: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var low = round.lowerBound
        while low < round.upperBound {
            let high = min(round.upperBound, low + max(2, min(partGroups, (round.upperBound - low) / 4)))
            parts.append(low..<high)
            low = high
        }
        return parts
    }

    /// The beams that meet a box, from some rows at a time.
    private static func narrow(
        _ rows: [BeamLanes.Row], to box: (centre: SIMD3<Float>, half: SIMD3<Float>), _ spreading: WorkSpreading
    ) -> [[BeamLanes.Row]] {
        let part = 1_024
        return spreading.map((rows.count + part - 1) / part) { number in
            narrow(rows[number * part..<min(rows.count, (number + 1) * part)], to: box)
        }
    }

    private static func narrow(
        _ rows: ArraySlice<BeamLanes.Row>, to box: (centre: SIMD3<Float>, half: SIMD3<Float>)
    ) -> [BeamLanes.Row] {
        var kept: [BeamLanes.Row] = []
        rows.withUnsafeBufferPointer { BeamLanes.narrow($0, centre: box.centre, half: box.half, into: &kept) }
        return kept
    }

    private init(_ search: ReflectionSearch, _ receivers: [SIMD3<Double>], _ group: ReceiverLanes) {
        self.search = search
        self.receivers = receivers
        self.group = group
        place = HalfSpaces.Place(
            centre: group.centre, reachMetres: Double(group.half.x + group.half.y + group.half.z))
        marginMetres = 4 * search.scene.index.toleranceMetres + 1e-3
        open = [UInt8](repeating: 0, count: group.lanes.count)
    }

    private mutating func search(_ rows: [BeamLanes.Row], into paths: inout PathCollector) {
        for row in rows {
            for lane in 0..<8 where row.node[lane] >= 0 {
                let node = Int(row.node[lane])
                guard reach.lead(over: node, of: search.tree, search.scene, place, to: group.half) else { continue }
                openReached()
                if met.isEmpty { continue }
                shade(node)
                take(node)
                if search.waitingCount > GroupSearch.waitingLimit { search.release(receivers, into: &paths) }
            }
        }
        search.release(receivers, into: &paths)
    }

    /// Candidate paths that wait for their rays, about.
    private static let waitingLimit = 4_096

    /// Opens the receivers that a sequence may lead to.
    private mutating func openReached() {
        met.removeAll(keepingCapacity: true)
        for number in group.blocks.indices {
            let block = group.blocks[number]
            guard reach.meets(block.centre, half: block.half) else { continue }
            var any: UInt8 = 0
            for row in block.rows {
                open[row] = reach.holds(group.x[row], group.y[row], group.z[row]) & group.lanes[row]
                any |= open[row]
            }
            if any != 0 { met.append(number) }
        }
    }

    // MARK: - Shadows

    /// Closes receivers that single pieces hide from a beam.
    private mutating func shade(_ node: Int) {
        let step = search.tree.nodes[node]
        for number in met {
            var looks = 0
            while looks < GroupSearch.looksPerBlock, let number = probe(of: group.blocks[number]) {
                looks += 1
                let (row, lane) = (number >> 3, number & 7)
                let receiver = Int(group.number[number])
                let waiting = search.waitingCount
                search.unfold(node, receiver, receivers[receiver])
                guard search.waitingCount > waiting else {
                    open[row] &= ~(1 << UInt8(lane))
                    continue
                }
                let meet = search.lastMeeting
                search.dropLast()
                guard let shadow = shadow(from: step.image, leaving: step.face, at: meet, receivers[receiver])
                else { break }
                close(shadow)
                if open[row] & (1 << UInt8(lane)) != 0 { break }
            }
        }
    }

    /// Rays that a block is worth.
    private static let looksPerBlock = 4
    /// Receivers that are worth another ray.
    private static let fewOpen = 6

    /// The receiver in the middle of those of a block that are open, as row and lane; nil where there are few.
    private func probe(of block: ReceiverLanes.Block) -> Int? {
        var count = 0
        for row in block.rows { count += open[row].nonzeroBitCount }
        if count < GroupSearch.fewOpen { return nil }
        var left = count / 2
        for row in block.rows {
            let own = open[row].nonzeroBitCount
            if left >= own {
                left -= own
                continue
            }
            for lane in SetLanes(bits: UInt32(open[row])) {
                if left == 0 { return row * 8 + lane }
                left -= 1
            }
        }
        return nil
    }

    /// The shadow of what a ray to a receiver meets first; nil where there is none.
    ///
    /// - Parameters:
    ///   - face: what the rays leave, at `start`; -1 where they leave the transmitter.
    private func shadow(
        from image: SIMD3<Double>, leaving face: Int32, at start: SIMD3<Double>, _ receiver: SIMD3<Double>
    ) -> HalfSpaces? {
        let scene = search.scene
        let way = receiver - start
        guard let hit = scene.index.closest(from: start, direction: way, limit: 1, ignoring: SIMD2(face, -1))
        else { return nil }
        let other = Int(scene.index.faces.faceOfTriangle[hit.triangle])
        let frame = scene.frames[other]
        let local = start + way * hit.distance - frame.origin
        let polygon = scene.outlines.polygon(of: other, dot(local, frame.u), dot(local, frame.v))
        guard polygon >= 0 else { return nil }
        return HalfSpaces(
            shadowOf: scene.outlines.polygons[polygon], frame, from: image,
            leaving: face < 0 ? nil : scene.frames[Int(face)], marginMetres: marginMetres, place)
    }

    private mutating func close(_ shadow: HalfSpaces) {
        for number in met {
            for row in group.blocks[number].rows where open[row] != 0 {
                open[row] &= ~shadow.holds(group.x[row], group.y[row], group.z[row])
            }
        }
    }

    // MARK: - What is left

    /// Hands on the receivers that are open.
    private mutating func take(_ node: Int) {
        for number in met {
            for row in group.blocks[number].rows where open[row] != 0 {
                for lane in SetLanes(bits: UInt32(open[row])) {
                    let receiver = Int(group.number[row * 8 + lane])
                    search.unfold(node, receiver, receivers[receiver])
                }
            }
        }
    }

    // MARK: - Lines of sight

    /// Adds the lines of sight of the group.
    private mutating func searchSight(into paths: inout PathCollector) {
        let source = search.tree.source
        open = group.lanes
        met = Array(group.blocks.indices)
        for number in met {
            var looks = 0
            while looks < GroupSearch.looksPerBlock, let number = probe(of: group.blocks[number]) {
                looks += 1
                let receiver = receivers[Int(group.number[number])]
                guard let shadow = shadow(from: source, leaving: -1, at: source, receiver) else { break }
                close(shadow)
                if open[number >> 3] & (1 << UInt8(number & 7)) != 0 { break }
            }
        }
        var rays = RayBatch()
        for row in open.indices where open[row] != 0 {
            for lane in SetLanes(bits: UInt32(open[row])) {
                rays.addStraight(source, receivers, Int(group.number[row * 8 + lane]))
            }
        }
        rays.test(search.scene.index)
        for ray in 0..<rays.count where !rays.isBlocked(ray) { paths.open(receiver: rays.owner[ray]) }
    }
}
