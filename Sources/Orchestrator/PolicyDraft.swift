package import DTNetMessages
internal import Glibc
package import LanguageEngine
package import NetworkModel

/// Writes typed actions into a policy over all cells of the network: what the twins try is what will be sent.
package struct PolicyDraft: Sendable {
    private let network: NetworkConfiguration
    private let maxPowerWatts: [Double]

    package init(network: NetworkConfiguration) {
        self.network = network
        maxPowerWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
    }

    /// Adds one action; those that do not act on the radio network add nothing.
    package func apply(_ action: Action, to policy: inout Policy, mirror: TwinMirror) {
        switch action {
        case .shiftBandwidth(let from, _, let subbands):
            blank(network.carrier.subbands - subbands..<network.carrier.subbands, of: from, in: &policy)
        case .blankSubbands(let cell, let first, let count): blank(first..<first + count, of: cell, in: &policy)
        case .raiseCellPriority(let cell, let factor):
            policy.weight[cell.index] = min(1e6, policy.weight[cell.index] * Float(factor))
        case .raiseSlicePriority(let slice, let cells, let factor): raise(slice, in: cells, by: factor, &policy)
        case .capPower(let cell, let dbm):
            let watts = Float(pow(10, (dbm - 30) / 10))
            policy.powerBudgetWatts[cell.index] = min(policy.powerBudgetWatts[cell.index], watts)
        case .reassociate:
            for move in moves(action, mirror: mirror) where !policy.moveUE.contains(move.ue) {
                policy.moveUE.append(move.ue)
                policy.moveCell.append(move.to)
            }
        case .sliceShare(let slice, let cells, let share): promise(slice, in: cells, Float(share), &policy)
        case .deployPlatform(let platform, let cell): fly(platform, to: cell, in: &policy, mirror)
        case .capMCS(let cell, let index): cap(UInt32(index), of: cell, in: &policy)
        case .retrain, .retrainForecast, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: break
        }
    }

    /// One user that an action moves from a cell to another.
    package struct Move: Sendable, Hashable {
        package var ue: UInt32
        package var from: UInt32
        package var to: UInt32
    }

    /// Users that an action moves as the network is mirrored; none where it moves none.
    package func moves(_ action: Action, mirror: TwinMirror) -> [Move] {
        guard case .reassociate(let from, let to, let users) = action else { return [] }
        return PolicyDraft.cheapest(from, to, users, mirror).map {
            Move(ue: $0, from: from.rawValue, to: to.rawValue)
        }
    }

    /// Moves back the users that are still where an action has moved them: the mirror shows it done.
    func undo(_ moves: [Move], in policy: inout Policy, mirror: TwinMirror) {
        for report in mirror.reports {
            for row in report.ue.indices {
                let ue = report.ue[row]
                guard let move = moves.last(where: { $0.ue == ue && $0.to == report.ueCell[row] }),
                    !policy.moveUE.contains(ue)
                else { continue }
                policy.moveUE.append(ue)
                policy.moveCell.append(move.from)
            }
        }
    }

    /// A slice counts for more in some cells, in all where none is named.
    private func raise(_ slice: Int, in cells: [CellID], by factor: Double, _ policy: inout Policy) {
        guard policy.slices > slice else { return }
        if policy.sliceWeight.isEmpty {
            policy.sliceWeight = Array(repeating: 1, count: policy.cell.count * policy.slices)
        }
        for cell in cells.isEmpty ? Array(policy.cell.indices) : cells.map(\.index) {
            let place = cell * policy.slices + slice
            policy.sliceWeight[place] = min(1e6, policy.sliceWeight[place] * Float(factor))
        }
    }

    private func blank(_ subbands: Range<Int>, of cell: CellID, in policy: inout Policy) {
        let width = network.carrier.subbands
        if policy.capWatts.isEmpty {
            policy.subbands = width
            policy.capWatts = maxPowerWatts.flatMap { Array(repeating: Float($0), count: width) }
        }
        for k in subbands { policy.capWatts[cell.index * width + k] = 0 }
    }

    /// The lowest of several caps holds.
    private func cap(_ index: UInt32, of cell: CellID, in policy: inout Policy) {
        if policy.highestMCS.isEmpty {
            policy.highestMCS = Array(repeating: MCSTable.uncapped, count: policy.cell.count)
        }
        policy.highestMCS[cell.index] = min(policy.highestMCS[cell.index], index)
    }

    /// A slice gets at least a part in some cells, in all where none is named; what is left goes to the others in their
    /// proportion.
    private func promise(_ slice: Int, in cells: [CellID], _ share: Float, _ policy: inout Policy) {
        guard policy.slices > slice, !policy.sliceShare.isEmpty else { return }
        for cell in cells.isEmpty ? Array(policy.cell.indices) : cells.map(\.index) {
            let row = cell * policy.slices
            let held = policy.sliceShare[row + slice]
            guard held < share else { continue }
            let others = policy.sliceShare[row..<(row + policy.slices)].reduce(0, +) - held
            let factor = others > 0 ? min(1, (1 - share) / others) : 0
            for s in 0..<policy.slices where s != slice { policy.sliceShare[row + s] *= factor }
            policy.sliceShare[row + slice] = share
        }
    }

    /// The users of a cell that lose least by being served by another; those that do not hear it are none.
    private static func cheapest(_ from: CellID, _ to: CellID, _ users: Int, _ mirror: TwinMirror) -> [UInt32] {
        var found: [(ue: UInt32, lossDb: Float)] = []
        for report in mirror.reports {
            let (links, width) = (report.links, report.reportSubbands)
            for row in report.ue.indices where report.ueCell[row] == from.rawValue {
                guard let link = (1..<links).first(where: { report.linkCell[row * links + $0] == to.rawValue }) else {
                    continue
                }
                var loss: Float = 0
                for k in 0..<width {
                    loss += report.gainDb[row * links * width + k] - report.gainDb[(row * links + link) * width + k]
                }
                found.append((report.ue[row], loss / Float(width)))
            }
        }
        return found.sorted { ($0.lossDb, $0.ue) < ($1.lossDb, $1.ue) }.prefix(users).map(\.ue)
    }

    /// Sends a platform over the middle of a cell's users, as near as its range allows.
    private func fly(_ platform: CellID, to cell: CellID, in policy: inout Policy, _ mirror: TwinMirror) {
        guard let limits = network.cells[platform.index].platform,
            let index = policy.platformCell.firstIndex(of: platform.rawValue)
        else { return }
        var (x, y, users) = (0.0, 0.0, 0.0)
        for report in mirror.reports where report.xMetres.count == report.ue.count {
            for row in report.ue.indices where report.ueCell[row] == cell.rawValue {
                x += Double(report.xMetres[row])
                y += Double(report.yMetres[row])
                users += 1
            }
        }
        guard users > 0 else { return }
        let home = network.cells[platform.index]
        let (east, north) = (x / users - home.xMetres, y / users - home.yMetres)
        let distance = (east * east + north * north).squareRoot()
        let part = distance > limits.rangeMetres ? limits.rangeMetres / distance : 1
        policy.platformX[index] = Float(home.xMetres + part * east)
        policy.platformY[index] = Float(home.yMetres + part * north)
    }
}
