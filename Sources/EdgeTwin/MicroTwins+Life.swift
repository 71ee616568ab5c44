internal import DTNetMessages
internal import Learning
internal import NetworkModel

extension MicroTwins {
    /// Where the life cycle of the twins stands.
    func status(epoch: UInt64) -> TwinStatus {
        var status = TwinStatus()
        status.engine = .channel
        status.order = life.order
        status.cell = cells
        for slot in cells.indices {
            let errors = errors(servingCell: cells[slot])
            status.phase.append(life.phase(slot: slot))
            status.error.append(Float(errors.after))
            status.errorBefore.append(Float(errors.before))
            status.usualError.append(life.usualErrorDb[slot])
            status.samples.append(life.samples[slot])
            status.mobility.append(life.watch.mobility(slot: slot)?.rawValue ?? 0)
            status.modelMobility.append(life.modelCondition[slot]?.mobility.rawValue ?? 0)
            if !network.weather.isEmpty {
                status.weather.append(life.weather.rawValue)
                status.modelWeather.append(life.modelCondition[slot]?.weather.rawValue ?? 0)
            }
            status.snapshots.append(snapshots.mask(slot: slot))
            life.traces[slot].append(to: &status, epoch: epoch)
        }
        life.byCondition.fill(&status)
        let tiles = tiles
        let worst = cells.map { tiles.worst(cell: $0) }
        if worst.contains(where: { $0 != nil }) {
            status.worstX = worst.map { $0?.x ?? 0 }
            status.worstY = worst.map { $0?.y ?? 0 }
            status.worstError = worst.map { $0?.errorDb ?? 0 }
        }
        return status
    }

    /// Carries out an order of L3; one that is not newer than the last changes nothing.
    mutating func carryOut(_ order: TrainOrder, epoch: UInt64) {
        guard order.order > life.order, order.engine == .channel else { return }
        life.order = order.order
        let slots = cells.indices.filter { order.cell.contains(cells[$0]) }
        let before = slots.map { errorBefore(order, slot: $0) }
        var changed: [Int] = []
        switch order.kind {
        case .retrain:
            for slot in slots { retrain(slot, order) }
            changed = slots
        case .parameter:
            guard let parameter = TwinParameter(rawValue: order.name), order.value > 0 else { return }
            scale(parameter, by: min(100, max(0.01, Double(order.value))), slots: slots)
            changed = slots
        case .adapter:
            guard let condition = TwinCondition(name: order.name) else { return }
            changed = slots.filter { recall(condition, $0) }
        }
        // What changed nothing has nothing to show.
        for (slot, before) in zip(slots, before) where changed.contains(slot) {
            life.carriedOut(order, at: before.place, slot: slot, epoch: epoch, errorDb: before.errorDb)
        }
    }

    /// Where the twins err, by serving cell.
    private var tiles: ErrorTiles { corrected?.tiles ?? lawPlaces.tiles }

    /// What an order is measured by: the error at its place; the cell's where it has none, or nothing was heard there.
    private func errorBefore(_ order: TrainOrder, slot: Int) -> (place: OrderPlace?, errorDb: Float) {
        if order.kind == .retrain, let place = order.place,
            let errorDb = tiles.errorDb(cell: cells[slot], at: place)
        {
            return (place, errorDb)
        }
        return (nil, Float(errors(servingCell: cells[slot]).after))
    }

    /// The same while the order settles; 0 where it is not known.
    private func errorAfter(slot: Int, cellErrorDb: Float) -> Float {
        let trace = life.traces[slot]
        guard trace.isSettling, let place = trace.place else { return cellErrorDb }
        return tiles.errorDb(cell: cells[slot], at: place) ?? 0
    }

    private mutating func retrain(_ slot: Int, _ order: TrainOrder) {
        life.begin(slot: slot)
        if corrected != nil {
            corrected?.forget(cell: cells[slot], at: order.place)
        } else {
            forgetLaw(slot, at: order.place)
        }
    }

    /// A distance law is of the whole cell: at a place the links of users who were heard there last are learnt anew.
    private mutating func forgetLaw(_ slot: Int, at place: OrderPlace?) {
        lawPlaces.forget(cell: cells[slot], at: place)
        if let place {
            let users = lawPlaces
            models[slot].forgetLinks { users.isThere($0, place) }
        } else {
            models[slot].forget()
            noiseFactor[slot] = 1
        }
    }

    /// A distance law has its own parameters per cell; the channel engine has one set for all cells of the edge.
    private mutating func scale(_ parameter: TwinParameter, by factor: Double, slots: [Int]) {
        guard !slots.isEmpty else { return }
        if corrected != nil {
            corrected?.scale(parameter, by: factor)
            return
        }
        for slot in slots {
            models[slot].scale(parameter, by: factor)
            if parameter == .readingNoise { noiseFactor[slot] = min(4, max(0.25, noiseFactor[slot] * factor)) }
        }
    }

    /// `false` where nothing is kept of that condition.
    private mutating func recall(_ condition: TwinCondition, _ slot: Int) -> Bool {
        if corrected != nil, let cell = snapshots.cell(slot: slot, condition) {
            corrected?.recall(cell, cell: cells[slot])
            life.loaded(condition, slot: slot)
        } else if corrected == nil, let law = snapshots.law(slot: slot, condition) {
            models[slot].recall(law)
            life.loaded(condition, slot: slot)
        } else {
            return false
        }
        return true
    }

    /// What the twins know of one cell, in words.
    func answer(cell: UInt32) -> String {
        guard let slot = cells.firstIndex(of: cell) else { return "another edge serves cell \(cell)" }
        let errors = errors(servingCell: cell)
        var text =
            "error \(MicroTwins.tenths(errors.before)) dB uncorrected, \(MicroTwins.tenths(errors.after)) corrected"
        text += ", usually \(MicroTwins.tenths(Double(life.usualErrorDb[slot])))"
        if let mobility = life.watch.mobility(slot: slot) { text += "; most users \(mobility.name)" }
        if !network.weather.isEmpty { text += "; weather \(life.weather.name)" }
        if let worst = tiles.worst(cell: cell) {
            text += "; worst \(MicroTwins.tenths(Double(worst.errorDb))) near x \(Int(worst.x)) y \(Int(worst.y))"
        }
        return text
    }

    private static func tenths(_ value: Double) -> String { "\((10 * value).rounded() / 10)" }

    /// Counts what was learnt from, and keeps what is known of the condition of now. A telemetry's readings are those
    /// of its users' links.
    mutating func noteLife(_ telemetry: Telemetry, epoch: UInt64) {
        life.weather = WeatherClass(millimetresPerHour: Double(telemetry.rainMillimetresPerHour))
        life.watch.note(telemetry, seconds: Double(epoch) * network.epoch.seconds, place: place)
        var users = Array(repeating: 0, count: cells.count)
        for cell in telemetry.ueCell where place[Int(cell)] >= 0 { users[place[Int(cell)]] += 1 }
        for (slot, cell) in cells.enumerated() {
            let errors = errors(servingCell: cell)
            life.note(
                slot: slot, readings: users[slot] * telemetry.links, before: Float(errors.before),
                errorDb: Float(errors.after), orderErrorDb: errorAfter(slot: slot, cellErrorDb: Float(errors.after)))
            guard let condition = life.dueSnapshot(slot: slot, errorDb: Float(errors.after)) else { continue }
            if let corrected {
                snapshots.keep(corrected.engine.snapshot(ofCell: cell), slot: slot, condition)
            } else {
                snapshots.keep(models[slot].law, slot: slot, condition)
            }
        }
    }
}
