internal import Glibc
internal import NetworkModel

/// Places the sites of a document and assigns their cells to regions.
struct CellLayout {
    enum Kind: String, Sendable, CaseIterable {
        case listed, hexagonal, replay
    }

    private let document: TopologyDocument
    private var collector: DiagnosticCollector

    /// The cells with dense ids in the order of their sites; what is wrong goes to `collector`.
    ///
    /// `replayCells` are those that the trace holds; nil is an error in a replay, an empty list leaves the regions
    /// without cells (a plan to look at, not to run).
    static func cells(
        of document: TopologyDocument, replayCells: [CellConfiguration]?, collector: inout DiagnosticCollector
    ) -> [CellConfiguration] {
        var layout = CellLayout(document: document, collector: collector)
        let cells = layout.build(replayCells)
        collector = layout.collector
        return cells
    }

    private mutating func build(_ replayCells: [CellConfiguration]?) -> [CellConfiguration] {
        let replays = document.replayPath != nil
        let kind = document.layout.kind?.value ?? (replays ? .replay : .listed)
        if replays != (kind == .replay) {
            let problem =
                replays
                ? "a replay takes its cells from the trace: leave the layout out"
                : "needs a scenario.replay that brings the cells"
            collector.add(problem, at: document.layout.kind?.position, key: "cells.layout")
            return []
        }
        checkUnusedKeys(kind)
        switch kind {
        case .replay:
            return bounded(
                cells(ofReplay: replayCells), at: document.replayPath?.position, key: "scenario.replay.path")
        case .listed, .hexagonal:
            let sites = kind == .listed ? document.sites : hexagonalSites()
            if sites.isEmpty {
                collector.add(
                    "no cells: list sites, or set cells.layout to hexagonal", at: document.layout.position, key: "cells"
                )
                return []
            }
            let regions = regions(of: sites, mayDivide: kind == .hexagonal)
            let cells = withPlatforms(cells(of: sites, regions: regions))
            let (position, key) =
                document.layout.sites.map { ($0.position, $0.path) } ?? (sites.last?.name.position, "sites")
            return bounded(cells, at: position, key: key)
        }
    }

    /// The cells, or none where they are more than a message holds.
    private mutating func bounded(
        _ cells: [CellConfiguration], at position: SourcePosition?, key: String
    ) -> [CellConfiguration] {
        guard cells.count > NetworkConfiguration.mostCells else { return cells }
        let most = NetworkConfiguration.mostCells
        collector.add(
            "\(cells.count) cells: a network has at most \(most), take fewer sites or sectors", at: position, key: key)
        return []
    }

    private mutating func checkUnusedKeys(_ kind: Kind) {
        if kind != .listed, let site = document.sites.first {
            collector.add("a \(kind.rawValue) layout lists no sites", at: site.name.position, key: "sites")
        }
        if kind != .hexagonal, let sites = document.layout.sites {
            collector.add("only a hexagonal layout has a number of sites", at: sites)
        }
        for region in document.regions where region.takesReplay && kind != .replay {
            collector.add("cells of a replay need a scenario.replay", at: region.name)
        }
        for region in document.regions where kind == .replay {
            if let site = region.sites.first { collector.add("a replay has no sites", at: site) }
        }
    }

    // MARK: - Sites

    /// Sites on rings around the origin, the centre first; the outermost ring may be partial.
    private mutating func hexagonalSites() -> [SiteDeclaration] {
        guard let count = document.layout.sites else {
            collector.add(
                "missing: a hexagonal layout needs its number of sites", at: document.layout.position,
                key: "cells.sites")
            return []
        }
        var axial = [(q: 0, r: 0)]
        var ring = 1
        while axial.count < count.value {
            var point = (q: ring, r: 0)
            for step in [(-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0), (0, 1)] {
                for _ in 0..<ring {
                    axial.append(point)
                    point = (point.q + step.0, point.r + step.1)
                }
            }
            ring += 1
        }
        let distance = document.layout.interSiteDistanceMetres
        return axial.prefix(count.value).enumerated().map { index, point in
            SiteDeclaration(
                name: count.map { _ in "site-\(index)" },
                xMetres: distance * (Double(point.q) + Double(point.r) / 2),
                yMetres: distance * Double(point.r) * 3.0.squareRoot() / 2,
                region: nil, qualities: SiteQualities())
        }
    }

    /// Region of each site: its own key, or the region that lists it, or the only region, or (generated sites that no
    /// region lists) a wedge around the centre.
    private mutating func regions(of sites: [SiteDeclaration], mayDivide: Bool) -> [Int?] {
        var names: [String: Int] = [:]
        for (index, site) in sites.enumerated() {
            if names.updateValue(index, forKey: site.name.value) != nil {
                collector.add("site '\(site.name.value)' stands twice", at: site.name)
            }
        }
        var regions = [Int?](repeating: nil, count: sites.count)
        for (index, site) in sites.enumerated() {
            guard let name = site.region else { continue }
            regions[index] = document.regionIndex(name, &collector)
            if regions[index] == nil { regions[index] = 0 }
        }
        var areListed = false
        for (region, declaration) in document.regions.enumerated() {
            for name in declaration.sites {
                areListed = true
                guard let index = names[name.value] else {
                    let hint = NearestMatch.hint(for: name.value, among: sites.map(\.name.value))
                    collector.add("no site '\(name.value)'" + hint, at: name)
                    continue
                }
                if let other = regions[index], other != region {
                    let owner = document.regions[other].name.value
                    collector.add("site '\(name.value)' already belongs to region '\(owner)'", at: name)
                } else {
                    regions[index] = region
                }
            }
        }
        if document.regions.count == 1 { return sites.map { _ in 0 } }
        if mayDivide, !areListed { return wedges(sites) }
        for (index, site) in sites.enumerated() where regions[index] == nil {
            let hint = NearestMatch.hint(for: "", among: document.regions.map(\.name.value))
            collector.add(
                "site '\(site.name.value)' belongs to no region" + hint, at: site.name.position, key: site.name.path)
        }
        return regions
    }

    private func wedges(_ sites: [SiteDeclaration]) -> [Int?] {
        let bearings = sites.map { site -> Double in
            let angle = atan2(site.yMetres, site.xMetres)
            return angle < -1e-9 ? angle + 2 * Double.pi : angle
        }
        let order = sites.indices.sorted { (bearings[$0], $0) < (bearings[$1], $1) }
        var regions = [Int?](repeating: nil, count: sites.count)
        for (place, site) in order.enumerated() { regions[site] = place * document.regions.count / sites.count }
        return regions
    }

    // MARK: - Cells

    private mutating func cells(of sites: [SiteDeclaration], regions: [Int?]) -> [CellConfiguration] {
        var cells: [CellConfiguration] = []
        for (site, region) in zip(sites, regions) {
            guard let region else { continue }
            let qualities = site.qualities.inheriting(document.regions[region].qualities)
                .inheriting(document.siteDefaults)
            let sectors = qualities.sectors ?? 1
            let first = qualities.azimuthDegrees ?? (sectors == 1 ? nil : 30)
            for sector in 0..<sectors {
                let turn = Double(sector) * 360 / Double(sectors)
                cells.append(
                    CellConfiguration(
                        id: CellID(UInt32(cells.count)),
                        name: sectors == 1 ? site.name.value : "\(site.name.value)-\(sector + 1)",
                        region: RegionID(UInt32(region)), xMetres: site.xMetres, yMetres: site.yMetres,
                        heightMetres: qualities.heightMetres ?? 25, azimuthDegrees: first.map { $0 + turn },
                        downtiltDegrees: qualities.downtiltDegrees ?? 10,
                        transmitPowerDbm: qualities.transmitPowerDbm ?? 43))
            }
        }
        let isComplete = !regions.contains(nil)
        for (index, region) in document.regions.enumerated()
        where isComplete && !cells.contains(where: { $0.region.index == index }) {
            collector.add("region '\(region.name.value)' has no cells", at: region.name)
        }
        return cells
    }

    /// The cells of the platforms behind those of the sites.
    private mutating func withPlatforms(_ onGround: [CellConfiguration]) -> [CellConfiguration] {
        var cells = onGround
        for platform in document.platforms {
            if cells.contains(where: { $0.name == platform.name.value }) {
                collector.add("'\(platform.name.value)' names a cell already", at: platform.name)
            }
            var region = document.regions.count == 1 ? 0 : nil
            if let name = platform.region {
                region = document.regionIndex(name, &collector)
            } else if region == nil {
                collector.add("platform '\(platform.name.value)' needs a region", at: platform.name)
            }
            cells.append(
                CellConfiguration(
                    id: CellID(UInt32(cells.count)), name: platform.name.value,
                    region: RegionID(UInt32(region ?? 0)), xMetres: platform.xMetres, yMetres: platform.yMetres,
                    heightMetres: platform.heightMetres, transmitPowerDbm: platform.transmitPowerDbm,
                    platform: platform.limits))
        }
        return cells
    }

    private mutating func cells(ofReplay given: [CellConfiguration]?) -> [CellConfiguration] {
        guard let given else {
            let path = document.replayPath?.value ?? ""
            collector.add(
                "the cells of a replay come from its trace, and '\(path)' was not read: name its folder with "
                    + "--trace DIR", at: document.replayPath?.position, key: "scenario.replay.path")
            return []
        }
        let takers = document.regions.indices.filter { document.regions[$0].takesReplay }
        for region in document.regions where !region.takesReplay {
            collector.add(
                "region '\(region.name.value)' has no cells: in a replay it takes some with 'cells: replay'",
                at: region.name)
        }
        guard !takers.isEmpty else { return [] }
        if !given.isEmpty, given.count < takers.count {
            collector.add(
                "the trace has \(given.count) \(given.count == 1 ? "cell" : "cells") for \(takers.count) regions",
                at: document.replayPath?.position, key: "scenario.replay.path")
        }
        let order = given.indices.sorted { (given[$0].xMetres, $0) < (given[$1].xMetres, $1) }
        var cells = given
        for (place, index) in order.enumerated() {
            cells[index].id = CellID(UInt32(index))
            cells[index].region = RegionID(UInt32(takers[place * takers.count / given.count]))
        }
        return cells
    }
}

extension TopologyDocument {
    /// Index of a region by name; an unknown name is reported and nil.
    func regionIndex(_ name: Located<String>, _ collector: inout DiagnosticCollector) -> Int? {
        if let index = regions.firstIndex(where: { $0.name.value == name.value }) { return index }
        let hint = NearestMatch.hint(for: name.value, among: regions.map(\.name.value))
        collector.add("no region '\(name.value)'" + hint, at: name)
        return nil
    }

    /// Index of a host by name; an unknown name is reported and nil.
    func hostIndex(_ name: Located<String>, _ collector: inout DiagnosticCollector) -> Int? {
        if let index = hosts.firstIndex(where: { $0.name.value == name.value }) { return index }
        let hint = NearestMatch.hint(for: name.value, among: hosts.map(\.name.value))
        collector.add("no host '\(name.value)'" + hint, at: name)
        return nil
    }
}
