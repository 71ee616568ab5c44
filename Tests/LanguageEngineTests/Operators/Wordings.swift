import Foundation
import LanguageEngine
import NetworkModel
import Testing

/// The network and the hour that the sentences of `wordings.tsv` are about.
enum Wordings {
    static let nowSeconds = 5 * 3_600.0
    static let runSeconds = 120.0
    static let cells = 20

    static func cells(_ range: ClosedRange<UInt32>) -> [CellID] { range.map { CellID($0) } }

    static let context = OperatorContext(
        slices: [
            SliceConfiguration(name: "embb", fraction: 0.5),
            SliceConfiguration(name: "video", fraction: 0.2, rateBps: 1e6),
            SliceConfiguration(name: "xr", fraction: 0.1),
            SliceConfiguration(name: "urllc", fraction: 0.1, rateBps: 5e4, delaySeconds: 0.02),
            SliceConfiguration(name: "iot", fraction: 0.1),
        ],
        cellNames: (0..<cells).map { "site\($0)" }, maxPowerDbm: Array(repeating: 46, count: cells),
        places: [
            .init(name: "stadium", cells: cells(0...3)), .init(name: "campus", cells: cells(4...9)),
            .init(name: "plaza", cells: cells(10...13)), .init(name: "north region", cells: cells(8...19)),
        ],
        bands: [
            .init(frequencyHz: 3.5e9, cells: cells(0...11)), .init(frequencyHz: 28e9, cells: cells(12...19)),
        ],
        peakRateBps: 1e9, hasUplink: true, secondOfDay: nowSeconds, runSeconds: runSeconds)

    static let parser = IntentParser(context)

    /// One line of the file.
    struct Case: Sendable {
        var number: Int
        var kind: String
        var keys: [String: String]
        var text: String
    }

    static func fixture(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
    }

    static func cases(_ name: String = "wordings.tsv") throws -> [Case] {
        try fixture(name).split(separator: "\n").enumerated().map { index, line in
            let fields = line.split(separator: "\t")
            try #require(fields.count == 3)
            var keys: [String: String] = [:]
            for pair in fields[1].split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                keys[String(parts[0])] = String(parts[1])
            }
            return Case(number: index + 1, kind: String(fields[0]), keys: keys, text: String(fields[2]))
        }
    }

    // MARK: - What is meant

    /// Whether the request is what the line says.
    static func isRight(_ request: OperatorRequest, _ wanted: Case) -> Bool {
        switch request {
        case .intent(let intent): wanted.kind == "intent" && isRight(intent, wanted.keys)
        case .question(let question): wanted.kind.hasPrefix("question") && isRight(question, wanted.keys)
        case .refused(let refusal): wanted.keys["refuse"] == refusal.reason.rawValue
        }
    }

    private static func scopeCells(_ keys: [String: String]) -> [CellID]? {
        var cells = keys["cell"].map { [CellID(UInt32($0)!)] }
        if let name = keys["place"] { cells = context.places.first { $0.name == name }!.cells }
        if let band = keys["band_ghz"] {
            let banded = context.bands.first { $0.frequencyHz == Double(band)! * 1e9 }!.cells
            cells = banded.filter { cells?.contains($0) ?? true }
        }
        return cells
    }

    private static func seconds(_ clock: String) -> Double {
        let parts = clock.split(separator: ":").map { Double($0)! }
        let ahead = parts[0] * 3_600 + parts[1] * 60 - nowSeconds
        return runSeconds + (ahead <= 0 ? ahead + 86_400 : ahead)
    }

    private static func isRight(_ intent: Intent, _ keys: [String: String]) -> Bool {
        let slice = keys["slice"].map { name in context.slices.firstIndex { $0.name == name }! }
        let scope: Intent.Scope =
            switch (slice, scopeCells(keys)) {
            case (nil, nil): .network
            case (let slice?, nil): .slice(slice)
            case (nil, let cells?): .cells(cells)
            case (let slice?, let cells?): .sliceInCells(slice, cells)
            }
        var targets: [Intent.Target] = []
        if let delay = keys["delay_ms"] { targets.append(.delay(seconds: Double(delay)! / 1e3)) }
        if let rate = keys["rate_mbps"] {
            let bps = Double(rate)! * 1e6
            targets.append(keys["direction"] == "ul" ? .uplinkRate(bps: bps) : .rate(bps: bps))
        }
        if let priority = keys["priority"] { targets.append(.priority(priority == "raise" ? 2 : 0.5)) }
        if let power = keys["cap_power_dbm"] { targets.append(.power(dbm: Double(power)!)) }
        if let mcs = keys["cap_mcs"] { targets.append(.mcs(index: Int(mcs)!)) }
        if keys["energy"] != nil { targets.append(.energy) }
        var until = (keys["until"] ?? keys["to"]).map(seconds)
        let from = keys["from"].map(seconds)
        if let start = from, let end = until, end < start { until = end + 86_400 }
        if let minutes = keys["for_min"] { until = runSeconds + Double(minutes)! * 60 }
        return intent.scope == scope && Set(intent.targets) == Set(targets)
            && intent.savesElsewhere == (keys["else"] == "energy") && intent.fromSeconds == from
            && intent.untilSeconds == until
    }

    private static func isRight(_ question: OperatorQuestion, _ keys: [String: String]) -> Bool {
        let slice = keys["slice"].map { name in context.slices.firstIndex { $0.name == name }! }
        guard question.slice == slice, question.cells == scopeCells(keys) ?? [] else { return false }
        switch question.kind {
        case .why(let cause): return keys["question"] == "why" && keys["kind"] == cause.rawValue
        case .kpi(let kpi): return keys["question"] == "kpi" && keys["kpi"] == kpi.rawValue
        case .status(let subject):
            guard keys["question"] == "status" else { return false }
            return keys["of"].map { $0 == subject.rawValue } ?? (subject == .cells)
        }
    }
}
