/// The store behind a writer, opened and opened again as its troubles come and go.
struct OpenedStore<Item: Sendable> {
    private let plan: WriterPlan<Item>
    private var repository: (any ContextRepository)?
    /// Since when the next attempt to open the store waits; nil for none.
    private var lastAttempt: Int64?
    private var lastUpkeep: Int64?
    private var upkeepClock = UpkeepClock()
    private var isStopped = false
    /// Rows lost since it stopped.
    private var missing: UInt64 = 0
    private var droppedAtLast: UInt64 = 0

    init(_ plan: WriterPlan<Item>) { self.plan = plan }

    /// Puts rows in; answers how many have been taken.
    ///
    /// - Parameter closing: there will be no later attempt to open a store that could not be opened lately.
    mutating func write(_ rows: [ContextRow], at now: Int64, closing: Bool) -> Int {
        if closing { lastAttempt = nil }
        guard open(at: now) else {
            missing += UInt64(rows.count)
            return 0
        }
        guard !rows.isEmpty, let repository else { return 0 }
        var taken = 0
        do {
            try repository.checkStanding()
            while taken < rows.count {
                let end = min(rows.count, taken + plan.batchRows)
                try repository.insert(Array(rows[taken..<end]))
                taken = end
            }
            if isStopped { resume() }
        } catch {
            missing += UInt64(rows.count - taken)
            fail(error, at: now)
        }
        return taken
    }

    /// From time to time, sums up, removes what is old, and notes what was dropped.
    mutating func maintain(dropped: UInt64, at now: Int64, closing: Bool) {
        guard let repository, closing || UpkeepClock.isDue(plan.upkeepMicroseconds, after: lastUpkeep, at: now) else {
            return
        }
        // What has just been opened waits for its first round.
        let isDue = lastUpkeep != nil && !closing
        lastUpkeep = now
        let time = upkeepClock.time(at: now, period: plan.upkeepMicroseconds)
        do {
            // A store that is full may have room again once what is old has gone.
            if isDue { try repository.maintain(plan.sources, plan.retention, at: time) }
            if dropped != droppedAtLast, let source = plan.sources.first {
                let row = CounterRow(source: source, name: CounterRow.droppedRows, at: now, value: Int64(dropped))
                try repository.insert([row.row])
                droppedAtLast = dropped
            }
        } catch {
            fail(error, at: now)
        }
    }

    mutating func close() {
        repository?.close()
        repository = nil
    }

    // MARK: Troubles

    /// Whether the store is open, after an attempt to open it where one is due.
    private mutating func open(at now: Int64) -> Bool {
        if repository != nil { return true }
        guard UpkeepClock.isDue(plan.retryMicroseconds, after: lastAttempt, at: now) else { return false }
        do {
            let opened = try plan.open()
            if let name = opened.setAside { plan.say(.setAside(name)) }
            repository = opened.repository
            lastUpkeep = nil
            try opened.repository.insert(plan.firstRows)
            return true
        } catch {
            fail(error, at: now)
            close()
            return false
        }
    }

    private mutating func fail(_ error: ContextStoreError, at now: Int64) {
        if !isStopped { plan.say(.stopped(error)) }
        isStopped = true
        // A full disk leaves the store as it is; anything else may have taken it away.
        guard error.code != .full, error.code != .busy, error.code != .readOnly else { return }
        close()
        lastAttempt = now
    }

    private mutating func resume() {
        plan.say(.resumed(missingRows: missing))
        isStopped = false
        missing = 0
    }
}
