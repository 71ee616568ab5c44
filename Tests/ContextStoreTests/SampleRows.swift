import ContextStore
import Testing

/// A few rows of every table, in the order in which a query gives them, with and without what they may leave out.
enum SampleRows {
    static let at: Int64 = 1_700_000_400_000_000

    static var all: [[ContextRow]] {
        [
            measurements.map(\.row), aggregates, cells.map(\.row), profiles.map(\.row), devices.map(\.row),
            policies.map(\.row), documents, passages, tiles.map(\.row), errors.map(\.row), directives.map(\.row),
            texts.map(\.row), decisions.map(\.row), incidents.map(\.row), counters.map(\.row),
        ]
    }

    static var measurements: [KPISample] {
        [
            KPISample(at: at, cell: 0, metric: "RRU.PrbTotDl", source: "edge-a", value: 0.1),
            KPISample(at: at, cell: 1, metric: "L1M.SINR", ue: 12, source: "edge-a", value: -3.25e-7),
            KPISample(at: at + 1, cell: KPISample.none, metric: "value", source: "rrm", value: 1e300),
        ]
    }

    private static var aggregates: [ContextRow] {
        [
            ContextRow(
                .aggregate,
                [
                    .integer(10), .integer(2), .text("DRB.UEThpDl"), .integer(-1), .text("edge-a"), .integer(at),
                    .integer(500), .real(12.5), .real(-1), .real(40),
                ])
        ]
    }

    private static var cells: [CellRow] {
        [
            CellRow(
                cell: 0, name: "hall/1", region: "east", xMetres: 1.5, yMetres: -2, heightMetres: 25,
                azimuthDegrees: 120, downtiltDegrees: 10, powerDbm: 43, frequencyHz: 3.5e9, bandwidthHz: 20e6,
                surroundings: #"{"indoor": true, "name": "Hörsaal \"B\""}"#),
            CellRow(
                cell: 1, name: "gym", region: "east", xMetres: 0, yMetres: 0, heightMetres: 15, powerDbm: 37,
                frequencyHz: 3.5e9, bandwidthHz: 20e6),
        ]
    }

    private static var profiles: [QoSProfile] {
        var voice = QoSProfile(name: "5QI 1")
        voice.fiveQI = 1
        voice.resourceType = "GBR"
        voice.priority = 20
        voice.delayMs = 100
        voice.loss = 1e-2
        return [voice, QoSProfile(name: "best effort")]
    }

    private static var devices: [DeviceRow] {
        var car = DeviceRow(ue: 3)
        car.kind = "car"
        car.layers = 2
        car.powerDbm = 26
        return [car, DeviceRow(ue: 4)]
    }

    private static var policies: [PolicyRow] {
        [
            PolicyRow(
                source: "l3", at: at, revision: 4, expiresEpoch: 900, reason: "rain; then'--", content: #"{"cell":[0]}"#
            )
        ]
    }

    private static var documents: [ContextRow] {
        [
            ContextRow(
                .document,
                [
                    .text("corpus/rain"), .text("corpus"), .text("Rain"), .text("propagation"), .text("rain, FR2"),
                    .text("ITU-R P.838-3"), .integer(.min),
                ])
        ]
    }

    private static var passages: [ContextRow] {
        [
            ContextRow(
                .passage,
                [
                    .text("corpus/rain"), .integer(0), .text("Rain"), .text("propagation"), .text("rain, FR2"),
                    .text("Rain attenuates.\nSecond line.\tTab."),
                ])
        ]
    }

    private static var tiles: [SpectrumTile] {
        [
            SpectrumTile(
                id: "t1", at: at, cell: 1, kind: "spectrogram", centreHz: 3.5e9, spanHz: 20e6, durationSeconds: 0.01,
                rows: 2, columns: 128, format: "i8", descriptor: #"{"peak_dbm":-40}"#,
                data: (0..<256).map { UInt8($0) }),
            SpectrumTile(
                id: "t2", at: at, kind: "iq", centreHz: 28e9, spanHz: 1e6, durationSeconds: 1, rows: 0, columns: 0,
                format: "cf32", data: []),
        ]
    }

    private static var errors: [TwinErrorRow] {
        [
            TwinErrorRow(
                source: "edge-a", engine: "channel", cell: 0, at: at, before: 7.5, after: 2.25, unit: "dB",
                condition: "3.5 GHz, walking"),
            TwinErrorRow(
                source: "region-east", engine: "load forecast", cell: 1, at: at + 1, before: nil, after: 0.03, unit: "1"
            ),
        ]
    }

    private static var directives: [DirectiveRow] {
        var full = DirectiveRow(source: "edge-a", epoch: 7, cell: 0, at: at, term: 1)
        full.group = 9
        full.offerEpoch = 6
        full.oldestEpoch = 5
        full.expiresEpoch = 15
        full.controls = "power, beam"
        full.powerWatts = 12.5
        full.outcome = "applied"
        full.effectKbps = 300
        return [full, DirectiveRow(source: "edge-a", epoch: 8, cell: 0, at: at + 1, term: 1)]
    }

    private static var texts: [LanguageTextRow] {
        [
            LanguageTextRow(digest: "0a-21", at: at, text: "You manage a network.\n"),
            LanguageTextRow(digest: "0b-4", at: at + 1),
        ]
    }

    static var decisions: [LanguageDecisionRow] {
        var decision = LanguageDecisionRow(
            id: "l3-7", source: "l3", at: at, epoch: 7, trigger: "surge", situation: "[]",
            passages: #"["corpus/rain#0"]"#,
            prompt: "Say what to do.\n", model: "smollm2", parameters: #"{"temperature":0}"#, answer: "```{}",
            actions: "[]")
        decision.verdict = "adopted"
        decision.reason = "wins 3 %"
        decision.tokensIn = 48
        decision.durationMs = 412.5
        decision.number = 7
        decision.failure = ""
        decision.chosen = -1
        decision.judging = #"{"energy_weight":0.1,"guaranteed":[true]}"#
        return [decision]
    }

    /// The decisions are there with what their schema had, and the store takes new ones and their texts.
    static func expectDecisionsOfOlderSchema(_ store: any ContextRepository) throws {
        var expected = decisions[0]
        (expected.number, expected.failure, expected.chosen, expected.judging) = (nil, nil, nil, nil)
        #expect(try store.records(LanguageDecisionRow.self) == [expected])
        try store.insert(records: decisions)
        #expect(try store.records(LanguageDecisionRow.self) == decisions)
        #expect(try store.insert(records: texts) == texts.count)
    }

    private static var incidents: [IncidentRow] {
        var over = IncidentRow(
            id: "1", source: "edge-a", at: at, cell: 0, severity: "warning", kind: "alarm", text: "no telemetry")
        over.ended = at + 5
        over.resolution = "it came back"
        (over.standing, over.count, over.firstEpoch, over.lastEpoch) = (0, 2, 7, 12)
        over.members = #"[{"node":"edge-a"}]"#
        return [
            over, IncidentRow(id: "2", source: "l3", at: at + 1, severity: "info", kind: "policy", text: "expired"),
        ]
    }

    private static var counters: [CounterRow] {
        [CounterRow(source: "edge-a", name: "dropped rows", at: at, value: 17)]
    }
}
