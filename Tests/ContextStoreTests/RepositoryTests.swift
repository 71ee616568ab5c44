import ContextStore
import NetworkModel
import Testing

/// What every store must do, whichever it is.
@Suite(.serialized) struct RepositoryTests {
    private static let second: Int64 = 1_000_000
    /// Some moment, at the begin of a coarse sum and so of a bucket.
    private static let begin: Int64 = 1_700_000_400 * second

    private static func samples(cells: Int, seconds: Int, perSecond: Int = 1) -> [KPISample] {
        (0..<seconds * perSecond).flatMap { step in
            (0..<cells).map { cell in
                KPISample(
                    at: begin + Int64(step) * second / Int64(perSecond), cell: cell, metric: "DRB.UEThpDl",
                    source: "edge-a", value: Double(step * 10 + cell))
            }
        }
    }

    @Test(arguments: StoreKind.available) func measurementsComeBackByCellTimeAndKPI(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let samples = Self.samples(cells: 3, seconds: 1_000)
        #expect(try store.repository.insert(records: samples) == 3_000)
        let load = KPISample(
            at: Self.begin + 15 * Self.second, cell: 1, metric: "RRU.PrbTotDl", ue: 7, source: "edge-b", value: 42.5)
        #expect(try store.repository.insert(records: [load]) == 1)

        var query = ContextQuery(.measurement)
        query.cell = 1
        query.from = Self.begin + 10 * Self.second
        query.to = Self.begin + 19 * Self.second
        query.metric = "DRB.UEThpDl"
        let found = try store.repository.records(KPISample.self, query)
        #expect(found == samples.filter { $0.cell == 1 }[10...19].map { $0 })
        query.metric = nil
        #expect(try store.repository.records(KPISample.self, query).count == 11)
        query.ue = 7
        #expect(try store.repository.records(KPISample.self, query) == [load])
        query.metric = "never heard of"
        #expect(try store.repository.records(KPISample.self, query).isEmpty)

        var newest = ContextQuery(.measurement)
        newest.cell = 2
        newest.newestFirst = true
        newest.limit = 3
        #expect(try store.repository.records(KPISample.self, newest).map(\.value) == [9_992, 9_982, 9_972])
        newest.cell = nil
        #expect(try store.repository.records(KPISample.self, newest).map(\.value) == [9_992, 9_991, 9_990])
    }

    /// Rows carry the numbers of their labels; queries have the texts, in every row its own.
    @Test(arguments: StoreKind.available) func rowsHaveTheTextsOfTheirLabels(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        func sample(_ step: Int) -> KPISample {
            KPISample(
                at: Self.begin + Int64(step) * Self.second, cell: 1, metric: "KPI.\(step % 7)", ue: step,
                source: "edge-\(step % 3)", value: Double(step))
        }
        var query = ContextQuery(.measurement)
        query.cell = 1
        for end in [20, 40] {
            let samples = (end - 20..<end).map(sample)
            try store.repository.insert(records: samples)
            #expect(try store.repository.records(KPISample.self, query) == (0..<end).map(sample))
        }
    }

    /// Rows of one run of several in a store, before the limit counts; no sign of a name stands for others.
    @Test(arguments: StoreKind.available) func rowsAreFoundByWhatTheirSourceBeginsWith(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let sources = ["a_c/edge", "abc/edge", "a_c/region", "a_cd/edge", "x/a_c/edge"]
        try store.repository.insert(
            records: sources.enumerated().map { index, source in
                KPISample(
                    at: Self.begin + Int64(index) * Self.second, cell: 1, metric: "load", source: source, value: 0)
            })
        for cell in [1, nil] {
            var query = ContextQuery(.measurement)
            (query.cell, query.sourcePrefix, query.newestFirst, query.limit) = (cell, "a_c/", true, 2)
            let found = try store.repository.records(KPISample.self, query).map(\.source)
            #expect(found == ["a_c/region", "a_c/edge"])
            query.sourcePrefix = "none/"
            #expect(try store.repository.records(KPISample.self, query).isEmpty)
        }
        try store.repository.insert(
            records: ["a_c/lab@1", "abc/lab@1"].map { name in
                SpectrumTile(
                    id: name, at: Self.begin, kind: "iq", centreHz: 1e9, spanHz: 1e6, durationSeconds: 1, rows: 1,
                    columns: 1, format: "i8", data: [1])
            })
        var tiles = ContextQuery(.tile)
        tiles.sourcePrefix = "a_c/"
        #expect(try store.repository.records(SpectrumTile.self, tiles).map(\.id) == ["a_c/lab@1"])
    }

    @Test func labelsMayBeMany() throws {
        let store = try StoreFixture(.sqlite)
        let samples = (0..<70_000).map { index in
            KPISample(at: Self.begin, cell: 1, metric: "KPI.\(index)", source: "edge", value: Double(index))
        }
        try store.repository.insert(records: samples)
        let found = try store.repository.records(KPISample.self)
        #expect(found.count == samples.count)
        #expect(found.allSatisfy { $0.metric == "KPI.\(Int($0.value))" })
    }

    @Test(arguments: StoreKind.available) func aRowIsPutInOnce(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let samples = Self.samples(cells: 2, seconds: 5)
        #expect(try store.repository.insert(records: samples) == 10)
        #expect(try store.repository.insert(records: samples) == 0)
        #expect(try store.repository.records(KPISample.self).count == 10)
    }

    @Test(arguments: StoreKind.available) func anOutcomeIsFilledInLater(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        var directive = DirectiveRow(source: "edge-a", epoch: 12, cell: 3, at: Self.begin, term: 2)
        directive.powerWatts = 8
        directive.controls = "power"
        var outcome = DirectiveRow(source: "edge-a", epoch: 12, cell: 3, at: Self.begin + 1, term: 2)
        outcome.outcome = "applied"
        outcome.effectKbps = -120
        try store.repository.insert(records: [directive])
        try store.repository.insert(records: [outcome])
        let row = try #require(try store.repository.records(DirectiveRow.self).first)
        #expect(row.powerWatts == 8 && row.controls == "power")
        #expect(row.outcome == "applied" && row.effectKbps == -120)
        #expect(row.at == Self.begin)
    }

    /// A batch that comes to one row several times leaves what the rows would leave one by one.
    @Test(arguments: StoreKind.available) func aBatchMayComeToARowAgain(kind: StoreKind) throws {
        var rows: [DirectiveRow] = []
        for step in 0..<60 {
            let epoch = Int64(step / 4)
            var row = DirectiveRow(
                source: "edge-a", epoch: epoch, cell: step % 2, at: Self.begin + Int64(step), term: Int64(step % 4))
            if step % 3 == 1 { row.outcome = step % 2 == 0 ? "applied" : "expired" }
            if step % 5 == 0 { row.effectKbps = Double(step) }
            rows += [row, row]
        }
        let (atOnce, oneByOne) = (try StoreFixture(kind), try StoreFixture(kind))
        #expect(try atOnce.repository.insert(records: rows) == rows.count)
        for row in rows { #expect(try oneByOne.repository.insert(records: [row]) == 1) }
        let kept = try atOnce.repository.records(DirectiveRow.self)
        #expect(kept.count == 30)
        #expect(try oneByOne.repository.records(DirectiveRow.self) == kept)
        // An outcome of a later row at the time of the first one.
        #expect(kept.contains { $0.outcome != nil && ($0.at - Self.begin) % 3 != 1 })
    }

    @Test(arguments: StoreKind.available) func anEffectIsAddedToItsDecision(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let decision = LanguageDecisionRow(
            id: "l3/7", source: "l3", at: Self.begin, epoch: 7, trigger: "surge", situation: "[]", passages: "[]",
            prompt: "What now?", model: "m", parameters: "{}", answer: "none", actions: "[]")
        try store.repository.insert(records: [decision])
        try store.repository.insert([
            LanguageDecisionRow.effect("{}", of: "l3/7", source: "l3", at: Self.begin + 5)
        ])
        var expected = decision
        expected.effect = "{}"
        #expect(try store.repository.records(LanguageDecisionRow.self) == [expected])
    }

    @Test(arguments: StoreKind.available) func everyTableGivesBackWhatItTook(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        for rows in SampleRows.all {
            try store.repository.insert(rows)
            #expect(try store.repository.rows(ContextQuery(rows[0].table)) == rows, "\(rows[0].table.name)")
        }
        #expect(SampleRows.all.map { $0[0].table.name }.sorted() == ContextTable.all.map(\.name).sorted())
    }

    @Test(arguments: StoreKind.available) func aBatchGoesInAsAWholeOrNotAtAll(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        var rows = Self.samples(cells: 1, seconds: 5).map(\.row)
        rows[4].values[6] = .null
        #expect(throws: ContextStoreError.self) { try store.repository.insert(rows) }
        #expect(try store.repository.records(KPISample.self).isEmpty)
        // The labels of what was undone are not taken for known.
        #expect(try store.repository.insert(Array(rows[..<4])) == 4)
        #expect(
            try store.repository.records(KPISample.self).map(\.metric) == Array(repeating: "DRB.UEThpDl", count: 4))
    }

    @Test(arguments: StoreKind.available) func measurementsAreSummedUpAndGo(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let samples = Self.samples(cells: 2, seconds: 1_300, perSecond: 2)
        try store.repository.insert(records: samples)
        let retention = Retention(raw: 60 * Self.second, fine: 600 * Self.second, full: 10_000 * Self.second)
        let now = Self.begin + 1_300 * Self.second
        // Twice: what has been summed up is not summed up again.
        for _ in 0..<2 { try store.repository.maintain(["edge-a"], retention, at: now) }

        let raw = try store.repository.records(KPISample.self)
        #expect(raw.allSatisfy { $0.at >= now - retention.raw - KPISample.bucketMicroseconds } && !raw.isEmpty)
        var query = ContextQuery(.aggregate)
        query.cell = 1
        query.tierSeconds = Aggregate.fineSeconds
        let fine = try store.repository.records(Aggregate.self, query)
        #expect(fine.first?.at == now - retention.fine && fine.last?.at == now - 20 * Self.second)
        query.tierSeconds = Aggregate.coarseSeconds
        let coarse = try store.repository.records(Aggregate.self, query)
        #expect(coarse.map(\.at) == [Self.begin, Self.begin + 600 * Self.second])
        let first = samples.filter { $0.cell == 1 }.prefix(1_200).map(\.value)
        #expect(coarse[0].count == 1_200)
        #expect(abs(coarse[0].mean - first.reduce(0, +) / 1_200) < 1e-6)
        #expect(coarse[0].minimum == first.min() && coarse[0].maximum == first.max())
    }

    /// What is measured for a second time after a clock was set back is summed up with what was.
    @Test(arguments: StoreKind.available) func aClockThatWasSetBackLosesNothing(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let age = 10_000 * Self.second
        let retention = Retention(raw: age, fine: age, full: age)
        func maintain(_ seconds: Int64) throws {
            try store.repository.maintain(["edge-a"], retention, at: Self.begin + seconds * Self.second)
        }
        try store.repository.insert(records: Self.samples(cells: 1, seconds: 100))
        try maintain(200)
        let again = Self.samples(cells: 1, seconds: 60)[50...].map { sample in
            var sample = sample
            sample.at += Self.second / 2
            return sample
        }
        try store.repository.insert(records: again)
        try maintain(60)
        try maintain(80)
        var query = ContextQuery(.aggregate)
        query.tierSeconds = Aggregate.fineSeconds
        let fine = try store.repository.records(Aggregate.self, query)
        #expect(fine.map(\.count) == [10, 10, 10, 10, 10, 20, 10, 10, 10, 10])
        #expect(abs(fine[5].mean - 545) < 1e-9, "both of 50 to 59")
    }

    /// Counters that somebody has put in end neither the process nor the sums.
    @Test(arguments: StoreKind.available) func hostileCountersEndNoSums(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let counters = [("summed up over 10 s", Int64.max), ("summed up over 600 s", .min)].map { name, value in
            CounterRow(source: "edge-a", name: name, at: Self.begin, value: value)
        }
        try store.repository.insert(records: counters)
        try store.repository.insert(records: Self.samples(cells: 1, seconds: 1_400))
        let age = 10_000 * Self.second
        for seconds in [Int64(100), 1_500] {
            let now = Self.begin + seconds * Self.second
            try store.repository.maintain(["edge-a"], Retention(raw: age, fine: age, full: age), at: now)
        }
        var query = ContextQuery(.aggregate)
        query.tierSeconds = Aggregate.coarseSeconds
        // Those of before the first round are lost: the counter said that they were summed up.
        #expect(try store.repository.records(Aggregate.self, query).map(\.count) == [510, 600])
    }

    /// Rows of a clock that stood at 1970 are found with those of today, at once.
    @Test(.timeLimit(.minutes(1)), arguments: StoreKind.available) func aGapIsNoWork(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let samples = [5, Self.begin, Self.begin + 2_000 * Self.second].map { at in
            KPISample(at: at, cell: 1, metric: "m", source: "s", value: 1)
        }
        try store.repository.insert(records: samples)
        var query = ContextQuery(.measurement)
        query.cell = 1
        #expect(try store.repository.records(KPISample.self, query) == samples)
        query.newestFirst = true
        #expect(try store.repository.records(KPISample.self, query) == samples.reversed())
        query.limit = 2
        #expect(try store.repository.records(KPISample.self, query) == Array(samples.reversed()[..<2]))
        (query.from, query.to, query.limit) = (6, .max, nil)
        #expect(try store.repository.records(KPISample.self, query) == [samples[2], samples[1]])
        (query.from, query.to, query.newestFirst) = (.min, Self.begin, false)
        #expect(try store.repository.records(KPISample.self, query) == Array(samples[..<2]))
        query.from = Self.begin + 1
        #expect(try store.repository.records(KPISample.self, query).isEmpty)
    }

    @Test(arguments: StoreKind.available) func whatHasATimeGoesAndTheRestStays(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        for rows in SampleRows.all { try store.repository.insert(rows) }
        let retention = Retention(raw: 0, fine: 0, full: 0)
        try store.repository.maintain([], retention, at: SampleRows.at + 1_000 * Self.second)
        for table in ContextTable.all {
            #expect(
                try store.repository.rows(ContextQuery(table)).isEmpty == (table.keeping != .always), "\(table.name)")
        }
    }

    @Test(arguments: StoreKind.available) func textIsFoundInEitherCase(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let texts = ["Feeder 100% wet", "door open", "feeder dry"]
        let incidents = texts.enumerated().map { index, text in
            IncidentRow(
                id: "\(index)", source: "l3", at: Self.begin + Int64(index), severity: "warning", kind: "alarm",
                text: text)
        }
        try store.repository.insert(records: incidents)
        var query = ContextQuery(.incident)
        query.text = "FEEDER"
        #expect(try store.repository.records(IncidentRow.self, query).map(\.id) == ["0", "2"])
        query.text = "0% w"
        #expect(try store.repository.records(IncidentRow.self, query).map(\.id) == ["0"])
        query.text = "_"
        #expect(try store.repository.records(IncidentRow.self, query).isEmpty)
    }

    @Test(arguments: StoreKind.available) func aQueryForWhatATableLacksIsNamed(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        var query = ContextQuery(.document)
        query.cell = 3
        #expect(try ContextStoreError.code { _ = try store.repository.rows(query) } == .input)
        query = ContextQuery(.cell)
        query.from = 0
        #expect(try ContextStoreError.code { _ = try store.repository.rows(query) } == .input)
    }

    @Test(arguments: StoreKind.available) func tilesAreFoundByCellBandTimeAndDescriptor(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let tiles = (0..<6).map { index in
            SpectrumTile(
                id: "lab@\(index)", at: Self.begin + Int64(index) * Self.second, cell: index % 2, kind: "spectrogram",
                centreHz: 3.4e9 + Double(index) * 20e6, spanHz: 20e6, durationSeconds: 1, rows: 1, columns: 2,
                format: "i8",
                descriptor: index == 5 ? "{}" : #"{"peak_dbfs":\#(-10 * index),"labels":["radar"],"site":"7"}"#,
                data: [1, 2])
        }
        try store.repository.insert(records: tiles)
        func ids(_ change: (inout ContextQuery) throws -> Void) throws -> [String] {
            var query = ContextQuery(.tile)
            try change(&query)
            return try store.repository.records(SpectrumTile.self, query).map { String($0.id.dropFirst(4)) }
        }
        #expect(try ids { $0.band = 3.415e9...3.435e9 } == ["1", "2"])
        #expect(try ids { $0.band = 3.425e9...3.425e9 } == ["1"])
        let least = try #require(DescriptorBound("peak_dbfs>=-20"))
        let most = try #require(DescriptorBound("peak_dbfs<=-10"))
        #expect(try ids { $0.descriptor = [least] } == ["0", "1", "2"])
        #expect(try ids { $0.descriptor = [least, most] } == ["1", "2"])
        for words in ["never_said>=0", "site>=0", "site<=9", "labels>=0"] {
            #expect(try ids { $0.descriptor = [try #require(DescriptorBound(words))] } == [], "\(words)")
        }
        #expect(
            try ids { query in
                (query.cell, query.from, query.text) = (1, Self.begin + 2 * Self.second, "RADAR")
            } == ["3"])
        var other = ContextQuery(.cell)
        other.band = 0...1
        #expect(try ContextStoreError.code { _ = try store.repository.rows(other) } == .input)
        other.band = nil
        other.descriptor = [least]
        #expect(try ContextStoreError.code { _ = try store.repository.rows(other) } == .input)
    }

    @Test(arguments: ["", "peak", "peak>3", "peak>=", "peak>=x", "peak>=inf", "a b>=1", "x'>=1", ">=1"])
    func whatBoundsNothingIsRefused(text: String) { #expect(DescriptorBound(text) == nil) }

    @Test(arguments: StoreKind.available) func statisticsCountWhatIsThere(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        try store.repository.insert(records: Self.samples(cells: 2, seconds: 30))
        let figures = try store.repository.statistics()
        #expect(figures.map(\.table) == ContextTable.all.map(\.name))
        let measurements = try #require(figures.first { $0.table == "measurement" })
        #expect(measurements.rows == 60)
        #expect(measurements.oldest == Self.begin && measurements.newest == Self.begin + 29 * Self.second)
        #expect(try #require(measurements.bytes) > 0)
        #expect(figures.first { $0.table == "incident" }?.oldest == nil)
    }
}
