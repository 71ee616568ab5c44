/// One cell (sector) of the radio network.
package struct CellConfiguration: Hashable, Sendable, Codable {
    package var id: CellID
    package var name: String
    package var region: RegionID
    /// Position of the antenna on the local plane, in metres; height above ground.
    package var xMetres: Double
    package var yMetres: Double
    package var heightMetres: Double
    /// Boresight from the x axis, counter-clockwise; nil is an omnidirectional antenna.
    package var azimuthDegrees: Double?
    /// Mechanical plus electrical downtilt below the horizon.
    package var downtiltDegrees: Double
    /// Total transmit power over the carrier.
    package var transmitPowerDbm: Double
    /// What an aerial platform that carries the cell can do; nil for a cell on the ground.
    package var platform: PlatformConfiguration?

    package init(
        id: CellID, name: String, region: RegionID, xMetres: Double, yMetres: Double, heightMetres: Double = 25,
        azimuthDegrees: Double? = nil, downtiltDegrees: Double = 10, transmitPowerDbm: Double = 43,
        platform: PlatformConfiguration? = nil
    ) {
        self.id = id
        self.name = name
        self.region = region
        self.xMetres = xMetres
        self.yMetres = yMetres
        self.heightMetres = heightMetres
        self.azimuthDegrees = azimuthDegrees
        self.downtiltDegrees = downtiltDegrees
        self.transmitPowerDbm = transmitPowerDbm
        self.platform = platform
    }

    /// Name of its site: its own without the number of the sector.
    package var siteName: String {
        guard let dash = name.lastIndex(of: "-"), name[name.index(after: dash)...].allSatisfy(\.isNumber) else {
            return name
        }
        return String(name[..<dash])
    }
}

/// The one carrier that all cells share.
package struct CarrierConfiguration: Hashable, Sendable, Codable {
    package var frequencyHz: Double = 3.5e9
    package var bandwidthHz: Double = 20e6
    /// Number of subbands of equal width, the granularity of power control and scheduling.
    package var subbands: Int = 8
    package var noiseFigureDb: Double = 9
    /// Gap to the Shannon bound, `Gamma` of DESIGN 11.
    package var snrGapDb: Double = 3
    /// Ceiling of the spectral efficiency, `eta_max`: 256QAM at rate 948/1024 (TS 38.214 Table 5.1.3.1-2).
    package var maxSpectralEfficiency: Double = 7.4063

    package init() {}

    package var subbandBandwidthHz: Double { bandwidthHz / Double(subbands) }
}

/// The emulated radio network (DESIGN 7).
package struct EmulationConfiguration: Hashable, Sendable, Codable {
    package var uesPerCell: Int = 10
    /// Share of UEs that are cars; the rest are pedestrians.
    package var carFraction: Double = 0
    package var pedestrianSpeedKmh: Double = 3
    package var carSpeedKmh: Double = 30
    /// Share of UEs with FTP model 3 traffic; the rest have full buffers.
    package var ftpFraction: Double = 0
    package var ftpFileBytes: Double = 500_000
    package var ftpFilesPerSecond: Double = 1
    /// Standard deviation of the reported position, per axis.
    package var positionDeviationMetres: Double = 3
    /// Share of reports without a position.
    package var positionMissingFraction: Double = 0.1
    /// Step to which gains and RSRP are quantised.
    package var gainStepDb: Double = 0.5
    /// Cells that a UE reports beside its serving cell, strongest first.
    package var reportedNeighbours: Int = 8
    /// Delay between a measurement and its first report.
    package var measurementDelayMs: Double = 1
    /// RMS delay spread of the fading channel.
    package var delaySpreadNs: Double = 363
    /// Handover when a neighbour is better by this much (A3) for the time to trigger.
    package var handoverOffsetDb: Double = 3
    package var timeToTriggerMs: Double = 160
    /// `false` replaces fast fading by its mean: averaged gains, for long epochs.
    package var fastFading: Bool = true
    /// Time-averaged gains: every slot sees the mean that fading turns about, and the scheduler shares a slot in closed
    /// form. Slots last a tenth of the epoch. For epochs of 20 ms or more.
    package var averagedGains: Bool = false
    /// How the scheme of a block is chosen, and whether blocks are lost.
    package var linkAdaptation: LinkAdaptation = .ideal
    /// Beams of the codebook of a sector's antenna, as many as its columns of elements; 1 has no beams.
    package var beams: Int = 1
    /// A crowd: share of the UEs that stand, at first, within a radius of a point instead of anywhere.
    package var crowdFraction: Double = 0
    package var crowdXMetres: Double = 0
    package var crowdYMetres: Double = 0
    package var crowdRadiusMetres: Double = 50

    package init() {}

    /// Whether gains fade from slot to slot.
    package var fades: Bool { fastFading && !averagedGains }
}

/// How an emulated network chooses the scheme of a block.
package enum LinkAdaptation: String, Hashable, Sendable, Codable, CaseIterable {
    /// By the SINR that the block meets; none is lost.
    case ideal
    /// By what UEs have reported last and by how blocks have fared; blocks are lost.
    case reported
}

/// Replay of measured drives (DESIGN 7): open loop.
package struct ReplayConfiguration: Hashable, Sendable, Codable {
    /// Layout of the files.
    package enum Format: String, Hashable, Sendable, Codable, CaseIterable {
        case ucc, cicv5g
    }

    package var format: Format
    /// Folder or file; relative to the topology file.
    package var path: String
    /// Replayed seconds per second; value and age need 1.
    package var speed: Double = 1

    package init(format: Format, path: String, speed: Double = 1) {
        self.format = format
        self.path = path
        self.speed = speed
    }
}

/// What the physical network is.
package enum ScenarioConfiguration: Hashable, Sendable, Codable {
    case emulated(EmulationConfiguration)
    case replay(ReplayConfiguration)

    /// Whether measured drives are replayed.
    package var isReplay: Bool {
        if case .replay = self { return true }
        return false
    }

    /// Why neither value nor age can be stated, in words: a replay at another speed measures the software only. nil
    /// where they can.
    package var noValueReason: String? {
        guard case .replay(let replay) = self, replay.speed != 1 else { return nil }
        return "replay at \(replay.speed) times the speed of the drives: value and age need 1"
    }

    /// What a run cannot observe here, each with the reason, in words; empty in emulation.
    package var notObserved: [String] {
        guard isReplay else { return [] }
        return [
            "association: the traces name no neighbour cell",
            "cross gains: the traces name no neighbour cell, its part of the interference counts in the constant",
            "subband gains: the traces hold one reading per carrier",
            "traffic: the traces do not say what waits to be sent, every user counts as full buffer",
            "times between drives: every drive is a user, and all are aligned to a common start",
            "places of cells: the traces name no site, a cell stands where it was received strongest, which is a guess",
        ]
    }

    /// `notObserved` as the line that a run's log and its result show; nil in emulation.
    package var openLoopNotice: String? {
        isReplay ? "replay, open loop: not observed: " + notObserved.joined(separator: "; ") : nil
    }
}

/// Solver behind the leader.
package enum SolverKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The pricing kernel: marginal-harm fixed point and anticipation.
    case pricing
    /// Weighted MMSE on the pooled data (FCH only).
    case wmmse
    /// Whichever of these the leader's records prefer for the problem's size and the time there is; where prices are
    /// announced (SCH, DCH), the pricing kernel.
    case auto
    /// No control: nothing is decided, the RAN keeps its safe default.
    case none
    /// Uniformly random power split, a baseline.
    case random
}

/// Who decides which cell serves a UE.
package enum AssociationControl: String, Hashable, Sendable, Codable, CaseIterable {
    /// The radio network by event A3 (TS 38.331 section 5.5.4.4).
    case a3
    /// The leader, by what each cell's UEs would get.
    case leader
}

/// Who divides a cell's PRBs among its UEs.
package enum SchedulingControl: String, Hashable, Sendable, Codable, CaseIterable {
    /// The radio network's proportional-fair scheduler, slot by slot.
    case proportionalFair = "proportional-fair"
    /// The engine: its shares are imposed until the next decision.
    case shares
}

/// Whether the game's weights serve what slices guarantee.
package enum GuaranteeControl: String, Hashable, Sendable, Codable, CaseIterable {
    /// A UE below its guarantee counts more, in prices, powers and shares.
    case weights
    /// Weights stay as they are; slice shares alone serve guarantees.
    case none
}

/// Who says which scheme suits the powers to come.
package enum SchemeControl: String, Hashable, Sendable, Codable, CaseIterable {
    /// The twins: directives recommend schemes.
    case twin
    /// The radio network by itself, from what its UEs report.
    case radioNetwork = "radio-network"
}

/// The game (DESIGN 6 and 11).
package struct GameConfiguration: Hashable, Sendable, Codable {
    /// nil takes the hierarchy's default: SCH synchronous, DCH asynchronous.
    package var timing: GameTiming?
    package var solver: SolverKind = .pricing
    /// Fairness exponent of the network value; 1 is proportional fairness.
    package var alpha: Double = 1
    /// Rounds of the price fixed point per epoch, at most.
    package var rounds: Int = 16
    /// Weight of the newest border charge in its damped update.
    package var damping: Double = 0.5
    /// `false` sets every price and border charge to 0 (a baseline).
    package var prices: Bool = true
    /// Directives stay valid for this many epochs.
    package var expiryEpochs: Int = 8
    package var association: AssociationControl = .a3
    package var scheduling: SchedulingControl = .proportionalFair
    package var guarantees: GuaranteeControl = .weights
    package var mcs: SchemeControl = .twin

    package init() {}

    package func timing(in hierarchy: Hierarchy) -> GameTiming {
        timing ?? (hierarchy == .decentralised ? .asynchronous : .synchronous)
    }
}

/// All that a role needs to know of the network that it serves: the resolved topology without hosts and links.
package struct NetworkConfiguration: Hashable, Sendable, Codable {
    /// Cells that one network, and one body about it, holds at most.
    package static let mostCells = 4_096
    /// UEs that one body holds at most: those of the cells of one edge.
    package static let mostUEsPerBody = 16_384
    /// Bytes of a packed message at most: what a socket takes.
    package static let mostMessageBytes = 1 << 20
    /// Of these, what a message needs beside its arrays: tags, numbers, and the hop trace of 16 hops.
    package static let messageOverheadBytes = 1_024
    /// Messages that a body which is larger than one is divided into at most.
    package static let mostMessagesPerBody = 64

    package var name: String
    package var seed: UInt64
    package var hierarchy: Hierarchy
    /// Period of the decision epochs, 1 ms to 10 s.
    package var epoch: Instant.Span
    /// Slot of the radio network, at most a tenth of an epoch.
    package var slot: Instant.Span
    package var cells: [CellConfiguration]
    package var regionNames: [String]
    package var carrier: CarrierConfiguration
    package var scenario: ScenarioConfiguration
    package var game: GameConfiguration
    package var twin: TwinConfiguration
    /// Slices that UEs belong to; empty where the network is not sliced.
    package var slices: [SliceConfiguration]
    /// Who else uses the band, as the spectrum authority announces it.
    package var incumbents: [IncumbentConfiguration]
    /// The language engine of L3.
    package var language: LanguageConfiguration
    /// What a weather station says of the run; empty where none is named. An emulated network has this rain.
    package var weather: [RainPeriod]
    /// Names that operators have for some of the cells.
    package var places: [PlaceConfiguration]

    package init(
        name: String, seed: UInt64, hierarchy: Hierarchy, epoch: Instant.Span, slot: Instant.Span,
        cells: [CellConfiguration], regionNames: [String], carrier: CarrierConfiguration = .init(),
        scenario: ScenarioConfiguration = .emulated(.init()), game: GameConfiguration = .init(),
        twin: TwinConfiguration = .init(), slices: [SliceConfiguration] = [],
        incumbents: [IncumbentConfiguration] = [], language: LanguageConfiguration = .init(),
        weather: [RainPeriod] = [], places: [PlaceConfiguration] = []
    ) {
        self.name = name
        self.seed = seed
        self.hierarchy = hierarchy
        self.epoch = epoch
        self.slot = slot
        self.cells = cells
        self.regionNames = regionNames
        self.carrier = carrier
        self.scenario = scenario
        self.game = game
        self.twin = twin
        self.slices = slices
        self.incumbents = incumbents
        self.language = language
        self.weather = weather
        self.places = places
    }

    /// Conditions that errors of twins are kept under: with weather three times as many.
    package var twinConditions: Int { weather.isEmpty ? TwinCondition.dryCount : TwinCondition.count }

    /// Subbands that reports carry: instantaneous subband gains below 20 ms epochs, one averaged gain from there on
    /// (DESIGN 5).
    package var reportedSubbands: Int { epoch < .milliseconds(20) ? carrier.subbands : 1 }

    /// Whether the radio network is emulated with time-averaged gains.
    package var hasAveragedGains: Bool {
        guard case .emulated(let emulation) = scenario else { return false }
        return emulation.averagedGains
    }

    /// Whether any cell flies.
    package var hasPlatforms: Bool { cells.contains { $0.platform != nil } }

    /// Beams of a sector's codebook; 1 where cells have one.
    package var beams: Int {
        guard case .emulated(let emulation) = scenario else { return 1 }
        return emulation.beams
    }

    /// Whether directives recommend schemes: where the radio network has a use for them.
    package var recommendsMCS: Bool {
        guard case .emulated(let emulation) = scenario else { return false }
        return emulation.linkAdaptation == .reported && game.mcs == .twin
    }

    /// Whether edges report to leaders the gains that fading will have come to: where gains per subband are reported.
    package var forecastsFading: Bool { reportedSubbands > 1 && !scenario.isReplay }

    /// Whether a cell's subbands are divided evenly among its UEs whatever they carry, as a replay divides them: a fact
    /// that a game which counts on proportional fairness would miss.
    package var sharesAreEven: Bool { scenario.isReplay }

    /// Whether anything is decided for single UEs: association, shares, beams or schemes.
    package var decidesPerUE: Bool {
        game.association == .leader || game.scheduling == .shares || beams > 1 || recommendsMCS
    }
}
