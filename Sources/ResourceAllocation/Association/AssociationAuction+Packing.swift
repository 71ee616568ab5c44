/// Exact packing of one cell: the 0/1 knapsack over the UEs on its side, eight capacities at a time.
extension AssociationAuction {
    /// Lists the UEs on each cell's side.
    func listMembers() {
        for c in 0..<cells { memberCount[c] = 0 }
        for u in 0..<ues where side[u] >= 0 { join(u, Int(cell[Int(side[u])])) }
    }

    func join(_ u: Int, _ c: Int) {
        place[u] = memberStart[c] + memberCount[c]
        member[Int(place[u])] = Int32(u)
        memberCount[c] += 1
    }

    func leave(_ u: Int, _ c: Int) {
        memberCount[c] -= 1
        let last = member[Int(memberStart[c] + memberCount[c])]
        member[Int(place[u])] = last
        place[Int(last)] = place[u]
    }

    /// Packs cell `c`: rows of best value within each capacity after 0, 1, ... members, and from 0, 1, ... on.
    func pack(_ c: Int) {
        let stride = 2 * span
        let capacity = Int(problem.capacity[c])
        let members = member + Int(memberStart[c])
        let count = Int(memberCount[c])
        for w in 0..<span { prefix[span + w] = 0 }
        for w in 0..<span { suffix[count * stride + w] = w <= capacity ? 0 : -.infinity }
        for i in 0..<count {
            let e = Int(side[Int(members[i])])
            let from = prefix + (i * stride + span)
            AssociationAuction.add(from, from - Int(need[e]), worth[e], to: from + stride, span)
        }
        for i in Swift.stride(from: count - 1, through: 0, by: -1) {
            let e = Int(side[Int(members[i])])
            let from = suffix + (i + 1) * stride
            AssociationAuction.add(from, from + Int(need[e]), worth[e], to: from - stride, span)
        }
        let last = prefix + (count * stride + span)
        (top + (c * stride + span)).update(from: last, count: span)
        total[c] = last[capacity]
        for i in 0..<count {
            let u = Int(members[i])
            if start[u + 1] - start[u] < 2 { continue }
            loss[u] = total[c] - without(i, stride)
        }
    }

    /// Best value of the cell just packed without its i-th member.
    private func without(_ i: Int, _ stride: Int) -> Float {
        let before = UnsafeRawPointer(prefix + (i * stride + span))
        let after = UnsafeRawPointer(suffix + (i + 1) * stride)
        var most = Lanes(repeating: -.infinity)
        for w in Swift.stride(from: 0, to: 4 * span, by: 32) {
            let sum = (before + w).loadUnaligned(as: Lanes.self) + (after + w).loadUnaligned(as: Lanes.self)
            most = most.max(sum)
        }
        return most.largest
    }

    /// `to[w] = max(kept[w], shifted[w] + gain)`.
    @inline(__always)
    private static func add(
        _ kept: UnsafePointer<Float>, _ shifted: UnsafePointer<Float>, _ gain: Float,
        to target: UnsafeMutablePointer<Float>, _ span: Int
    ) {
        let gain = Lanes(repeating: gain)
        let (kept, shifted) = (UnsafeRawPointer(kept), UnsafeRawPointer(shifted))
        let target = UnsafeMutableRawPointer(target)
        for w in stride(from: 0, to: 4 * span, by: 32) {
            let with = (shifted + w).loadUnaligned(as: Lanes.self) + gain
            target.storeBytes(
                of: (kept + w).loadUnaligned(as: Lanes.self).max(with), toByteOffset: w, as: Lanes.self)
        }
    }

    /// UEs that the packing of the cell just packed serves.
    func served(_ c: Int) -> [Int] {
        var served: [Int] = []
        var w = Int(problem.capacity[c])
        for i in stride(from: Int(memberCount[c]) - 1, through: 0, by: -1) {
            let row = prefix + (2 * span * i + span)
            if row[2 * span + w] > row[w] {
                let u = Int(member[Int(memberStart[c]) + i])
                served.append(u)
                w -= Int(need[Int(side[u])])
            }
        }
        return served
    }
}
