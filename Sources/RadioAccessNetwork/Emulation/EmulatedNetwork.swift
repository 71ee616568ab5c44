internal import NetworkModel
internal import Numerics
internal import RadioPropagation

/// The emulated radio network: a value that steps slot by slot. A copy is a fork that meets the same world.
///
/// Movement, mean gains, fading and arrivals are pure functions of seed and slot, so they are the same under any
/// directive. Only the serving cell and the `reportedNeighbours` strongest others fade fast for a user; the rest
/// contribute their mean gain. Ideal link adaptation: a block carries `min(log2(1 + SINR / Gamma), eta_max)`, the gap
/// stands for what coding, HARQ and old channel reports cost, and no block is lost. By reports: the gap stands for
/// coding alone, schemes are chosen by what was reported, and blocks are lost.
///
/// With averaged gains nothing fades, and a slot, a tenth of the epoch, is shared among users in closed form.
package struct EmulatedNetwork: Sendable {
    typealias Lanes = SIMD8<Float>

    // MARK: - Fixed

    package let ueCount: Int
    package let cellCount: Int
    package let slotSeconds: Double
    /// Links per user with fast fading, which are also those reported.
    package let linksPerUE: Int
    let configuration: NetworkConfiguration
    let emulation: EmulationConfiguration
    let radio: RadioConstants
    let fading: FadingChannel
    let isCar: [Bool]
    let isFullBuffer: [Bool]
    let dopplerRate: [UInt32]
    let cadence: [UserCadence]
    let arrivals: CounterGenerator
    let positionDraw: CounterGenerator
    let normalTable: [Float]

    // MARK: - Exogenous state

    /// Slots that have passed.
    package internal(set) var slot: Int64 = 0
    var mobility: MobilityModel
    /// Its platforms move under directives.
    var largeScale: LargeScaleChannel
    var rain: RainFall
    /// First slot at which something of the user is due.
    var nextEvent: [Int64]
    var nextLargeScale: [Int64]
    var nextFading: [Int64]
    var nextMeasurement: [Int64]
    /// Slot of the fading that the gains hold.
    var fadingSlot: [Int64]
    /// Mean gain, `[U x C]`.
    var meanGain: [Float]
    /// Filtered gain behind RSRP in dB, `[U x C]`.
    var filteredGainDb: [Float]
    /// Sum and number of wideband gains in the current epoch, and their mean in the last one, `[U x C]`; only where
    /// reports carry averages.
    var gainSum: [Float]
    var gainCount: [Float]
    var epochGain: [Float]

    // MARK: - Links

    /// The links of a user by falling mean gain, the serving cell always among them, `[U x L]`.
    var linkCell: [UInt32]
    var linkMean: [Float]
    /// Mean gains in dB, renewed only where gains do not fade.
    var linkMeanDb: [Float]
    /// Phases of the links' fading; empty where gains do not fade.
    var linkPhase: [FadingChannel.Phase] = []
    /// Gains of the links, `[U x L x vectors]`.
    var linkGain: [Lanes]
    /// Sums of the gains of a user's present links in the current epoch, and their number per user; only where reports
    /// carry averages of fading gains.
    var linkSum: [Lanes]
    var linkCount: [Float]
    /// Mean gains of the cells that are no link, 0 for links, `[U x C]`.
    var restGain: [Float]
    var servingCell: [UInt32]
    var servingLink: [Int32]
    /// Users sorted by serving cell; those of cell `c` are `order[start[c] ..< start[c + 1]]`.
    var order: [Int32] = []
    var start: [Int] = []

    // MARK: - Controls

    /// Powers set, `[C x vectors]`: those asked for, within what masks allow.
    var power: [Lanes]
    /// Powers sent: those set, where the cell has something to send.
    var sentPower: [Lanes]
    var sharesImposed: [Bool]
    /// Imposed shares and what the user is owed of them, `[U x vectors]`.
    var share: [Lanes]
    var deficit: [Lanes]
    /// Shares of a slot under averaged gains, `[U x vectors]`.
    var fluidShare: [Lanes]
    /// Cell that a directive chose for the user, or none.
    var imposedCell: [UInt32]
    var services: ServiceControls
    var adaptation: LinkAdaptationState

    // MARK: - Service

    /// Bits that one slot would carry per subband, `[U x vectors]`.
    var slotBits: [Lanes]
    var averageBits: [Float]
    var inverseAverage: [Float]
    var servedBits: [Float]
    var backlogBits: [Float]
    /// Slot in which the next file comes, and when exactly, in slots.
    var nextArrival: [Int64]
    var arrivalTime: [Double]
    var arrivalNumber: [UInt64]
    var cellActive: [Bool]
    var allRatesStale = true
    var activityStale = true
    var staleRates: [Int32] = []
    var candidateCell: [UInt32]
    var candidateSince: [Int64]
    /// Handovers into each cell since the start.
    package internal(set) var handoversIn: [UInt32]
    var account: ThroughputAccount

    // MARK: - Steps

    /// Runs slots until `slot` have passed in all.
    package mutating func advance(toSlot target: Int64) {
        while slot < target { step() }
    }

    /// Runs one slot: world, traffic, rates, scheduling, accounting.
    package mutating func step() {
        slot += 1
        if !services.platforms.isEmpty { movePlatforms() }
        if rain.nextSlot <= slot { followRain() }
        staleRates.removeAll(keepingCapacity: true)
        for ue in 0..<ueCount where nextEvent[ue] <= slot { handleEvents(ue) }
        if activityStale || allRatesStale { refreshActivity() }
        refreshRates()
        if radio.dividesSlots { shareSlot() } else { schedule() }
        deliver()
        if radio.averagesGains, slot % radio.slotsPerEpoch == 0 { closeEpoch() }
        if adaptation.isReported, slot % radio.slotsPerEpoch == 0 { takeReports() }
    }

    private mutating func handleEvents(_ ue: Int) {
        mobility.advance(ue, to: slot)
        var relisted = false
        if nextLargeScale[ue] <= slot {
            refreshLargeScale(ue)
            nextLargeScale[ue] += cadence[ue].largeScaleSlots
            relisted = true
        }
        if nextFading[ue] <= slot {
            fadingSlot[ue] = slot
            nextFading[ue] += cadence[ue].fadingSlots
            relisted = true
        }
        if relisted {
            refreshFading(ue)
            staleRates.append(Int32(ue))
            if radio.averagesGains { accumulateGains(ue) }
        }
        if nextMeasurement[ue] <= slot {
            nextMeasurement[ue] += radio.measurementSlots
            filterGains(ue)
            considerHandover(ue)
        }
        while nextArrival[ue] <= slot { arrive(ue) }
        let motion = min(mobility.segmentEnd(ue), nextLargeScale[ue])
        nextEvent[ue] = min(min(motion, nextFading[ue]), min(nextMeasurement[ue], nextArrival[ue]))
    }
}

/// How often the parts of a user's channel are renewed, in slots.
struct UserCadence: Sendable {
    /// Time to move one metre.
    var largeScaleSlots: Int64
    /// An eighth of the coherence time `0.423 / f_d`, at least a slot.
    var fadingSlots: Int64
}

/// Constants of the carrier and of the slot, derived once.
struct RadioConstants: Sendable {
    let vectors: Int
    let subbands: Int
    /// Noise power in one subband, W.
    let noiseWatts: Float
    let snrGap: Float
    let maxSpectralEfficiency: Float
    let bitsPerEfficiency: Float
    let slotsPerEpoch: Int64
    /// Slots between two measurements of the reference signals, 40 ms.
    let measurementSlots: Int64
    let timeToTriggerSlots: Int64
    /// Weight of the newest measurement in the filter of layer 3, time constant 200 ms.
    let filterWeight: Float
    /// Weight of the newest slot in the average of the scheduler, time constant 100 ms.
    let averageWeight: Float
    /// 1 in lanes that hold a subband, 0 past them; one per vector.
    let laneMask: [SIMD8<Float>]
    /// Power of a reference resource element of 30 kHz below the total power, dB.
    let referenceOffsetDb: Float
    // Kept here, not asked of the configuration: within a mutating method, a call on a large field copies it first.
    /// Whether gains fade.
    let fades: Bool
    /// Whether reports carry averages of gains that fade.
    let averagesGains: Bool
    /// Whether a slot is divided among users in closed form.
    let dividesSlots: Bool
    /// Power as configured, and the most that a directive may ask for in all, per cell.
    let transmitPowerDbm: [Float]
    var powerLimitWatts: [Float] = []
}
