internal import NetworkModel

/// The whole resource problem of DESIGN 11 as a value: what `dtnet rrm` reads and writes, and what `Problem` is one
/// frozen choice of (an association, a state of every cell, the weights in force).
///
/// Cells, UEs, slices and carriers are named by their place in the lists. Levels are in decibels, as measured;
/// powers that are decided are in watts. All of it is downlink, but for `uplink`. `flaw` says what of the values
/// contradicts itself; a solver is given a problem without flaw.
package struct ResourceProblem: Sendable, Hashable, Codable {
    /// A band of equally wide subbands.
    package struct Carrier: Sendable, Hashable, Codable {
        package var name: String
        package var frequencyHz: Double
        package var bandwidthHz: Double
        package var subbands: Int
        package var duplex: Duplex
        /// Part of the time that is downlink; 1 in FDD.
        package var downlinkPart: Double

        package init(
            name: String, frequencyHz: Double, bandwidthHz: Double, subbands: Int, duplex: Duplex = .fdd,
            downlinkPart: Double = 1
        ) {
            self.name = name
            self.frequencyHz = frequencyHz
            self.bandwidthHz = bandwidthHz
            self.subbands = subbands
            self.duplex = duplex
            self.downlinkPart = downlinkPart
        }
    }

    package enum Duplex: String, Sendable, Hashable, Codable, CaseIterable { case fdd, tdd }

    /// A beam, tilt or surface setting of a cell, as what it adds to the gain of every UE.
    package struct State: Sendable, Hashable, Codable {
        package var name: String
        package var kind: StateKind
        /// [U] dB on top of the link's gain; UEs without a link to the cell are ignored.
        package var gainOffsetDb: [Double]

        package init(name: String, kind: StateKind, gainOffsetDb: [Double]) {
            self.name = name
            self.kind = kind
            self.gainOffsetDb = gainOffsetDb
        }
    }

    package enum StateKind: String, Sendable, Hashable, Codable, CaseIterable { case beam, tilt, surface }

    package struct Cell: Sendable, Hashable, Codable {
        package var name: String
        package var powerBudgetWatts: Double
        /// [K] highest power per subband; nil leaves the budget as the only bound.
        package var powerCapWatts: [Double]?
        /// Subbands that the cell must leave empty.
        package var maskedSubbands: [Int]
        /// rho in [0, 1]: part of the time that the cell disturbs others.
        package var load: Double
        /// What the cell's links to the core carry; nil is no limit.
        package var backhaulMbps: Double?
        /// Power that the site takes without sending.
        package var circuitWatts: Double
        /// Radiated power over power taken by the amplifier, in (0, 1].
        package var amplifierEfficiency: Double
        /// Power that the site takes asleep, when it sends nothing and serves nobody; nil where it may not sleep.
        package var sleepWatts: Double?
        /// Cap on the modulation and coding scheme: ceiling of the spectral efficiency of its UEs; nil for none.
        package var maxEfficiencyBpsPerHz: Double?
        /// Settings to choose from, of which one is in force; empty where there is nothing to set.
        package var states: [State]

        package init(name: String, powerBudgetWatts: Double) {
            self.name = name
            self.powerBudgetWatts = powerBudgetWatts
            maskedSubbands = []
            load = 1
            circuitWatts = 0
            amplifierEfficiency = 1
            states = []
        }
    }

    /// What UEs of a slice are promised.
    package struct Slice: Sendable, Hashable, Codable {
        package var name: String
        /// Factor on the weights of its UEs.
        package var weight: Double
        /// Rate promised to each of its UEs; nil is none.
        package var guaranteedMbps: Double?
        /// Delay promised to each of its UEs; nil is none.
        package var delay: Delay?
        /// Code words of its UEs, where they are short; nil counts with the rate of long ones.
        package var blocklength: Blocklength?

        package init(
            name: String, weight: Double = 1, guaranteedMbps: Double? = nil, delay: Delay? = nil,
            blocklength: Blocklength? = nil
        ) {
            self.name = name
            self.weight = weight
            self.guaranteedMbps = guaranteedMbps
            self.delay = delay
            self.blocklength = blocklength
        }

        /// Least rate of each UE in Mbit/s that keeps both promises; 0 where there is none.
        package var leastMbps: Double {
            let forDelay =
                delay.map {
                    1e-6
                        * EffectiveBandwidth.rateBps(
                            meanBps: $0.meanMbps * 1e6, packetBits: $0.packetBits, delaySeconds: $0.boundMs * 1e-3,
                            violation: $0.violation - (blocklength?.errorProbability ?? 0))
                } ?? 0
            return max(guaranteedMbps ?? 0, forDelay)
        }
    }

    /// Words of `symbols` channel uses, of which a part `errorProbability` may be lost: rates after the normal
    /// approximation (see `NormalApproximation`).
    package struct Blocklength: Sendable, Hashable, Codable {
        package var symbols: Double
        package var errorProbability: Double

        package init(symbols: Double, errorProbability: Double) {
            self.symbols = symbols
            self.errorProbability = errorProbability
        }
    }

    /// `P(delay > bound) <= violation` of a Poisson source of packets of exponential length. Where code words are
    /// short, what is lost of them counts as late.
    package struct Delay: Sendable, Hashable, Codable {
        package var boundMs: Double
        package var violation: Double
        package var packetBits: Double
        package var meanMbps: Double

        package init(boundMs: Double, violation: Double, packetBits: Double, meanMbps: Double) {
            self.boundMs = boundMs
            self.violation = violation
            self.packetBits = packetBits
            self.meanMbps = meanMbps
        }
    }

    package struct User: Sendable, Hashable, Codable {
        /// Serving cell now, one of `linkCell`; nil where nobody serves it.
        package var cell: Int?
        package var weight: Double
        /// Offered rate; nil is a full buffer.
        package var demandMbps: Double?
        /// Cap on its modulation and coding scheme: ceiling of its spectral efficiency; nil for none.
        package var maxEfficiencyBpsPerHz: Double?
        /// Rate that it has to send; nil is a full buffer.
        package var uplinkDemandMbps: Double?
        package var slice: Int?
        /// Cells with a known gain; any of them may serve the UE where association is free.
        package var linkCell: [Int]
        /// Path gain of each link, one value for all subbands or K.
        package var gainDb: [[Double]]
        /// Standard deviation of each link's gain; empty where gains are exact.
        package var gainDeviationDb: [Double]
        /// Noise and every interferer without a link, one value for all subbands or K.
        package var backgroundDbm: [Double]

        package init(cell: Int?, linkCell: [Int], gainDb: [[Double]], backgroundDbm: [Double]) {
            self.cell = cell
            weight = 1
            self.linkCell = linkCell
            self.gainDb = gainDb
            gainDeviationDb = []
            self.backgroundDbm = backgroundDbm
        }
    }

    /// The uplink on the same cells, UEs and gains: open-loop power control.
    package struct Uplink: Sendable, Hashable, Codable {
        /// Most that each UE sends over the carrier.
        package var maxPowerDbm: Double
        /// Noise, and whatever else a cell hears of nobody's, per subband.
        package var noiseDbm: Double
        /// Range of the power that a cell may ask to receive per subband, P0 of TS 38.213 section 7.1.1.
        package var lowestP0Dbm: Double
        package var highestP0Dbm: Double

        package init(
            maxPowerDbm: Double = 23, noiseDbm: Double, lowestP0Dbm: Double = -120, highestP0Dbm: Double = -60
        ) {
            self.maxPowerDbm = maxPowerDbm
            self.noiseDbm = noiseDbm
            self.lowestP0Dbm = lowestP0Dbm
            self.highestP0Dbm = highestP0Dbm
        }
    }

    /// Someone else's receiver, in whose band interference has a limit.
    package struct Incumbent: Sendable, Hashable, Codable {
        package var name: String
        package var subbands: [Int]
        /// Highest sum of received powers on each of the subbands.
        package var limitDbm: Double
        /// [C] path gain from each cell.
        package var gainDb: [Double]

        package init(name: String, subbands: [Int], limitDbm: Double, gainDb: [Double]) {
            self.name = name
            self.subbands = subbands
            self.limitDbm = limitDbm
            self.gainDb = gainDb
        }
    }

    package var name: String
    /// Fairness exponent of the network value; 1 is proportional fairness, 0 the mean rate.
    package var alpha: Double
    /// Gap to the Shannon bound.
    package var snrGapDb: Double
    /// Ceiling of the spectral efficiency.
    package var maxEfficiencyBpsPerHz: Double
    /// Least ratio of signal to noise, without interference, from a cell that is awake and divides its budget equally,
    /// that every UE keeps which has it while all cells are awake; nil asks for no coverage.
    package var coverageSnrDb: Double?
    /// Utility that a watt taken from the mains costs.
    package var energyWeightPerWatt: Double
    /// Probability with which a planned rate is to be reached where gains deviate, in [0.5, 1); nil plans with the
    /// gains as they are given.
    package var confidence: Double?
    /// Whether a solver may move UEs between cells.
    package var mayReassociate: Bool
    package var carriers: [Carrier]
    package var cells: [Cell]
    package var slices: [Slice]
    package var ues: [User]
    package var incumbents: [Incumbent]
    /// nil leaves the uplink out.
    package var uplink: Uplink?

    package init(name: String, carriers: [Carrier], cells: [Cell], ues: [User]) {
        self.name = name
        alpha = 1
        snrGapDb = 3
        maxEfficiencyBpsPerHz = 7.4063
        energyWeightPerWatt = 0
        mayReassociate = false
        self.carriers = carriers
        self.cells = cells
        slices = []
        self.ues = ues
        incumbents = []
    }

    /// Subbands K of all carriers.
    package var subbands: Int { carriers.reduce(0) { $0 + $1.subbands } }

    /// Bandwidth of each subband that carries downlink, K values: in TDD times the part of the time.
    package var bandwidthHz: [Double] {
        carriers.flatMap { carrier in
            Array(
                repeating: carrier.bandwidthHz * carrier.downlinkPart / Double(carrier.subbands),
                count: carrier.subbands)
        }
    }

    /// Bandwidth of each subband that carries uplink, K values: in FDD that of the paired band, which is as wide; in
    /// TDD times the part of the time that is left.
    package var uplinkBandwidthHz: [Double] {
        carriers.flatMap { carrier in
            let part = carrier.duplex == .fdd ? 1 : 1 - carrier.downlinkPart
            return Array(
                repeating: carrier.bandwidthHz * part / Double(carrier.subbands), count: carrier.subbands)
        }
    }

    /// w_u with the factor of its slice.
    package func weight(of ue: Int) -> Double {
        ues[ue].weight * (ues[ue].slice.map { slices[$0].weight } ?? 1)
    }

    /// Rate promised to a UE in Mbit/s, at most what it offers; 0 where nothing is promised.
    package func guaranteedMbps(of ue: Int) -> Double {
        guard let slice = ues[ue].slice else { return 0 }
        return min(slices[slice].leastMbps, ues[ue].demandMbps ?? .infinity)
    }

    /// Whether code words of any UE are short.
    package var hasBlocklengths: Bool {
        ues.contains { $0.slice.map { slices[$0].blocklength != nil } ?? false }
    }

    /// Whether a solver has cells that it may put to sleep.
    package var maySleep: Bool { cells.contains { $0.sleepWatts != nil } }

    /// Whether a solver has an association or states to choose.
    package var hasFreeChoice: Bool { mayReassociate || cells.contains { $0.states.count > 1 } }
}
