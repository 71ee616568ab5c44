import DTNetMessages
import NetworkModel

/// One valid body of every kind, small but with every field set.
enum SampleMessages {
    static func telemetry(ues: Int = 4, links: Int = 2, subbands: Int = 3) -> Telemetry {
        var value = Telemetry()
        value.subbands = subbands
        value.links = links
        value.reportSubbands = subbands
        value.cell = [0, 1]
        value.powerWatts = Array(repeating: 1.5, count: 2 * subbands)
        value.prbUsedPercent = [100, 42]
        value.throughputKbps = [1_000, 2_000]
        value.ue = (0..<UInt32(ues)).map { $0 }
        value.ueCell = (0..<ues).map { UInt32($0 * 2 / ues) }
        value.xMetres = Array(repeating: 10, count: ues)
        value.yMetres = Array(repeating: -20, count: ues)
        value.positionDeviationMetres = Array(repeating: 3, count: ues)
        value.ueThroughputKbps = Array(repeating: 500, count: ues)
        value.backlogBytes = Array(repeating: -1, count: ues)
        value.cqi = Array(repeating: 7, count: ues)
        value.sinrDb = Array(repeating: 12, count: ues)
        value.readingAgeMs = Array(repeating: 1, count: ues)
        value.linkCell = (0..<(ues * links)).map { $0 % links == 0 ? value.ueCell[$0 / links] : UInt32.max }
        value.rsrpDbm = Array(repeating: -80, count: ues * links)
        value.gainDb = Array(repeating: -100, count: ues * links * subbands)
        value.backgroundDbm = Array(repeating: -110, count: ues * subbands)
        value.rainMillimetresPerHour = 12.5
        (value.handoverUE, value.handoverFrom, value.handoverTo) = ([3], [0], [1])
        return value
    }

    static func channelReport() -> ChannelReport {
        var value = ChannelReport()
        value.links = 2
        value.reportSubbands = 1
        value.oldestEpoch = 41
        value.cell = [0, 1]
        value.load = [1, 0.5]
        value.throughputKbps = [1_000, 2_000]
        value.errorBeforeDb = [8, 7]
        value.errorAfterDb = [2, 3]
        value.ue = [3, 5]
        value.ueCell = [0, 1]
        value.weight = [1, 1.5]
        value.demandKbps = [-1, 800]
        value.ueThroughputKbps = [400, 300]
        value.sinrDb = [12, -3]
        value.sinrDeviationDb = [2, 3]
        value.mcs = [10, .max]
        value.rank = [2, 1]
        value.beam = [3, 5, 0, .max]
        value.linkCell = [0, 1, 1, 0]
        value.deviationDb = [1, 2, 3, 4]
        value.gainDb = [-90, -100, -95, -105]
        value.backgroundDbm = [-110, -111]
        value.highestMCS = [19, .max]
        value.condition = [7, .max]
        value.precoderBeam = [13, 17, 2, .max]
        value.precoderCoPhasing = [1, .max]
        (value.handoverUE, value.handoverFrom, value.handoverTo) = ([5, 3], [0, 1], [1, 0])
        return value
    }

    static func regionReport() -> RegionReport {
        var value = RegionReport()
        value.region = 1
        value.cell = [0, 1]
        value.load = [1, 0.5]
        value.forecastLoad = [0.9, 0.6]
        value.forecastError = [0.1, 0.1]
        value.persistenceError = [0.2, 0.2]
        value.throughputKbps = [1, 2]
        value.twinErrorDb = [2, 3]
        value.ueCount = [10, 9]
        value.handoverFrom = [0]
        value.handoverTo = [1]
        value.handoverRateHz = [0.25]
        value.sinrDb = [12, -3]
        value.slices = 2
        value.sliceNeed = [0.25, 0, 1.5, 0.5]
        value.sliceUECount = [3, 0, 5, 1]
        value.hotspotX = [10]
        value.hotspotY = [-20]
        value.hotspotKbps = [750]
        value.firstEpoch = 40
        value.condition = [.max, 0]
        return value
    }

    static func policy() -> Policy {
        var value = Policy()
        value.revision = 3
        value.expiresEpoch = 99
        value.cell = [0, 1]
        value.powerBudgetWatts = [20, 10]
        value.weight = [1, 1.5]
        value.reason = "one idle cell"
        value.subbands = 2
        value.capWatts = [1, 0, 2, 20]
        value.slices = 2
        value.sliceShare = [0.75, 0.25, 0.5, 0.25]
        value.platformCell = [1]
        value.platformX = [-12.5]
        value.platformY = [300]
        value.platformHeight = [80]
        value.sliceWeight = [1, 2, 0.5, 4]
        value.moveUE = [4]
        value.moveCell = [1]
        value.mirrorPeriodEpochs = 50
        value.mirrorLinkPeriodEpochs = [50, 400]
        value.mirrorDeviations = [1, 0]
        value.highestMCS = [.max, 16]
        return value
    }

    static func trainOrder() -> TrainOrder {
        var value = TrainOrder()
        value.order = 3
        value.engine = .traffic
        value.kind = .parameter
        value.cell = [0, 1]
        value.name = "forgetting"
        value.value = 0.99
        value.radiusMetres = 60
        value.xMetres = -10
        value.yMetres = 20
        return value
    }

    static func twinStatus() -> TwinStatus {
        var value = TwinStatus()
        value.order = 3
        value.cell = [0, 1]
        value.phase = [.inUse, .retraining]
        value.error = [3, 7.5]
        value.usualError = [2.5, 3]
        value.samples = [1_000, 12]
        value.worstX = [10, -30]
        value.worstY = [0, 40]
        value.worstError = [4, 12]
        value.errorBefore = [9, 10]
        value.mobility = [2, 3]
        value.modelMobility = [2, 0]
        // Two cells by nine conditions.
        value.conditionBefore = [0, 9, 0, 0, 10, 11] + Array(repeating: 0, count: 12)
        value.conditionAfter = [0, 3, 0, 0, 4, 7.5] + Array(repeating: 0, count: 12)
        value.conditionReadings = [0, 1_000, 0, 0, 500, 12] + Array(repeating: 0, count: 12)
        value.snapshots = [2, 0]
        value.weather = [3, 1]
        value.modelWeather = [1, 0]
        value.lastOrder = [0, 3]
        value.lastKind = [0, 1]
        value.orderAgeEpochs = [0, 120]
        value.orderBefore = [0, 8]
        value.orderAfter = [0, 7.5]
        return value
    }

    static func offer() -> Offer {
        var value = Offer()
        value.offerEpoch = 42
        value.oldestEpoch = 41
        value.expiresEpoch = 50
        value.round = 6
        value.subbands = 2
        value.cell = [0]
        value.price = [0.5, 0.25]
        value.powerBudgetWatts = [20]
        value.neighbourCell = [1]
        value.neighbourPowerWatts = [10, 5]
        value.expectedPowerWatts = [8, 9]
        value.associationUE = [2, 3]
        value.associationCell = [0, 0]
        return value
    }

    static func leaderSync() -> LeaderSync {
        var value = LeaderSync()
        value.region = 1
        value.subbands = 2
        value.chargedCell = [0]
        value.charge = [0.1, 0.2]
        value.ownCell = [1]
        value.ownPowerWatts = [3, 4]
        return value
    }

    static func directive() -> Directive {
        var value = Directive()
        value.offerEpoch = 41
        value.oldestEpoch = 40
        value.expiresEpoch = 50
        value.group = 7
        value.subbands = 2
        value.cell = [0, 1]
        value.powerWatts = [1, 2, 3, 4]
        value.shareUE = [5]
        value.share = [0.5, 1]
        value.associationUE = [3]
        value.associationCell = [1]
        value.slices = 2
        value.sliceShare = [0.75, 0.25, 0.5, 0.25]
        value.capWatts = [1, 0, 2, 20]
        value.beamUE = [2, 3]
        value.beam = [0, 7]
        value.platformCell = [1]
        value.platformX = [-12.5]
        value.platformY = [300]
        value.platformHeight = [80]
        value.highestMCS = [9, .max]
        value.mcsUE = [2, 3]
        value.mcs = [27, .max, 0, 5]
        return value
    }

    static func directiveResult() -> DirectiveResult {
        var value = DirectiveResult()
        value.cell = [0, 1, 1]
        value.kind = [.power, .schedulingShare, .association]
        value.outcome = [.applied, .staleEpoch, .notObservable]
        value.effectKbps = [10, -20, 0]
        return value
    }

    static func alarm(_ severity: AlarmSeverity = .major, cell: [UInt32] = [0, 1]) -> Alarm {
        Alarm(
            code: .directivesRefused, severity: severity, cell: cell, raisedEpoch: 40, count: 3,
            text: "refused: stale term, é")
    }

    static var bodies: [Body] {
        var hello = Hello()
        hello.process = "edge-a"
        hello.planDigest = 0xDEAD_BEEF_0123_4567
        hello.nodes = [NodeID(1), NodeID(2)]
        hello.minVersion = 1
        hello.maxVersion = 2
        hello.capabilities = ["tap", "é"]
        hello.highestTerm = 4
        var welcome = Welcome()
        welcome.process = "ran"
        welcome.nodes = [NodeID(0)]
        welcome.version = 1
        welcome.highestTerm = 9
        var heartbeat = Heartbeat()
        heartbeat.count = 5
        heartbeat.progress = 1_000
        heartbeat.echoed = 4
        var response = Response()
        response.round = 6
        response.subbands = 2
        response.cell = [0]
        response.powerWatts = [1, 2]
        return [
            .hello(hello), .welcome(welcome), .reject(Reject(cause: .topology, reason: "another file")),
            .heartbeat(heartbeat), .telemetry(telemetry()), .channelReport(channelReport()),
            .channelReport(channelReport().withoutLinks), .regionReport(regionReport()), .policy(policy()),
            .offer(offer()), .response(response), .leaderSync(leaderSync()), .directive(directive()),
            .directiveResult(directiveResult()), .trainOrder(trainOrder()), .twinStatus(twinStatus()),
            .clarify(Clarify(question: 5, engine: .channel, cell: 1)),
            .clarification(Clarification(question: 5, engine: .channel, cell: 1, text: "errs 3 dB")),
            .alarm(alarm()),
        ]
    }

    static func envelope(_ body: Body) -> Envelope {
        let hop = Hop(
            node: NodeID(0), layer: .radioNetwork, arrived: Instant(nanoseconds: 1_000),
            started: Instant(nanoseconds: 1_500), barrier: .nanoseconds(10), sent: Instant(nanoseconds: 2_000))
        var envelope = Envelope(
            sender: NodeID(0), recipient: NodeID(1), epoch: 42, term: 3, hops: [hop, hop], body: body)
        envelope.incarnation = 77
        envelope.sequence = 12
        return envelope
    }
}
