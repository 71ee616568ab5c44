internal import Glibc
package import NetworkModel
internal import Numerics
internal import RadioPropagation

extension EmulatedNetwork {
    /// The network at slot 0: users dropped, `uesPerCell` with each cell on the ground
    /// strongest among those, and served by the strongest of all.
    ///
    /// - Precondition: the scenario is emulated, cells are dense, slots and epochs positive.
    package init(configuration: NetworkConfiguration) {
        let emulation = EmulatedNetwork.checked(configuration)
        self.configuration = configuration
        self.emulation = emulation
        let cells = configuration.cells.count
        let users = UserPopulation.count(configuration, emulation)
        let (seconds, seed) = (configuration.slot.seconds, configuration.seed)
        (cellCount, ueCount, slotSeconds) = (cells, users, seconds)
        linksPerUE = min(1 + emulation.reportedNeighbours, cells)
        let radio = RadioConstants(configuration, emulation)
        self.radio = radio
        let (rain, largeScale) = RainFall.start(configuration)
        (self.rain, self.largeScale) = (rain, largeScale)
        fading = FadingChannel(carrier: configuration.carrier, delaySpreadNs: emulation.delaySpreadNs, seed: seed)
        arrivals = CounterGenerator(seed: seed, purpose: RandomPurpose.traffic)
        positionDraw = CounterGenerator(seed: seed, purpose: RandomPurpose.position)
        normalTable = (0..<4096).map { [positionDraw] in Float(positionDraw.normal(UInt64($0), .max)) }

        let population = UserPopulation(configuration, emulation, largeScale: largeScale)
        isCar = population.isCar
        isFullBuffer = population.isFullBuffer
        dopplerRate = population.dopplerRate
        cadence = population.cadence
        mobility = population.mobility
        nextLargeScale = population.firstLargeScale
        nextFading = population.firstFading
        nextMeasurement = population.firstMeasurement
        nextEvent = [Int64](repeating: 0, count: users)
        fadingSlot = nextEvent
        let links = users * linksPerUE
        let averaged = radio.averagesGains ? users * cells : 0
        meanGain = [Float](repeating: 0, count: users * cells)
        filteredGainDb = meanGain
        restGain = meanGain
        gainSum = [Float](repeating: 0, count: averaged)
        gainCount = gainSum
        epochGain = gainSum
        linkCell = [UInt32](repeating: 0, count: links)
        linkMean = [Float](repeating: 0, count: links)
        linkMeanDb = linkMean
        linkGain = [Lanes](repeating: .zero, count: links * radio.vectors)
        linkSum = averaged > 0 ? linkGain : []
        linkCount = [Float](repeating: 0, count: users)
        servingCell = [UInt32](repeating: 0, count: users)
        servingLink = [Int32](repeating: 0, count: users)
        power = []
        for cell in configuration.cells { power += radio.equalPower(cell) }
        sentPower = power
        sharesImposed = [Bool](repeating: false, count: cells)
        share = [Lanes](repeating: .zero, count: users * radio.vectors)
        (deficit, fluidShare, slotBits) = (share, share, share)
        imposedCell = [UInt32](repeating: CellID.none.rawValue, count: users)
        services = ServiceControls(configuration, emulation, users: users, radio: radio, power: power)
        adaptation = LinkAdaptationState(configuration, emulation, users: users, vectors: radio.vectors)
        candidateCell = imposedCell
        candidateSince = [Int64](repeating: 0, count: users)
        averageBits = [Float](repeating: 0, count: users)
        inverseAverage = averageBits
        servedBits = averageBits
        backlogBits = isFullBuffer.map { $0 ? .infinity : 0 }
        nextArrival = [Int64](repeating: .max, count: users)
        arrivalTime = [Double](repeating: 0, count: users)
        arrivalNumber = [UInt64](repeating: 0, count: users)
        cellActive = [Bool](repeating: false, count: cells)
        handoversIn = [UInt32](repeating: 0, count: cells)
        account = ThroughputAccount(users: users, cells: cells, slotSeconds: seconds, subbands: radio.subbands)
        for ue in 0..<users { attach(ue) }
        sortByCell()
        startAverages()
    }

    /// What a configuration must hold.
    private static func checked(_ configuration: NetworkConfiguration) -> EmulationConfiguration {
        guard case .emulated(let emulation) = configuration.scenario else {
            preconditionFailure("a replay is no emulated network")
        }
        precondition(configuration.slot > .zero && configuration.epoch >= configuration.slot)
        precondition(configuration.cells.enumerated().allSatisfy { $0.offset == $0.element.id.index })
        return emulation
    }

    /// First gains, serving cell and arrival of a user.
    private mutating func attach(_ ue: Int) {
        if radio.fades, linkPhase.isEmpty {
            linkPhase = Array(repeating: fading.phase(ue: 0, cell: 0, rate: 0), count: linkCell.count)
        }
        writeMeanGains(ue)
        let row = ue * cellCount
        var best = 0
        for cell in 0..<cellCount {
            if meanGain[row + cell] > meanGain[row + best] { best = cell }
            filteredGainDb[row + cell] = 10 * log10(meanGain[row + cell])
        }
        servingCell[ue] = UInt32(best)
        listLinks(ue)
        refreshFading(ue)
        if !isFullBuffer[ue] { awaitArrival(ue) }
    }

    /// Starts the scheduler's averages at an equal split of what the cell could carry.
    private mutating func startAverages() {
        refreshActivity()
        if adaptation.isReported { takeReports() }
        refreshRates()
        for ue in 0..<ueCount {
            let cell = Int(servingCell[ue])
            let users = Float(max(1, start[cell + 1] - start[cell]))
            var bits: Float = 0
            for vector in 0..<radio.vectors { bits += slotBits[ue * radio.vectors + vector].sum() }
            averageBits[ue] = max(bits / users, 1)
            for vector in 0..<radio.vectors {
                fluidShare[ue * radio.vectors + vector] = radio.laneMask[vector] / users
            }
            inverseAverage[ue] = 1 / averageBits[ue]
        }
    }
}

extension RadioConstants {
    init(_ configuration: NetworkConfiguration, _ emulation: EmulationConfiguration) {
        let carrier = configuration.carrier
        let seconds = configuration.slot.seconds
        subbands = carrier.subbands
        vectors = (carrier.subbands + 7) / 8
        // -174 dBm/Hz is kT at 290 K.
        noiseWatts = Float(pow(10, (-174 + carrier.noiseFigureDb - 30) / 10) * carrier.subbandBandwidthHz)
        snrGap = Float(pow(10, carrier.snrGapDb / 10))
        maxSpectralEfficiency = Float(carrier.maxSpectralEfficiency)
        bitsPerEfficiency = Float(carrier.subbandBandwidthHz * seconds)
        slotsPerEpoch = max(1, configuration.epoch.nanoseconds / configuration.slot.nanoseconds)
        measurementSlots = max(1, Int64((0.04 / seconds).rounded()))
        timeToTriggerSlots = Int64((emulation.timeToTriggerMs / 1_000 / seconds).rounded(.up))
        filterWeight = Float(1 - exp(-Double(measurementSlots) * seconds / 0.2))
        averageWeight = Float(min(0.1, seconds / 0.1))
        var mask: [SIMD8<Float>] = []
        for vector in 0..<vectors {
            var lanes = SIMD8<Float>.zero
            for lane in 0..<8 where vector * 8 + lane < carrier.subbands { lanes[lane] = 1 }
            mask.append(lanes)
        }
        laneMask = mask
        referenceOffsetDb = Float(10 * log10(carrier.bandwidthHz / 30_000))
        fades = emulation.fades
        averagesGains = emulation.fades && configuration.reportedSubbands == 1
        dividesSlots = emulation.averagedGains
        transmitPowerDbm = configuration.cells.map { Float($0.transmitPowerDbm) }
        powerLimitWatts = configuration.cells.map { equalPower($0)[0][0] * Float(subbands) }
    }

    /// No cap on any subband of any cell.
    func uncapped(cells: Int) -> [SIMD8<Float>] {
        [SIMD8<Float>](repeating: .init(repeating: .infinity), count: cells * vectors)
    }

    /// The cell's whole power, evenly over the subbands: one value per vector.
    func equalPower(_ cell: CellConfiguration) -> [SIMD8<Float>] {
        let watts = Float(pow(10, (cell.transmitPowerDbm - 30) / 10)) / Float(subbands)
        return laneMask.map { $0 * watts }
    }
}
