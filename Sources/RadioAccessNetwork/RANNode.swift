package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// The physical network behind the P2V and V2P interface, as a role (DESIGN 5 and 7): advances the radio network slot
/// by slot, emits the telemetry of every epoch, judges directives and applies them.
///
/// Epochs are numbered from the origin of the process's monotonic clock, so that a restarted radio network goes on
/// above every epoch that its peers have seen.
///
/// A process wakes up with every slot, so that the work is spread over the epoch, but in the first three eighths of it,
/// when the processors belong to those who decide. In virtual time slots are stepped together, when an epoch begins or
/// a directive is due to act: what happens in them is the same.
///
/// In the closed loop of the latency bench no clock paces the epochs (`ClosedLoop`).
package struct RANNode: Role {
    package typealias Job = NoJob
    package typealias JobResult = NoJob

    package let node: NodeID
    /// The radio network itself; evaluation reads its truth, no twin does.
    package var network: PhysicalNetwork
    let configuration: NetworkConfiguration
    /// Edges that get telemetry, with their cells, ascending.
    let edges: [NodePlan]
    var authority: DirectiveAuthority
    private let slotsPerEpoch: Int64
    /// Slots from the beginning of an epoch to the next time that a process wakes up.
    private let pauseSlots: Int64
    /// Slots that the network had done before this node ran it.
    private let startSlot: Int64
    private let stepsTogether: Bool
    private var origin = Instant.zero
    var firstEpoch: UInt64 = 0
    /// Slots done since `origin`.
    private var slotsDone: Int64 = 0
    var ticksDone: Int64 = 0
    /// Epochs opened since `origin`.
    var epochsOpened: Int64 = 0
    /// Telemetry of each edge, measured at the end of the slot before the epoch that will carry it.
    private var staged: [Telemetry] = []
    /// Whether that has left.
    var hasLeft = false
    /// Cell that served each UE in the last telemetry that left and named it; none before.
    private var reportedCell: [UInt32]
    var pendingRecords: [Record] = []
    /// Directives that came since the last waking up; each acts from the slot after the one that it came in.
    private var inbox: [(envelope: Envelope, arrived: Instant)] = []
    var effects: EffectMeter
    /// nil where the clock paces the epochs.
    var loop: ClosedLoop?

    private static let slotTimer = TimerID(1)

    /// - Parameters:
    ///   - stepsTogether: whether slots are stepped only when something depends on them.
    ///   - isClosedLoop: whether an epoch begins as soon as the one before is decided; not with `stepsTogether`.
    package init(
        plan: WiringPlan, node: NodePlan, network: PhysicalNetwork, stepsTogether: Bool = false,
        isClosedLoop: Bool = false
    ) {
        precondition(!(stepsTogether && isClosedLoop), "in the closed loop no clock says which slots have begun")
        self.node = node.id
        self.network = network
        self.stepsTogether = stepsTogether
        configuration = plan.network
        edges = plan.nodes(of: .edge).filter { edge in
            plan.wires.contains { $0.from == node.id && $0.to == edge.id }
        }
        authority = DirectiveAuthority(plan: plan, node: node)
        startSlot = network.slot
        slotsPerEpoch = isClosedLoop ? 1 : max(1, plan.network.epoch.nanoseconds / plan.network.slot.nanoseconds)
        pauseSlots = max(1, slotsPerEpoch * 3 / 8)
        loop = isClosedLoop ? ClosedLoop(cells: plan.network.cells.count) : nil
        effects = EffectMeter(cells: plan.network.cells.count)
        reportedCell = Array(repeating: CellID.none.rawValue, count: network.ueCount)
    }

    package var highestTermSeen: UInt64 { authority.fence.highestTerm }

    /// Epoch that is running.
    package internal(set) var epoch: UInt64 = 0

    package mutating func start(at now: Instant) -> [Effect<NoJob>] {
        let period = configuration.epoch.nanoseconds
        firstEpoch = loop == nil ? UInt64((now.nanoseconds + period - 1) / period) : ClosedLoop.firstEpoch(at: now)
        origin = loop == nil ? Instant(nanoseconds: Int64(firstEpoch) * period) : now
        epoch = firstEpoch
        stage()
        let first = loop == nil ? RANNode.slotTimer : ClosedLoop.timer
        var effects: [Effect<NoJob>] = [.schedule(first, at: origin)]
        // The history of a replay says from its start what it cannot show.
        if let notice = configuration.scenario.openLoopNotice {
            effects.append(.record(.alarm(node: node, text: notice)))
        }
        return effects
    }

    // MARK: - Slots and epochs

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        if loop != nil { return beginNext(at: now) + [.followUp] }
        let slot = configuration.slot.nanoseconds
        let due = (now - origin).nanoseconds / slot
        guard due >= ticksDone else { return [.schedule(RANNode.slotTimer, at: tick(ticksDone))] }
        // The first slots of an epoch are stepped late: once the telemetry has left, the processors belong to those who
        // decide.
        var result: [Effect<NoJob>] = []
        let opened = (epochsOpened..<(due / slotsPerEpoch + 1)).map { $0 * slotsPerEpoch }
        // A shell that was held up opens every epoch, so that none goes uncounted, each where the slots before it have
        // been stepped; and it emits the newest.
        var starts: [Effect<NoJob>] = []
        for tick in opened {
            step(to: tick)
            starts += open(epoch: firstEpoch + UInt64(tick / slotsPerEpoch), at: self.tick(tick))
        }
        if stepsTogether { ticksDone = due }
        step()
        epochsOpened = due / slotsPerEpoch + 1
        ticksDone = due + 1
        if let last = opened.last {
            result = emit(epoch, scheduled: tick(last), started: now).map(Effect.send) + starts
            hasLeft = true
        }
        // Judged by the epoch in which they would act.
        result += takeInbox(due: due)
        result.append(.schedule(RANNode.slotTimer, at: tick(nextTick(after: due, opens: !opened.isEmpty))))
        if opened.isEmpty || stepsTogether { result.append(.followUp) }
        return result
    }

    /// When to wake up next: with the epoch in virtual time, else with the next slot, or where an epoch has just opened
    /// once it is decided.
    private func nextTick(after due: Int64, opens: Bool) -> Int64 {
        let next = epochsOpened * slotsPerEpoch
        return stepsTogether ? next : min(next, due + (opens ? pauseSlots : 1))
    }

    /// Steps the slots that have begun before `now`: no message that comes later can change them. Slots of an epoch
    /// that a node which is held up has yet to open wait for that.
    package mutating func stepSlots(begunBefore now: Instant) {
        let slot = configuration.slot.nanoseconds
        step(to: min(max(0, (now - origin).nanoseconds + slot - 1) / slot, epochsOpened * slotsPerEpoch))
    }

    /// Steps the slots that have begun before `now`, for evaluation between events; what there is to record by then.
    package mutating func catchUp(to now: Instant) -> [Record] {
        stepSlots(begunBefore: now)
        return takeRecords(at: now)
    }

    /// Slots that had passed when the telemetry of an epoch was measured.
    func slotOfTelemetry(epoch: UInt64) -> Int64 {
        guard epoch >= firstEpoch else { return 0 }
        return startSlot + Int64(min(epoch - firstEpoch, 1 << 40)) * slotsPerEpoch
    }

    private func tick(_ number: Int64) -> Instant { origin + configuration.slot * number }

    private mutating func open(epoch: UInt64, at scheduled: Instant) -> [Effect<NoJob>] {
        self.epoch = epoch
        for ended in authority.fence.expire(at: epoch) { network.release(ended.kind, cell: ended.cell) }
        return [.record(.epochStarted(EpochStart(epoch: epoch, scheduled: scheduled)))]
    }

    func emit(_ epoch: UInt64, scheduled: Instant, started: Instant) -> [Envelope] {
        zip(edges, staged).map { edge, telemetry in
            let hop = Hop(node: node, layer: .radioNetwork, arrived: scheduled, started: started)
            return Envelope(
                sender: node, recipient: edge.id, epoch: epoch, term: 0, hops: [hop], body: .telemetry(telemetry))
        }
    }

    /// Steps the slot that has begun, has the telemetry that it completes packed, and hands over what there is to
    /// record.
    package mutating func followUp(at now: Instant) -> [Effect<NoJob>] {
        let before = slotsDone
        step()
        let taken = takeRecords(at: now)
        let records = taken.map(Effect<NoJob>.record) + blockErrorRates(with: taken)
        // In virtual time nothing is packed.
        guard !stepsTogether, slotsDone > before, slotsDone % slotsPerEpoch == 0 else { return records }
        let next = emit(firstEpoch + UInt64(slotsDone / slotsPerEpoch), scheduled: tick(slotsDone), started: now)
        return next.map(Effect.prepare) + records
    }

    /// Every second, the part of its blocks that each cell has lost; nothing where none can be.
    private func blockErrorRates(with records: [Record]) -> [Effect<NoJob>] {
        let isSecond = records.contains { if case .window = $0 { true } else { false } }
        guard isSecond, let radio = network.emulated, radio.blockErrorRate() != nil else { return [] }
        return configuration.cells.compactMap { cell in
            radio.blockErrorRate(cell: cell.id).map { .report(Gauge("block_error_rate.\(cell.name)", $0)) }
        }
    }

    private mutating func takeRecords(at now: Instant) -> [Record] {
        for window in network.takeCompletedWindows() {
            let weight: [Float] = window.isBacklogged.map { $0 ? 1 : 0 }
            let end = stepsTogether ? tick(window.firstSlot - 1 + Int64(window.slots)) : now
            pendingRecords.append(
                .window(TwinProtocol.ThroughputWindow(end: end, throughputKbps: window.throughputKbps, weight: weight)))
        }
        defer { pendingRecords.removeAll(keepingCapacity: true) }
        return pendingRecords
    }

    /// Catches up with the slots that have begun; the last one of an epoch stages the telemetry of the next.
    private mutating func step() { step(to: ticksDone) }

    mutating func step(to tick: Int64) {
        while slotsDone < tick {
            let end = min(tick, (slotsDone / slotsPerEpoch + 1) * slotsPerEpoch)
            network.advance(toSlot: network.slot + end - slotsDone)
            slotsDone = end
            if slotsDone % slotsPerEpoch == 0 {
                stage()
                effects.close(staged)
            }
        }
    }

    private mutating func stage() {
        if hasLeft {
            for telemetry in staged {
                for (ue, cell) in zip(telemetry.ue, telemetry.ueCell) { reportedCell[Int(ue)] = cell }
            }
            hasLeft = false
        }
        let seconds = Double(network.slot) * configuration.slot.seconds
        let rain = Float(configuration.weather.millimetresPerHour(atSeconds: seconds))
        staged = edges.map { edge in
            var telemetry = Telemetry(network.measurements(cells: edge.cells), rainMillimetresPerHour: rain)
            telemetry.noteHandovers(since: reportedCell)
            return telemetry
        }
    }

    // MARK: - Directives

    /// A directive waits for the slot to end: it acts from the first slot after its arrival, and is answered when the
    /// node wakes up next.
    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        guard case .directive = envelope.body, inbox.count < RANNode.inboxLimit else { return [] }
        inbox.append((envelope, now))
        if loop != nil { return closeLoop(at: now) }
        guard stepsTogether, now >= origin else { return [] }
        return [.schedule(RANNode.slotTimer, at: tick((now - origin).nanoseconds / configuration.slot.nanoseconds + 1))]
    }

    private static let inboxLimit = 4_096

    /// Judges, applies and answers the directives that have come. The slot that each came in and those before are
    /// stepped first, but none from `due` on.
    mutating func takeInbox(due: Int64) -> [Effect<NoJob>] {
        var answers: [Effect<NoJob>] = []
        for (envelope, arrived) in inbox {
            guard case .directive(let directive) = envelope.body else { continue }
            step(to: min(due, (arrived - origin).nanoseconds / configuration.slot.nanoseconds + 1))
            var result = authority.judge(directive, of: envelope, epoch: epoch)
            apply(directive, of: envelope, &result)
            if envelope.epoch == epoch { loop?.note(result) }
            effects.report(into: &result)
            pendingRecords.append(
                .directive(
                    DirectiveRecord(
                        at: arrived, sender: envelope.sender, epoch: envelope.epoch, term: envelope.term,
                        directive: directive, hops: envelope.hops, result: result)))
            answers.append(
                .send(
                    Envelope(
                        sender: node, recipient: envelope.sender, epoch: envelope.epoch, term: envelope.term,
                        body: .directiveResult(result))))
        }
        inbox.removeAll(keepingCapacity: true)
        return answers
    }
}

extension Telemetry {
    /// Says which UEs another cell served before, by the cell that served each then, none where that is not known.
    mutating func noteHandovers(since servingCell: [UInt32]) {
        for (ue, cell) in zip(ue, ueCell) {
            let before = servingCell[Int(ue)]
            guard before != cell, before != CellID.none.rawValue else { continue }
            handoverUE.append(ue)
            handoverFrom.append(before)
            handoverTo.append(cell)
        }
    }

    /// The measurements of a radio network as the wire carries them.
    init(_ measured: CellMeasurements, rainMillimetresPerHour: Float) {
        self.init()
        self.rainMillimetresPerHour = rainMillimetresPerHour
        subbands = measured.subbands
        links = measured.linksPerUE
        reportSubbands = measured.reportedSubbands
        cell = measured.cells
        powerWatts = measured.powersWatts
        prbUsedPercent = measured.prbUsedPercent
        throughputKbps = measured.cellThroughputKbps
        ue = measured.ues
        ueCell = measured.servingCell
        xMetres = measured.xMetres
        yMetres = measured.yMetres
        positionDeviationMetres = measured.positionDeviationMetres
        ueThroughputKbps = measured.throughputKbps
        backlogBytes = zip(measured.backlogBytes, measured.isFullBuffer).map { $1 ? -1 : $0 }
        cqi = measured.cqi.map(UInt32.init)
        sinrDb = measured.sinrDb
        readingAgeMs = measured.readingAgeMs
        linkCell = measured.linkCell
        rsrpDbm = measured.rsrpDbm
        gainDb = measured.gainDb
        backgroundDbm = measured.backgroundDbm
        ueSlice = measured.slice
    }
}
