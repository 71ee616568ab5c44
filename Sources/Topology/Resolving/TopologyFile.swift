package import NetworkModel

/// What a command line may set over the file.
package struct TopologyOverrides: Sendable {
    package var hierarchy: Hierarchy?
    /// Slots are shortened to a tenth of it where they are longer.
    package var epoch: Instant.Span?
    package var seed: UInt64?
    package var solver: SolverKind?
    package var timing: GameTiming?
    /// `false` sets every price and border charge to 0.
    package var prices: Bool?
    /// Epochs for which directives and offers stay valid.
    package var expiryEpochs: Int?
    /// Time-averaged gains in an emulated network; slots then last a tenth of the epoch.
    package var averagedGains: Bool?
    /// `false` makes every wire a loopback; nil leaves it to the file.
    package var shaping: Bool?
    /// Fixed time between two full reports of every edge to L3.
    package var mirrorPeriod: Instant.Span?
    /// Folder or file of the trace, as the process that reads it finds it.
    package var tracePath: String?

    /// Sets nothing.
    package init(
        hierarchy: Hierarchy? = nil, epoch: Instant.Span? = nil, seed: UInt64? = nil, solver: SolverKind? = nil,
        timing: GameTiming? = nil, prices: Bool? = nil, averagedGains: Bool? = nil, shaping: Bool? = nil,
        tracePath: String? = nil
    ) {
        self.hierarchy = hierarchy
        self.epoch = epoch
        self.seed = seed
        self.solver = solver
        self.timing = timing
        self.prices = prices
        self.averagedGains = averagedGains
        self.shaping = shaping
        self.tracePath = tracePath
    }
}

/// What a shell reads from a measured trace on behalf of a topology; this target opens no file itself.
package struct TraceSources: Sendable {
    /// Cells of a replay: nil makes resolving a replay an error, an empty list leaves its regions without cells, which
    /// serves for looking at the wiring. Ids and regions are assigned here.
    package var replayCells: [CellConfiguration]?
    /// Text of a round-trip trace by path, for measured links; for a folder, that of its first file by name. nil leaves
    /// measured links without delays.
    package var readTrace: (@Sendable (String) throws -> String)?

    package init(
        replayCells: [CellConfiguration]? = nil, readTrace: (@Sendable (String) throws -> String)? = nil
    ) {
        self.replayCells = replayCells
        self.readTrace = readTrace
    }

    /// No traces: replays are refused, measured links have no delays.
    package static let none = TraceSources()
}

/// A topology file after reading: keys, types, units and ranges hold; nothing is placed or wired yet.
package struct TopologyFile: Sendable {
    /// Path as given, used in messages and for what is relative to the file.
    package let path: String
    let document: TopologyDocument

    /// Reads the text of a topology file of at most 256 KiB without aliases. Throws up to 20 diagnostics.
    package static func load(text: String, path: String) throws(TopologyError) -> TopologyFile {
        let root = try YamlSource.compose(text, file: path)
        let checked = try DocumentChecker.check(root, file: path)
        var collector = DiagnosticCollector(file: path)
        let document = TopologyDocument(checked, collector: &collector)
        try collector.throwIfAny()
        return TopologyFile(path: path, document: document)
    }

    package var name: String { document.name }
    package var hierarchy: Hierarchy { document.hierarchy.value }

    /// The replay that the file asks for with its path resolved, nil where the network is emulated.
    package func replay(_ overrides: TopologyOverrides = .init()) -> ReplayConfiguration? {
        guard case .replay(var replay) = document.scenario else { return nil }
        replay.path = overrides.tracePath ?? place(replay.path)
        return replay
    }

    /// Places, wires and checks. Throws up to 20 diagnostics.
    package func resolve(
        _ overrides: TopologyOverrides = .init(), traces: TraceSources = .none
    ) throws(TopologyError) -> ResolvedTopology {
        var document = document
        var collector = DiagnosticCollector(file: path)
        apply(overrides, to: &document, &collector)
        let hierarchy = document.hierarchy.value
        let cells = CellLayout.cells(of: document, replayCells: traces.replayCells, collector: &collector)
        let places = PlaceCells(cells: cells).places(document.places, &collector)
        let leadership = RegionLeadership(document, cells: cells, collector: &collector)
        let placed = Placement.nodes(
            of: document, hierarchy: hierarchy, cells: cells, leadership: leadership, collector: &collector)
        let network = network(document, cells: cells, places: places)
        MessageSizes.check(placed, of: document, network: network, &collector)
        let wires = WireRules.wires(among: placed, hierarchy: hierarchy, leadership: leadership)
        let processes = ProcessGrouping(document, nodes: placed, wires: wires, collector: &collector)
        let delays = TraceDelays(
            document, replayPath: replay(overrides)?.path, place: place, read: traces.readTrace,
            collector: &collector)
        let isShaped = overrides.shaping ?? document.isShaped
        let links = LinkPlanner(
            document, nodes: placed, processes: processes, wires: wires, traces: delays, isShaped: isShaped,
            collector: &collector)
        try collector.throwIfAny()
        let nodes = placed.enumerated().map { index, node in
            NodePlan(
                id: NodeID(UInt32(index)), name: node.name, role: node.role,
                process: processes.processes[processes.processOfNode[index]].name, cells: node.cells,
                region: node.region)
        }
        let plan = WiringPlan(
            network: network, nodes: nodes, processes: processes.processes, links: links.links, wires: links.wires,
            context: document.context)
        return ResolvedTopology(
            plan: plan, file: self, overrides: overrides, traces: traces, routes: links.routes, shares: links.shares,
            placements: placed.map(\.reason))
    }

    // MARK: - Parts

    /// A path of the file as seen from where the file's own path is seen.
    private func place(_ name: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        return path[...slash] + name
    }

    private func apply(
        _ overrides: TopologyOverrides, to document: inout TopologyDocument, _ collector: inout DiagnosticCollector
    ) {
        func located<Value>(_ value: Value, _ option: String) -> Located<Value> {
            Located(value: value, position: nil, path: option)
        }
        if let hierarchy = overrides.hierarchy { document.hierarchy = located(hierarchy, "--hierarchy") }
        if let epoch = overrides.epoch {
            document.epoch = located(epoch, "--epoch")
            document.slot.value = min(document.slot.value, epoch / 10)
        }
        if let solver = overrides.solver {
            document.solver = located(solver, "--solver")
            document.game.solver = solver
        }
        document.seed = overrides.seed ?? document.seed
        document.language.mirrorPeriod = overrides.mirrorPeriod ?? document.language.mirrorPeriod
        document.game.timing = overrides.timing ?? document.game.timing
        document.game.prices = overrides.prices ?? document.game.prices
        document.game.expiryEpochs = overrides.expiryEpochs ?? document.game.expiryEpochs
        averageGains(of: &document, overrides.averagedGains, &collector)
        let (epoch, slot) = (document.epoch, document.slot)
        if epoch.value < .milliseconds(1) || epoch.value > .seconds(10) {
            collector.add("an epoch lasts 1ms to 10s, not \(SpanText.of(epoch.value))", at: epoch)
        } else if slot.value <= .zero || slot.value.nanoseconds * 10 > epoch.value.nanoseconds {
            // Without a slot in the file it is the epoch that does not fit.
            let key = slot.position != nil ? slot : epoch
            collector.add(
                "a slot of \(SpanText.of(slot.value)) is longer than a tenth of the epoch of "
                    + "\(SpanText.of(epoch.value))", at: key)
        }
        if document.solver.value == .wmmse, document.hierarchy.value != .fullyCentralised {
            let hierarchy = document.hierarchy.value.rawValue
            collector.add("wmmse needs the pooled data of fch; the hierarchy is \(hierarchy)", at: document.solver)
        }
    }

    /// Turns averaged gains on or off, and sets the slot that goes with them.
    private func averageGains(
        of document: inout TopologyDocument, _ override: Bool?, _ collector: inout DiagnosticCollector
    ) {
        guard case .emulated(var emulation) = document.scenario else {
            if override == true {
                collector.add(
                    "a replay has measured gains, nothing to average",
                    at: Located(value: true, position: nil, path: "--averaged-gains"))
            }
            return
        }
        emulation.averagedGains = override ?? emulation.averagedGains
        document.scenario = .emulated(emulation)
        guard emulation.averagedGains else { return }
        if document.epoch.value < .milliseconds(20) {
            collector.add(
                "averaged gains need an epoch of 20ms or more, not \(SpanText.of(document.epoch.value))",
                at: document.epoch)
        }
        if emulation.linkAdaptation == .reported {
            collector.add(
                "averaged gains share slots in closed form, without blocks whose scheme could be chosen: take "
                    + "link_adaptation: ideal, or leave gains as they are",
                at: Located(
                    value: true, position: nil,
                    path: override == true ? "--averaged-gains" : "scenario.emulated.averaged_gains"))
        }
        document.slot = Located(value: document.epoch.value / 10, position: nil, path: "slot")
    }

    /// The twins' files, placed.
    private func twin(_ twin: TwinConfiguration) -> TwinConfiguration {
        var twin = twin
        twin.scene = twin.scene.map(place)
        twin.sceneEdits = twin.sceneEdits.map(place)
        twin.paths = twin.paths.map(place)
        twin.model = twin.model.map(place)
        return twin
    }

    /// The language engine's files, placed; of a remote server the model is a name.
    private func language(_ language: LanguageConfiguration) -> LanguageConfiguration {
        var language = language
        language.documents = language.documents.map(place)
        if language.server == .local { language.model = language.model.map(place) }
        for index in language.adapters.indices {
            language.adapters[index].file = place(language.adapters[index].file)
        }
        return language
    }

    private func network(
        _ document: TopologyDocument, cells: [CellConfiguration], places: [PlaceConfiguration]
    ) -> NetworkConfiguration {
        NetworkConfiguration(
            name: document.name, seed: document.seed, hierarchy: document.hierarchy.value,
            epoch: document.epoch.value, slot: document.slot.value, cells: cells,
            regionNames: document.regions.map(\.name.value), carrier: document.carrier,
            scenario: document.scenario, game: document.game, twin: twin(document.twin), slices: document.slices,
            incumbents: document.incumbents, language: language(document.language), weather: document.weather,
            places: places)
    }
}

extension TopologyDocument {
    /// Links are shaped where all hosts are one machine, unless the file says otherwise.
    var isShaped: Bool {
        switch shaping {
        case .on: true
        case .off: false
        case .auto: hosts.allSatisfy { $0.address == nil }
        }
    }
}
