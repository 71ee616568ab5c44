internal import DTNetMessages
internal import LanguageEngine
internal import NetworkModel
internal import RadioPropagation

/// Which contexts of the network L3 needs to mirror now (DESIGN 10), selected from the findings: regions in which
/// something is found are mirrored every second with deviations, calm ones rarely and without. Figures come every
/// second from all, so that what the network is worth is always known; before a what-if everything is asked for.
struct ContextSelection: Hashable, Sendable {
    /// Per cell of the network: whether its links are mirrored as often as figures are.
    private(set) var isWatched: [Bool]

    /// Seconds between two reports of an edge, and between two with links where nothing is found.
    static let seconds = 1.0
    private static let calmSeconds = 8.0

    /// Everything is watched.
    init(cells: Int) { isWatched = Array(repeating: true, count: cells) }

    init(_ findings: [Finding], network: NetworkConfiguration) {
        isWatched = Array(repeating: false, count: network.cells.count)
        for finding in findings {
            switch finding {
            case .starved(let cell, _, _), .surge(let cell, _, _), .drift(let cell, _, _),
                .clarification(_, let cell, _):
                watch([cell], network)
            // L2 hears of its edges whatever L3 mirrors.
            case .forecastDrift: break
            case .harm(_, let cell, _): watch(cell.map { [$0] } ?? network.cells.map(\.id), network)
            case .intent(let intent):
                switch intent.scope {
                case .cells(let cells), .sliceInCells(_, let cells): watch(cells, network)
                case .network, .slice: self = ContextSelection(cells: isWatched.count)
                }
            case .alarm(_, .some(let origin)) where !origin.cells.isEmpty: watch(origin.cells, network)
            case .conflict(let conflict): watch(conflict.cell.map { [$0] } ?? network.cells.map(\.id), network)
            case .leadersOpposed(let conflict): watch(conflict.cells, network)
            // Nobody says where.
            case .alarm, .incumbent, .sliceAtRisk: self = ContextSelection(cells: isWatched.count)
            // A cell that has no users has no links.
            case .idle: break
            }
        }
    }

    /// What is found in a cell concerns its region: neighbours decide what can be done about it.
    private mutating func watch(_ cells: [CellID], _ network: NetworkConfiguration) {
        for cell in cells where network.cells.indices.contains(cell.index) {
            let region = network.cells[cell.index].region
            for other in network.cells where other.region == region { isWatched[other.id.index] = true }
        }
    }

    /// Writes periods and contents into a policy over all cells; an operator's fixed period goes before.
    func complete(_ policy: inout Policy, network: NetworkConfiguration) {
        let epochs = { (seconds: Double) in UInt32(clamping: max(1, Int((seconds / network.epoch.seconds).rounded()))) }
        guard network.language.isEnabled else { return }
        if let fixed = network.language.mirrorPeriod {
            policy.mirrorPeriodEpochs = epochs(fixed.seconds)
            return
        }
        policy.mirrorPeriodEpochs = epochs(ContextSelection.seconds)
        policy.mirrorLinkPeriodEpochs = isWatched.map {
            epochs($0 ? ContextSelection.seconds : ContextSelection.calmSeconds)
        }
        policy.mirrorDeviations = isWatched.map { $0 ? 1 : 0 }
    }

    // MARK: - The weather

    /// Whether the weather is a context of a decision on this carrier: heavy rain takes so much of a kilometre of path
    /// that the best action may be another with it. By ITU-R P.838-3 that is so from 7.0 GHz on: in FR2 and FR3, and
    /// not in FR1.
    static func isRainContext(frequencyHz: Double) -> Bool {
        let attenuation = RainAttenuation(frequencyHz: frequencyHz)
        return 1_000 * attenuation.dbPerMetre(millimetresPerHour: heavyRain) >= leastRainDbPerKilometre
    }

    /// About what is exceeded for 0.01 % of the time, an hour a year, in a temperate climate (ITU-R P.837), mm/h.
    private static let heavyRain = 25.0
    /// Less is lost in what channel twins err by, some decibels.
    private static let leastRainDbPerKilometre = 0.2
}
