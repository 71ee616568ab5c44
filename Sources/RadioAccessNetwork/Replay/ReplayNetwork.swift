internal import Glibc
package import NetworkModel

/// Measured drives as a radio network, open loop: every drive is a user, all start together, and position, RSRP, SNR
/// and serving cell are facts that no control changes.
///
/// The effect of a control is a model (DESIGN 7). RSRP over the power of a reference element gives the path gain `g`,
/// RSRP over SNR the interference and noise per element; both are taken to hold under equal power. The signal follows
/// the serving cell's power, interference and noise stay constant, since these traces name no neighbour. The rate is
/// share x bandwidth x min(log2(1 + SINR / Gamma), eta_max), users of one cell share it evenly unless shares are
/// imposed. A user whose phone reports no SNR is silent meanwhile.
package struct ReplayNetwork: Sendable {
    package let ueCount: Int
    package let cellCount: Int
    package let slotSeconds: Double
    package let traces: [ParsedTrace]
    /// Names of the drives, by user.
    package var ueNames: [String] { traces.map(\.name) }
    /// Slots that have passed.
    package internal(set) var slot: Int64 = 0

    let configuration: NetworkConfiguration
    let radio: RadioConstants
    let speed: Double
    let plane: LocalPlane
    /// Cell of each of a drive's cell names.
    let cellOfName: [[UInt32]]

    var state: [ReplayUser]
    /// Powers set, `[C x K]`, W.
    var power: [Float]
    var sharesImposed: [Bool]
    /// Ceiling of the spectral efficiency of each cell's users, bit/s/Hz.
    var ceiling: [Float]
    /// Imposed shares, `[U x K]`.
    var share: [Float]
    var usersInCell: [Int32]
    var handoversIn: [UInt32]
    var account: ThroughputAccount

    /// - Precondition: the scenario is a replay; the cells are those of `cells(in:)`, in any order and number.
    package init(configuration: NetworkConfiguration, traces: [ParsedTrace]) throws(TraceError) {
        guard case .replay(let replay) = configuration.scenario else {
            preconditionFailure("an emulated network is no replay")
        }
        let cells = configuration.cells
        precondition(cells.enumerated().allSatisfy { $0.offset == $0.element.id.index })
        var cellOfName: [[UInt32]] = []
        for trace in traces {
            var places: [UInt32] = []
            for name in trace.cellNames {
                guard let cell = cells.first(where: { $0.name == name }) else {
                    throw TraceError(file: trace.name, line: 1, message: "serves by cell \(name), which is not listed")
                }
                places.append(cell.id.rawValue)
            }
            cellOfName.append(places)
        }
        self.configuration = configuration
        self.traces = traces
        self.cellOfName = cellOfName
        (ueCount, cellCount) = (traces.count, cells.count)
        slotSeconds = configuration.slot.seconds
        speed = replay.speed
        let radio = RadioConstants(configuration, EmulationConfiguration())
        self.radio = radio
        plane = LocalPlane(traces: traces)
        state = [ReplayUser](repeating: ReplayUser(), count: ueCount)
        power = cells.flatMap { cell in
            [Float](repeating: radio.equalPower(cell)[0][0], count: radio.subbands)
        }
        ceiling = [Float](repeating: radio.maxSpectralEfficiency, count: cells.count)
        sharesImposed = [Bool](repeating: false, count: cells.count)
        share = [Float](repeating: 0, count: ueCount * radio.subbands)
        usersInCell = [Int32](repeating: 0, count: cells.count)
        handoversIn = [UInt32](repeating: 0, count: cells.count)
        account = ThroughputAccount(
            users: ueCount, cells: cells.count, slotSeconds: slotSeconds, subbands: radio.subbands)
        for ue in 0..<ueCount { follow(ue) }
        countUsers()
    }

    /// Runs slots until `slot` have passed in all.
    package mutating func advance(toSlot target: Int64) {
        while slot < target { step() }
    }

    /// Runs one slot.
    package mutating func step() {
        slot += 1
        var moved = false
        for ue in 0..<ueCount where state[ue].nextSlot <= slot {
            follow(ue)
            moved = true
        }
        if moved { countUsers() }
        for ue in 0..<ueCount where state[ue].isServed { serve(ue) }
        account.endSlot(slot: slot, servingCell: state.map(\.cell))
    }

    /// Seconds of the drives that have passed.
    package var replayedSeconds: Double { Double(slot) * slotSeconds * speed }

    /// Whether every drive has ended.
    package var isOver: Bool { state.allSatisfy { $0.hasEnded } }

    // MARK: - Slots

    /// Brings a user to the last row that is due.
    private mutating func follow(_ ue: Int) {
        let rows = traces[ue].rows
        var user = state[ue]
        while user.next < rows.count && slotOf(rows[user.next]) <= slot {
            take(rows[user.next], of: ue, into: &user)
            user.next += 1
        }
        if user.next < rows.count {
            user.nextSlot = slotOf(rows[user.next])
        } else if user.hasLastRow {
            user.end()
        } else {
            // The last row holds for a second.
            user.hasLastRow = true
            user.nextSlot = slot + Int64((1 / (slotSeconds * speed)).rounded(.up))
        }
        state[ue] = user
    }

    private func slotOf(_ row: ParsedTrace.Row) -> Int64 {
        Int64((row.seconds / (slotSeconds * speed)).rounded(.up))
    }

    private mutating func take(_ row: ParsedTrace.Row, of ue: Int, into user: inout ReplayUser) {
        let cell = cellOfName[ue][row.cell]
        let isNew = cell != user.cell
        if isNew {
            if user.cell != CellID.none.rawValue { handoversIn[Int(cell)] += 1 }
            user.cell = cell
            for subband in 0..<radio.subbands { share[ue * radio.subbands + subband] = -1 }
        }
        // Phones repeat a reading until they have a new one: the age counts from the last change.
        if isNew || row.rsrpDbm != user.rsrpDbm || row.snrDb != user.snrDb { user.changedSlot = slotOf(row) }
        user.rsrpDbm = row.rsrpDbm
        user.snrDb = row.snrDb
        user.cqi = row.cqi
        let place = plane.metres(row)
        (user.x, user.y) = (place.x, place.y)
        guard let rsrp = row.rsrpDbm, let snr = row.snrDb else {
            user.isServed = false
            return
        }
        user.isServed = true
        let total = Float(configuration.cells[Int(cell)].transmitPowerDbm)
        user.gain = pow(10, (rsrp - total + radio.referenceOffsetDb) / 10)
        let watts = pow(10, (total - 30) / 10) / Float(radio.subbands)
        user.disturbanceWatts = watts * user.gain / pow(10, snr / 10)
    }

    private mutating func countUsers() {
        for cell in 0..<cellCount { usersInCell[cell] = 0 }
        for user in state where user.isServed { usersInCell[Int(user.cell)] += 1 }
    }

    /// Share of a user in a subband: even, or as imposed; a user that came later gets an even part.
    func share(_ ue: Int, _ subband: Int) -> Float {
        let cell = Int(state[ue].cell)
        let imposed = share[ue * radio.subbands + subband]
        if sharesImposed[cell] && imposed >= 0 { return imposed }
        return 1 / Float(max(1, usersInCell[cell]))
    }

    /// Spectral efficiency of a user in a subband under the powers set.
    func efficiency(_ ue: Int, _ subband: Int) -> Float {
        let user = state[ue]
        let own = power[Int(user.cell) * radio.subbands + subband] * user.gain
        return min(log2(1 + own / (radio.snrGap * user.disturbanceWatts)), ceiling[Int(user.cell)])
    }

    private mutating func serve(_ ue: Int) {
        var bits: Float = 0
        for subband in 0..<radio.subbands { bits += share(ue, subband) * efficiency(ue, subband) }
        account.book(ue: ue, bits: bits * radio.bitsPerEfficiency)
        let cell = Int(state[ue].cell)
        if state[0..<ue].allSatisfy({ !$0.isServed || Int($0.cell) != cell }) {
            account.use(cell: cell, subbands: Float(radio.subbands))
        }
    }
}

/// Where a user of a replay stands in its drive.
struct ReplayUser: Sendable {
    /// Row to take next, and the slot that it is due in.
    var next = 0
    var nextSlot: Int64 = 0
    var hasLastRow = false
    var hasEnded = false
    var isServed = false
    var cell = CellID.none.rawValue
    var x = 0.0
    var y = 0.0
    var rsrpDbm: Float?
    var snrDb: Float?
    var cqi: UInt8?
    var changedSlot: Int64 = 0
    /// Path gain, and interference and noise in one subband, W.
    var gain: Float = 0
    var disturbanceWatts: Float = 1

    mutating func end() {
        hasEnded = true
        isServed = false
        nextSlot = .max
    }
}
