internal import LanguageEngine
internal import NetworkModel
internal import Numerics

/// A variant of a topology that is made to have something found in it, and what alarm systems and operators say there.
/// All of it follows from the seed.
struct CaseScenario: Sendable {
    /// What is in the foreground.
    enum Variant: String, Sendable, CaseIterable {
        /// Many users around one place.
        case crowd
        /// Few users, so that cells are empty.
        case idle
        /// Slices are promised more.
        case slices
        /// The channel twin of a cell errs.
        case drift
        /// An alarm in words.
        case alarm
        /// What an operator wants.
        case intent
        /// Two operators who want different things.
        case conflict
        /// A text that gives orders, as an alarm.
        case attack
        /// Traffic in bursts.
        case bursts
    }

    let variant: Variant
    private let random: CounterGenerator
    private let attacks: [String]

    init(seed: UInt64, attacks: [String]) {
        let variants = Variant.allCases.filter { $0 != .attack || !attacks.isEmpty }
        variant = variants[Int(seed % UInt64(variants.count))]
        random = CounterGenerator(seed: seed, purpose: 0x6361_7365)
        self.attacks = attacks
    }

    private func pick(_ item: UInt64, _ count: Int, _ part: UInt64 = 0) -> Int {
        Int(random.uniform(item, part) * Double(count))
    }

    /// The network of the variant.
    func network(_ network: NetworkConfiguration, seed: UInt64) -> NetworkConfiguration {
        var network = network
        network.seed = seed
        network.language.period = .seconds(1)
        guard case .emulated(var emulation) = network.scenario else { return network }
        let place = network.cells[pick(1, network.cells.count)]
        emulation.uesPerCell = 6 + pick(2, 7)
        emulation.crowdXMetres = place.xMetres + random.uniform(3, 0, in: -80..<80)
        emulation.crowdYMetres = place.yMetres + random.uniform(4, 0, in: -80..<80)
        emulation.crowdRadiusMetres = random.uniform(5, 0, in: 20..<60)
        emulation.crowdFraction = random.uniform(6, 0, in: 0.2..<0.6)
        switch variant {
        case .crowd: emulation.crowdFraction = random.uniform(7, 0, in: 0.7..<0.95)
        case .idle: (emulation.uesPerCell, emulation.crowdFraction) = (2 + pick(8, 2), 0.9)
        case .slices:
            let factor = random.uniform(9, 0, in: 2..<6)
            for index in network.slices.indices { network.slices[index].rateBps *= factor }
        case .bursts:
            emulation.ftpFraction = random.uniform(10, 0, in: 0.5..<1)
            emulation.ftpFilesPerSecond = random.uniform(11, 0, in: 0.5..<2)
        case .drift, .alarm, .intent, .conflict, .attack: break
        }
        network.scenario = .emulated(emulation)
        return network
    }

    // MARK: - Words

    /// What is said before a case of the run is taken.
    ///
    /// - Parameter part: 0 for the first case of the run.
    func entries(part: UInt64, network: NetworkConfiguration) -> [OperatorEntry] {
        let cell = pick(20, network.cells.count, part)
        switch variant {
        case .crowd, .idle, .slices, .bursts: return []
        // Begins a cycle; the drift itself is put in.
        case .drift: return [.alarm(text: "")]
        case .alarm:
            let text = CaseScenario.alarms[pick(21, CaseScenario.alarms.count, part)]
            return [.alarm(text: CaseScenario.filled(text, cell: cell))]
        case .attack:
            let genuine = CaseScenario.alarms[pick(21, CaseScenario.alarms.count, part)]
            let attack = attacks[pick(22, attacks.count, part)]
            return [.alarm(text: attack)] + (part == 0 ? [] : [.alarm(text: CaseScenario.filled(genuine, cell: cell))])
        case .intent: return [.intent(name: "first", worded(30, cell: cell, part: part, network: network).intent)]
        case .conflict:
            let other = (cell + 1) % network.cells.count
            let second =
                part == 0 ? CaseScenario.saving : worded(40, cell: other, part: part, network: network).intent
            return [
                .intent(name: "first", worded(30, cell: cell, part: part, network: network).intent),
                .intent(name: "second", second),
            ]
        }
    }

    /// A drift as a region would report it.
    func drift(part: UInt64, cells: Int) -> Finding {
        let usual = random.uniform(50, part, in: 1.5..<4)
        return .drift(
            cell: CellID(UInt32(pick(51, cells, part))), errorDb: usual * random.uniform(52, part, in: 1.8..<4),
            usualDb: usual)
    }

    /// What operators wrote before a case of the run is taken.
    func wordings(part: UInt64, network: NetworkConfiguration) -> [String] {
        let cell = pick(20, network.cells.count, part)
        let first = { worded(30, cell: cell, part: part, network: network).text }
        switch variant {
        case .intent: return [first()].compactMap { $0 }
        case .conflict:
            let other = (cell + 1) % network.cells.count
            let second =
                part == 0 ? "save energy in the network" : worded(40, cell: other, part: part, network: network).text
            return [first(), second].compactMap { $0 }
        default: return []
        }
    }

    /// An intent as an operator words it, and as the grammar reads that; the intent itself where the grammar does not
    /// read it so.
    private func worded(
        _ item: UInt64, cell: Int, part: UInt64, network: NetworkConfiguration
    ) -> (intent: Intent, text: String?) {
        let meant = intent(item, cell: cell, part: part, network: network)
        let texts = OperatorWordings.texts(meant, slices: network.slices.map(\.name))
        guard !texts.isEmpty else { return (meant, nil) }
        let text = texts[pick(item + 6, texts.count, part)]
        let parser = IntentParser(OperatorContext(network: network, secondOfDay: 43_200, runSeconds: 0))
        guard case .intent(let read) = parser.parse(text), read == meant else { return (meant, nil) }
        return (read, text)
    }

    private static let saving = Intent(scope: .network, targets: [.energy])

    private func intent(_ item: UInt64, cell: Int, part: UInt64, network: NetworkConfiguration) -> Intent {
        let id = CellID(UInt32(cell))
        let factor = [1.5, 2.0, 3.0][pick(item + 2, 3, part)]
        let slice = network.slices.isEmpty ? nil : pick(item + 1, network.slices.count, part)
        let scope: Intent.Scope = slice.map { .slice($0) } ?? .cells([id])
        let saves = pick(item + 3, 2, part) == 1
        switch pick(item, 5, part) {
        case 0: return Intent(scope: .cells([id]), targets: [.priority(factor)], savesElsewhere: saves)
        case 1:
            let dbm = network.cells[cell].transmitPowerDbm - Double(1 + pick(item + 4, 9, part))
            return Intent(scope: .cells([id]), targets: [.power(dbm: dbm)])
        case 2: return Intent(scope: scope, targets: [.priority(factor)])
        case 3:
            // A rate below the guaranteed one would be refused.
            let least = slice.map { network.slices[$0].rateBps } ?? 0
            return Intent(scope: scope, targets: [.rate(bps: max(least, 1e5 * Double(1 + pick(item + 5, 10, part))))])
        default: return Intent(scope: .cells([id]), targets: [.energy])
        }
    }

    private static func filled(_ text: String, cell: Int) -> String {
        text.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(cell)")
    }

    /// Alarms as different systems word them; `#` is the number of the cell.
    private static let alarms = [
        "cell # uplink interference 8 dB above its usual level", "RTWP rise on sector #: external noise suspected",
        "CELL #: strong interference on the upper PRBs since 04:10",
        "WARN cell=# event=congestion dl_prb_util=98% rrc_users rising", "cell # overloaded, users report slow video",
        "users at sector # complain: the network is slow and full", "crowd gathers at cell #, load rising fast",
        "kpi-agent: surge forecast for cell# within the minute", "cell # power amplifier temperature 91 C, overheat",
        "rack alarm: high temperature at cell #, reduce heat", "energy budget of cell # exceeded this hour",
        "twin monitor: predictions of cell # drift from measurements",
        "radio model of cell # no longer fits after works",
        "door contact open at the site of cell #", "cell # GPS receiver lost lock, holdover 4 h",
        "cell #: throughput of cell edge users down 40 % week over week",
    ]
}
