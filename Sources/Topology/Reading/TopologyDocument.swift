internal import NetworkModel

/// The file as typed values: inherited keys filled in, nothing placed or wired yet.
struct TopologyDocument: Sendable {
    enum Shaping: String, Sendable {
        case auto, on, off
    }

    var name: String
    var seed: UInt64
    var hierarchy: Located<Hierarchy>
    var epoch: Located<Instant.Span>
    var slot: Located<Instant.Span>
    var shaping: Shaping
    var hosts: [HostDeclaration]
    var links: [LinkDeclaration]
    var carrier: CarrierConfiguration
    var layout: LayoutDeclaration
    var sites: [SiteDeclaration]
    /// Never empty: without `regions` one region `all` takes every cell.
    var regions: [RegionDeclaration]
    var siteDefaults: SiteQualities
    var nodes: [NodeOverride]
    var roleHosts: [(role: RoleKind, host: Located<String>)]
    var defaultHost: Located<String>?
    var wires: [LinkDeclaration]
    var scenario: ScenarioConfiguration
    /// UEs per cell of an emulated network, nil in a replay.
    var uesPerCell: Located<Int>?
    /// Where the trace of a replay is named.
    var replayPath: Located<String>?
    var game: GameConfiguration
    var twin: TwinConfiguration
    var context: ContextConfiguration
    var language: LanguageConfiguration
    var slices: [SliceConfiguration]
    var incumbents: [IncumbentConfiguration]
    var weather: [RainPeriod]
    var platforms: [PlatformDeclaration]
    var places: [PlaceDeclaration]
    var solver: Located<SolverKind>
    var borderDistanceMetres: Double

    init(_ root: CheckedNode, collector: inout DiagnosticCollector) {
        name = root.required("name").text.value
        seed = UInt64(root.required("seed").integer.value)
        hierarchy = root.required("hierarchy").choice(Hierarchy.self)
        epoch = root.required("epoch").number.map(Instant.Span.seconds)
        slot = root.required("slot").number.map(Instant.Span.seconds)
        shaping = root.required("shaping").choice(Shaping.self).value
        hosts = (root["hosts"]?.entries ?? []).map(HostDeclaration.init)
        let media = root["media"]?.entries ?? []
        let defaults = root.required("defaults")
        let reader = LinkReader(
            media: media.map { ($0.key.value, LinkQualities($0.value)) },
            defaults: LinkQualities(defaults.required("link")))
        links = (root["links"]?.elements ?? []).map { reader.link($0, &collector) }
        wires = (root["wires"]?.elements ?? []).map { reader.link($0, &collector) }
        carrier = CarrierConfiguration(root.required("carrier"))
        layout = LayoutDeclaration(root.required("cells"))
        sites = (root["sites"]?.elements ?? []).map(SiteDeclaration.init)
        regions = (root["regions"]?.entries ?? []).map(RegionDeclaration.init)
        siteDefaults = SiteQualities(defaults.required("site"))
        nodes = (root["nodes"]?.entries ?? []).map(NodeOverride.init)
        roleHosts = (root["roles"]?.entries ?? []).compactMap { entry in
            guard let role = RoleKind(rawValue: entry.key.value) else { return nil }
            return entry.value["host"].map { (role, $0.text) }
        }
        defaultHost = defaults.required("node")["host"]?.text
        (scenario, replayPath) = TopologyDocument.scenario(root.required("scenario"), &collector)
        if replayPath == nil {
            uesPerCell = root.required("scenario").required("emulated").required("ues_per_cell").integer
        }
        game = GameConfiguration(root.required("game"))
        twin = TwinConfiguration(root.required("twin"), &collector)
        context = ContextConfiguration(root.required("context"), &collector)
        language = LanguageConfiguration(root.required("language"), &collector)
        slices = TopologyDocument.slices(root["slices"], &collector)
        let width = carrier.subbands
        incumbents = (root["incumbents"]?.elements ?? []).map {
            IncumbentConfiguration($0, subbands: width, &collector)
        }
        weather = (root["weather"]?.elements ?? []).map { RainPeriod($0, &collector) }
        platforms = (root["platforms"]?.elements ?? []).map { PlatformDeclaration($0, &collector) }
        places = (root["places"]?.elements ?? []).compactMap { PlaceDeclaration($0, &collector) }
        solver = root.required("game").required("solver").choice(SolverKind.self)
        borderDistanceMetres = root.required("game").required("border_distance").number.value
        addImplied(at: root.position)
        checkReplayed(root, &collector)
    }

    /// One host and one region where the file names none.
    private mutating func addImplied(at position: SourcePosition) {
        if regions.isEmpty {
            let name = Located<String>(value: "all", position: position, path: "regions")
            regions = [.init(name: name, takesReplay: replayPath != nil, qualities: siteDefaults)]
        }
        if hosts.isEmpty {
            let name = Located(value: "local", position: position, path: "hosts")
            hosts = [.init(name: name, labels: [], address: nil, port: name.map { _ in 7600 })]
        }
    }

    private static func scenario(
        _ node: CheckedNode, _ collector: inout DiagnosticCollector
    ) -> (ScenarioConfiguration, Located<String>?) {
        guard let replay = node["replay"], !replay.isDefault else {
            return (.emulated(EmulationConfiguration(node.required("emulated"))), nil)
        }
        if let emulated = node["emulated"], !emulated.isDefault {
            collector.add(
                "a scenario is emulated or replay, not both", at: emulated.position, key: emulated.path)
        }
        let path = replay.required("path").text
        let format = replay.required("format").choice(ReplayConfiguration.Format.self).value
        let speed = replay.required("speed").number.value
        return (.replay(.init(format: format, path: path.value, speed: speed)), path)
    }
}

extension CheckedNode {
    /// A key that the table requires or gives a default.
    func required(_ key: String) -> CheckedNode {
        guard let node = self[key] else { preconditionFailure("\(path).\(key) is neither required nor defaulted") }
        return node
    }
}

/// Reads links with what they inherit.
private struct LinkReader {
    let media: [(name: String, qualities: LinkQualities)]
    let defaults: LinkQualities

    func link(_ node: CheckedNode, _ collector: inout DiagnosticCollector) -> LinkDeclaration {
        let medium = node.required("medium").choice(LinkMedium.self)
        let qualities = LinkQualities(node)
            .inheriting(media.first { $0.name == medium.value.rawValue }?.qualities)
            .inheriting(defaults).inheriting(.usual(of: medium.value))
        return LinkDeclaration(
            from: node.required("from").text, to: node.required("to").text, medium: medium,
            delay: delay(of: node, medium.value, &collector), trace: node["trace"]?.text,
            bandwidthBitsPerSecond: qualities.bandwidth ?? 0,
            jitterMean: .seconds(qualities.jitterSeconds ?? 0), loss: qualities.loss ?? 0)
    }

    /// Propagation: 5 us/km in fibre (DESIGN 6), the speed of light through the air, twice for a satellite's bent pipe.
    private func delay(
        of node: CheckedNode, _ medium: LinkMedium, _ collector: inout DiagnosticCollector
    ) -> Instant.Span? {
        let (distance, delay) = (node["distance"]?.number, node["delay"]?.number)
        if medium == .measured {
            if let extra = distance ?? delay {
                collector.add("a measured link takes its delay from its trace", at: extra)
            }
            return nil
        }
        if let trace = node["trace"]?.text {
            collector.add("only a measured link has a trace, this one is \(medium.rawValue)", at: trace)
        }
        if let delay { return .seconds(delay.value) }
        guard let distance else {
            collector.add("needs a distance or a delay", at: node.position, key: node.path)
            return .zero
        }
        let secondsPerMetre = medium == .fibre ? 5e-9 : 1 / 299_792_458
        return .seconds(distance.value * secondsPerMetre * (medium == .satellite ? 2 : 1))
    }
}

// MARK: - Parts

extension HostDeclaration {
    init(_ entry: (key: Located<String>, value: CheckedNode)) {
        name = entry.key
        labels = (entry.value["labels"]?.names ?? []).compactMap { HostLabel(rawValue: $0.value) }
        address = entry.value["address"]?.text
        port = entry.value.required("port").integer
    }
}

extension SiteDeclaration {
    init(_ node: CheckedNode) {
        name = node.required("name").text
        xMetres = node.required("x").number.value
        yMetres = node.required("y").number.value
        region = node["region"]?.text
        qualities = SiteQualities(node)
    }
}

extension RegionDeclaration {
    init(_ entry: (key: Located<String>, value: CheckedNode)) {
        name = entry.key
        edgeHosts = entry.value["edge"]?.names ?? []
        sites = entry.value["sites"]?.names ?? []
        takesReplay = entry.value["cells"] != nil
        neighbours = entry.value["neighbours"]?.names ?? []
        leader = entry.value["leader"]?.text
        qualities = SiteQualities(entry.value.required("site"))
    }
}

extension NodeOverride {
    init(_ entry: (key: Located<String>, value: CheckedNode)) {
        name = entry.key
        host = entry.value["host"]?.text
        process = entry.value["process"]?.text
        port = entry.value["port"]?.integer
    }
}

extension LayoutDeclaration {
    init(_ node: CheckedNode) {
        kind = node["layout"]?.choice(CellLayout.Kind.self)
        sites = node["sites"]?.integer
        interSiteDistanceMetres = node.required("inter_site_distance").number.value
        position = node.position
    }
}

extension CarrierConfiguration {
    init(_ node: CheckedNode) {
        self.init()
        frequencyHz = node.required("frequency").number.value
        bandwidthHz = node.required("bandwidth").number.value
        subbands = node.required("subbands").integer.value
        noiseFigureDb = node.required("noise_figure").number.value
        snrGapDb = node.required("snr_gap").number.value
        maxSpectralEfficiency = node.required("max_spectral_efficiency").number.value
    }
}

extension EmulationConfiguration {
    init(_ node: CheckedNode) {
        self.init()
        uesPerCell = node.required("ues_per_cell").integer.value
        carFraction = node.required("car_fraction").number.value
        pedestrianSpeedKmh = node.required("pedestrian_speed").number.value
        carSpeedKmh = node.required("car_speed").number.value
        ftpFraction = node.required("ftp_fraction").number.value
        ftpFileBytes = node.required("ftp_file_size").number.value
        ftpFilesPerSecond = node.required("ftp_files_per_second").number.value
        positionDeviationMetres = node.required("position_deviation").number.value
        positionMissingFraction = node.required("position_missing").number.value
        gainStepDb = node.required("gain_step").number.value
        reportedNeighbours = node.required("reported_neighbours").integer.value
        measurementDelayMs = (node.required("measurement_delay").number.value * 1e9).rounded() / 1e6
        delaySpreadNs = (node.required("delay_spread").number.value * 1e12).rounded() / 1e3
        handoverOffsetDb = node.required("handover_offset").number.value
        timeToTriggerMs = (node.required("time_to_trigger").number.value * 1e9).rounded() / 1e6
        fastFading = node.required("fast_fading").boolean
        averagedGains = node.required("averaged_gains").boolean
        linkAdaptation = node.required("link_adaptation").choice(LinkAdaptation.self).value
        beams = node.required("beams").integer.value
        crowdFraction = node.required("crowd_fraction").number.value
        crowdXMetres = node.required("crowd_x").number.value
        crowdYMetres = node.required("crowd_y").number.value
        crowdRadiusMetres = node.required("crowd_radius").number.value
    }
}

extension GameConfiguration {
    init(_ node: CheckedNode) {
        self.init()
        timing = node["timing"]?.choice(GameTiming.self).value
        solver = node.required("solver").choice(SolverKind.self).value
        alpha = node.required("alpha").number.value
        rounds = node.required("rounds").integer.value
        damping = node.required("damping").number.value
        prices = node.required("prices").boolean
        expiryEpochs = node.required("expiry_epochs").integer.value
        association = node.required("association").choice(AssociationControl.self).value
        scheduling = node.required("scheduling").choice(SchedulingControl.self).value
        guarantees = node.required("guarantees").choice(GuaranteeControl.self).value
        mcs = node.required("mcs").choice(SchemeControl.self).value
    }
}

extension TwinConfiguration {
    /// Files stand as the topology file names them.
    init(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        self.init()
        let kind = node.required("baseline").choice(Baseline.self)
        baseline = kind.value
        scene = TwinConfiguration.file(node, "scene", of: .ray, kind, &collector)
        paths = TwinConfiguration.file(node, "paths", of: .paths, kind, &collector)
        model = node["model"]?.text.value
        depth = node.required("depth").integer.value
        if let names = node["interactions"]?.names {
            interactions = Interaction.allCases.filter { kind in names.contains { $0.value == kind.rawValue } }
        }
        spacingMetres = node.required("spacing").number.value
        deadlineSeconds = node.required("deadline").number.value
        if let edits = node["scene_edits"]?.text {
            if kind.value != .ray {
                collector.add("only the ray baseline has scene_edits, this one is \(kind.value.rawValue)", at: edits)
            }
            sceneEdits = edits.value
        }
        takeFootprints(node, kind, &collector)
    }

    /// The file that one baseline needs and no other has a use for.
    private static func file(
        _ node: CheckedNode, _ key: String, of owner: Baseline, _ kind: Located<Baseline>,
        _ collector: inout DiagnosticCollector
    ) -> String? {
        let file = node[key]?.text
        if kind.value == owner, file == nil {
            collector.add("missing: the \(owner.rawValue) baseline needs \(key)", at: kind)
        } else if kind.value != owner, let file {
            collector.add(
                "only the \(owner.rawValue) baseline has \(key), this one is \(kind.value.rawValue)", at: file)
        }
        return file?.value
    }
}
