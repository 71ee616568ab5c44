internal import Glibc

/// The globally best powers of an interference channel, with a certificate: branch and bound over boxes of powers.
///
/// On a box the sum rate `sum log2(I_i + S_i) - sum log2(I_i)` is bounded by its first, concave part less chords of the
/// second: `-log2` is convex and `I_i` runs between its values at the box's corners, so that the chord lies above it.
/// The bound is the tangent of that concave function at a point near its maximum, which holds wherever the point lies.
/// A point that scales up stays at least as good, so that some user is at the limit: there is one first box for each.
package struct PowerBranchAndBound: Sendable {
    /// Relative gap between bound and value at which a box is done.
    package var gap = 1e-3
    /// Boxes kept at most; the bound stays valid where they run out.
    package var maxBoxes = 200_000

    package init() {}

    /// What a call came to.
    package struct Outcome: Sendable {
        package var powers: [Double]
        /// Sum rate at the powers, bit/s/Hz.
        package var value: Double
        /// No powers have a higher sum rate than this.
        package var bound: Double
        package var boxes: Int
        /// Whether `bound <= (1 + gap) value`.
        package var isCertified: Bool
    }

    /// - Parameters:
    ///   - start: powers whose value is a first answer, for instance of WMMSE.
    ///   - budget: one round for each box.
    package func solve(_ channel: InterferenceChannel, start: [Double], budget: inout Budget) -> Outcome {
        var best = (powers: start, value: channel.sumRate(start))
        let bounds = BoxBound(channel)
        var open = BoxHeap()
        let limit = channel.powerLimit
        for user in 0..<channel.users {
            var low = [Double](repeating: 0, count: channel.users)
            low[user] = limit
            consider(bounds, low, [Double](repeating: limit, count: channel.users), &best, &open, channel)
        }
        var boxes = channel.users
        while let top = open.first, top.bound > best.value * (1 + gap), boxes < maxBoxes, budget.spend() {
            let box = open.removeFirst()
            let middle = 0.5 * (box.low[box.widest] + box.high[box.widest])
            for isUpper in [false, true] {
                var (low, high) = (box.low, box.high)
                if isUpper { low[box.widest] = middle } else { high[box.widest] = middle }
                consider(bounds, low, high, &best, &open, channel)
            }
            boxes += 2
        }
        // Boxes that were left aside may hold as much as the gap allows, whatever the open ones may hold.
        let left = Swift.max(open.first?.bound ?? 0, best.value * (1 + gap))
        let bound = Swift.max(best.value, Swift.min(left, bounds.ceiling))
        return Outcome(
            powers: best.powers, value: best.value, bound: bound, boxes: boxes,
            isCertified: bound <= best.value * (1 + gap) * (1 + 1e-12))
    }

    /// Bounds a box, keeps it where it may hold something better, and takes its point as an answer.
    private func consider(
        _ bounds: BoxBound, _ low: [Double], _ high: [Double], _ best: inout (powers: [Double], value: Double),
        _ open: inout BoxHeap, _ channel: InterferenceChannel
    ) {
        let (bound, point, widest) = bounds.evaluate(low, high)
        let value = channel.sumRate(point)
        if value > best.value { best = (point, value) }
        if bound > best.value * (1 + gap) {
            open.insert(BoxHeap.Box(low: low, high: high, bound: bound, widest: widest))
        }
    }
}

/// The bound of one box.
private struct BoxBound {
    let channel: InterferenceChannel
    /// Rate of all users alone.
    let ceiling: Double
    private static let sweeps = 6

    init(_ channel: InterferenceChannel) {
        self.channel = channel
        ceiling = (0..<channel.users).reduce(0) {
            $0 + log2(1 + channel.gain[$1 * channel.users + $1] * channel.powerLimit / channel.noise)
        }
    }

    /// The bound, the point it was taken at, and the user whose power to split.
    func evaluate(_ low: [Double], _ high: [Double]) -> (bound: Double, point: [Double], widest: Int) {
        let users = channel.users
        let (slopes, offset) = chords(low, high)
        var point = (0..<users).map { 0.5 * (low[$0] + high[$0]) }
        var total = received(point)
        // Sweeps of one Newton step per user on the concave function, kept inside the box.
        for _ in 0..<BoxBound.sweeps {
            for user in 0..<users where high[user] > low[user] {
                var (first, second) = (slopes[user], 0.0)
                for receiver in 0..<users {
                    let part = channel.gain[receiver * users + user] / total[receiver]
                    first += part * BoxBound.perLn2
                    second -= part * part * BoxBound.perLn2
                }
                let aim = second < 0 ? point[user] - first / second : (first > 0 ? high[user] : low[user])
                let next = Swift.min(high[user], Swift.max(low[user], aim))
                let step = next - point[user]
                point[user] = next
                for receiver in 0..<users { total[receiver] += channel.gain[receiver * users + user] * step }
            }
        }
        return (tangent(point, low, high, slopes, offset), point, widest(low, high))
    }

    private static let perLn2 = 1.4426950408889634

    /// `I_i + S_i` of every receiver.
    private func received(_ point: [Double]) -> [Double] {
        let users = channel.users
        return (0..<users).map { receiver in
            (0..<users).reduce(channel.noise) { $0 + channel.gain[receiver * users + $1] * point[$1] }
        }
    }

    /// The chords of all `-log2 I_i` together: slope in each power, and the constant.
    private func chords(_ low: [Double], _ high: [Double]) -> (slopes: [Double], offset: Double) {
        let users = channel.users
        var slopes = [Double](repeating: 0, count: users)
        var offset = 0.0
        for receiver in 0..<users {
            let (least, most) = ends(receiver, low, high)
            let isWide = most > least * (1 + 1e-12)
            let slope = isWide ? -log2(most / least) / (most - least) : 0
            // Through (least, -log2 least); I - least is linear in the powers.
            offset -= log2(least) + slope * (least - channel.noise)
            for sender in 0..<users where sender != receiver {
                slopes[sender] += slope * channel.gain[receiver * users + sender]
            }
        }
        return (slopes, offset)
    }

    /// Least and most interference of a receiver in the box.
    private func ends(_ receiver: Int, _ low: [Double], _ high: [Double]) -> (Double, Double) {
        let users = channel.users
        var (least, most) = (channel.noise, channel.noise)
        for sender in 0..<users where sender != receiver {
            least += channel.gain[receiver * users + sender] * low[sender]
            most += channel.gain[receiver * users + sender] * high[sender]
        }
        return (least, most)
    }

    /// Largest value over the box of the tangent at `point` of the concave bound.
    private func tangent(
        _ point: [Double], _ low: [Double], _ high: [Double], _ slopes: [Double], _ offset: Double
    ) -> Double {
        let users = channel.users
        let total = received(point)
        var bound = offset + total.reduce(0) { $0 + log2($1) }
        for user in 0..<users {
            var gradient = slopes[user]
            for receiver in 0..<users {
                gradient += BoxBound.perLn2 * channel.gain[receiver * users + user] / total[receiver]
            }
            bound += slopes[user] * point[user]
            bound += Swift.max(gradient * (high[user] - point[user]), gradient * (low[user] - point[user]))
        }
        return bound
    }

    /// The user that moves the interference of the loosest chord most.
    private func widest(_ low: [Double], _ high: [Double]) -> Int {
        let users = channel.users
        var score = [Double](repeating: 0, count: users)
        for receiver in 0..<users {
            let (least, most) = ends(receiver, low, high)
            guard most > least else { continue }
            // Largest distance of the chord from the curve, by its value in the geometric middle.
            let middle = (least * most).squareRoot()
            let loose = log2(middle / least) - log2(most / least) * (middle - least) / (most - least)
            for sender in 0..<users where sender != receiver {
                let part = channel.gain[receiver * users + sender] * (high[sender] - low[sender]) / (most - least)
                score[sender] += loose * part
            }
        }
        // Where no chord is loose the tangent is: the longest side decides.
        if !score.contains(where: { $0 > 0 }) { score = zip(high, low).map { $0 - $1 } }
        return score.indices.reduce(0) { score[$1] > score[$0] ? $1 : $0 }
    }
}

/// Open boxes, the one with the highest bound first.
private struct BoxHeap {
    struct Box {
        var low, high: [Double]
        var bound: Double
        var widest: Int
    }

    private var boxes: [Box] = []

    var first: Box? { boxes.first }

    mutating func insert(_ box: Box) {
        boxes.append(box)
        var index = boxes.count - 1
        while index > 0, boxes[index].bound > boxes[(index - 1) / 2].bound {
            boxes.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> Box {
        boxes.swapAt(0, boxes.count - 1)
        let box = boxes.removeLast()
        var index = 0
        while true {
            var largest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < boxes.count && boxes[child].bound > boxes[largest].bound { largest = child }
            if largest == index { return box }
            boxes.swapAt(index, largest)
            index = largest
        }
    }
}
