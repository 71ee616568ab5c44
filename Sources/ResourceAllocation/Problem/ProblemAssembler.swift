internal import Glibc
package import NetworkModel

/// Pools channel snapshots into the one problem that a solver sees. Reports that carry one averaged gain per link are
/// spread over all subbands of the carrier.
package struct ProblemAssembler: Sendable {
    private let network: NetworkConfiguration
    private let snrGap: Double
    /// Ceiling of the spectral efficiency, and 1 / (2^ceiling - 1).
    private let ceiling: Float
    private let inverseSaturation: Float
    /// B_k in MHz, padded.
    private let bandwidth: [Lanes]
    /// 1 on the subbands of the carrier, 0 on the padding.
    private let carried: [Lanes]
    /// Transmit power of each cell as configured, in watts.
    package let maxPowerWatts: [Double]

    package init(network: NetworkConfiguration) {
        self.network = network
        snrGap = pow(10, network.carrier.snrGapDb / 10)
        ceiling = Float(network.carrier.maxSpectralEfficiency)
        inverseSaturation = Float(1 / (exp2(network.carrier.maxSpectralEfficiency) - 1))
        maxPowerWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
        let subbands = network.carrier.subbands
        let width = Lanes.scalarCount
        carried = (0..<Problem.vectors(subbands)).map { vector in
            var ones = Lanes()
            for lane in 0..<min(width, subbands - vector * width) { ones[lane] = 1 }
            return ones
        }
        let megahertz = Float(network.carrier.subbandBandwidthHz * 1e-6)
        bandwidth = carried.map { $0 * megahertz }
    }

    /// One problem over all cells of the network from snapshots of disjoint sets of cells; cells that no snapshot
    /// covers have no UE.
    ///
    /// - Parameters:
    ///   - powerBudgetWatts: per cell of the network.
    ///   - load: rho per cell of the network.
    ///   - powerCapWatts: highest power per subband of a cell, nil where nothing caps it; nil caps none.
    ///   - highestMCS: highest scheme of a cell's users, `MCSTable.uncapped` where nothing caps it.
    package func assemble(
        _ snapshots: [ChannelSnapshot], powerBudgetWatts: [Double], load: [Double],
        powerCapWatts: ((Int) -> ArraySlice<Float>?)? = nil, highestMCS: (Int) -> UInt32 = { _ in MCSTable.uncapped }
    ) -> Problem {
        let cells = network.cells.count
        let links = snapshots.map(\.links).max() ?? 1
        let layout = Layout(
            snapshots, cells: cells, links: links, vectors: carried.count, subbands: network.carrier.subbands)
        var numbers = [Float](repeating: 0, count: 2 * cells + 5 * layout.ues)
        for cell in 0..<cells {
            numbers[cell] = Float(powerBudgetWatts[cell])
            numbers[cells + cell] = Float(load[cell])
        }
        let lanes = [Lanes](unsafeUninitializedCapacity: layout.laneCount) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            var next = base + (layout.ues * links + layout.ues) * layout.vectors
            for cell in 0..<cells {
                let caps = powerCapWatts?(cell)
                for (vector, ones) in carried.enumerated() {
                    var highest = ones * Float(powerBudgetWatts[cell])
                    if let caps { ProblemAssembler.lower(&highest, to: caps.dropFirst(vector * Lanes.scalarCount)) }
                    next.initialize(to: highest)
                    next += 1
                }
            }
            for megahertz in bandwidth {
                next.initialize(to: megahertz)
                next += 1
            }
            for (index, snapshot) in snapshots.enumerated() {
                layout.copy(snapshot, order: layout.rows[index], carried: carried, to: base)
            }
            count = layout.laneCount
        }
        for (index, snapshot) in snapshots.enumerated() {
            for (ue, target) in layout.rows[index].enumerated() {
                numbers[2 * cells + Int(target)] = snapshot.weight[ue]
                let demand = Float(snapshot.demandBps[ue] * 1e-6)
                numbers[2 * cells + layout.ues + Int(target)] = demand
                if !snapshot.guaranteeMbps.isEmpty {
                    numbers[2 * cells + 2 * layout.ues + Int(target)] = min(snapshot.guaranteeMbps[ue], demand)
                }
            }
        }
        for cell in 0..<cells {
            let (ceiling, inverseSaturation) = saturation(highestMCS(cell))
            for ue in Int(layout.cellStart[cell])..<Int(layout.cellStart[cell + 1]) {
                numbers[2 * cells + 3 * layout.ues + ue] = ceiling
                numbers[2 * cells + 4 * layout.ues + ue] = inverseSaturation
            }
        }
        return Problem(
            cells: cells, subbands: network.carrier.subbands, ues: layout.ues, links: links,
            alpha: network.game.alpha, snrGap: snrGap, maxSpectralEfficiency: network.carrier.maxSpectralEfficiency,
            lanes: lanes, numbers: numbers, indices: layout.indices(snapshots))
    }

    /// Ceiling of the spectral efficiency under a highest scheme, and 1 / (2^ceiling - 1).
    private func saturation(_ highestMCS: UInt32) -> (ceiling: Float, inverse: Float) {
        let most = network.carrier.maxSpectralEfficiency
        let lowered = MCSTable.ceiling(highestMCS, most: most)
        return lowered < most ? (Float(lowered), Float(1 / (exp2(lowered) - 1))) : (ceiling, inverseSaturation)
    }

    private static func lower(_ lanes: inout Lanes, to caps: ArraySlice<Float>) {
        for (lane, cap) in caps.prefix(Lanes.scalarCount).enumerated() { lanes[lane] = min(lanes[lane], cap) }
    }
}

/// Where the rows of some snapshots come to lie in a problem.
private struct Layout {
    let cells: Int
    let links: Int
    let vectors: Int
    let subbands: Int
    let ues: Int
    /// First UE of each cell.
    let cellStart: [Int32]
    /// Place in the problem of each UE of each snapshot.
    let rows: [[Int32]]

    init(_ snapshots: [ChannelSnapshot], cells: Int, links: Int, vectors: Int, subbands: Int) {
        self.cells = cells
        self.links = links
        self.vectors = vectors
        self.subbands = subbands
        var start = [Int32](repeating: 0, count: cells + 1)
        for snapshot in snapshots {
            for cell in snapshot.ueCell { start[Int(cell) + 1] += 1 }
        }
        for cell in 0..<cells { start[cell + 1] += start[cell] }
        var next = start
        rows = snapshots.map { snapshot in
            snapshot.ueCell.map { cell in
                next[Int(cell)] += 1
                return next[Int(cell)] - 1
            }
        }
        ues = Int(start[cells])
        cellStart = start
    }

    var laneCount: Int { (ues * links + ues + cells + 1) * vectors }

    /// linkCell, cellStart and servingCell of the problem.
    func indices(_ snapshots: [ChannelSnapshot]) -> [Int32] {
        var indices = [Int32](repeating: Int32(cells), count: ues * links + cells + 1 + ues)
        for (index, snapshot) in snapshots.enumerated() {
            let (order, own, linkCell, ueCell) = (rows[index], snapshot.links, snapshot.linkCell, snapshot.ueCell)
            for ue in order.indices {
                let target = Int(order[ue])
                for link in 0..<own {
                    let cell = linkCell[ue &* own &+ link]
                    if cell != .max { indices[target &* links &+ link] = Int32(truncatingIfNeeded: cell) }
                }
                indices[ues &* links &+ cells &+ 1 &+ target] = Int32(truncatingIfNeeded: ueCell[ue])
            }
        }
        for cell in 0...cells { indices[ues * links + cell] = cellStart[cell] }
        return indices
    }

    /// Copies gains and background of a snapshot to the problem's lanes, an averaged gain to all subbands.
    func copy(
        _ snapshot: ChannelSnapshot, order: [Int32], carried: [Lanes], to lanes: UnsafeMutablePointer<Lanes>
    ) {
        let width = snapshot.reportSubbands
        precondition(width == 1 || width == subbands)
        let background = lanes + ues * links * vectors
        // Held here, they are known not to change with what is written.
        let (own, linkCell) = (snapshot.links, snapshot.linkCell)
        snapshot.gain.withUnsafeBufferPointer { gain in
            snapshot.background.withUnsafeBufferPointer { noise in
                for ue in 0..<snapshot.ues {
                    let target = Int(order[ue])
                    for link in 0..<links {
                        let row = lanes + (target &* links &+ link) &* vectors
                        let isLink = link < own && linkCell[ue &* own &+ link] != .max
                        let from = (ue &* own &+ link) &* width
                        for v in 0..<vectors {
                            let value = isLink ? load(gain, from, width, v, 0) * carried[v] : Lanes()
                            (row + v).initialize(to: value)
                        }
                    }
                    for v in 0..<vectors {
                        let row = background + (target &* vectors &+ v)
                        row.initialize(to: load(noise, ue &* width, width, v, 1))
                    }
                }
            }
        }
    }

    /// One vector of a row that starts at `from`; `padding` stands beyond its end.
    @inline(__always)
    private func load(
        _ source: UnsafeBufferPointer<Float>, _ from: Int, _ width: Int, _ vector: Int, _ padding: Float
    ) -> Lanes {
        if width == 1 { return Lanes(repeating: source[from]) }
        let first = vector &* Lanes.scalarCount
        if first &+ Lanes.scalarCount <= width, let base = source.baseAddress {
            return UnsafeRawPointer(base + (from &+ first)).loadUnaligned(as: Lanes.self)
        }
        var value = Lanes(repeating: padding)
        for lane in 0..<Swift.min(Lanes.scalarCount, width - first) { value[lane] = source[from &+ first &+ lane] }
        return value
    }
}
