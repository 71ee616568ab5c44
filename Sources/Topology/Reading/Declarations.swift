internal import NetworkModel

/// What a host serves as when the hierarchy places nodes.
enum HostLabel: String, Sendable, CaseIterable {
    case field, edge, cloud
}

struct HostDeclaration: Sendable {
    var name: Located<String>
    var labels: [HostLabel]
    var address: Located<String>?
    var port: Located<Int>
}

/// What links inherit one by one: own keys, then the medium's, then the defaults, then `LinkQualities.usual`.
struct LinkQualities: Sendable {
    var bandwidth: Double?
    var jitterSeconds: Double?
    var loss: Double?

    init(bandwidth: Double? = nil, jitterSeconds: Double? = nil, loss: Double? = nil) {
        self.bandwidth = bandwidth
        self.jitterSeconds = jitterSeconds
        self.loss = loss
    }

    init(_ node: CheckedNode) {
        bandwidth = node["bandwidth"]?.number.value
        jitterSeconds = node["jitter"]?.number.value
        loss = node["loss"]?.number.value
    }

    func inheriting(_ other: LinkQualities?) -> LinkQualities {
        LinkQualities(
            bandwidth: bandwidth ?? other?.bandwidth, jitterSeconds: jitterSeconds ?? other?.jitterSeconds,
            loss: loss ?? other?.loss)
    }

    /// Taken where the file says nothing: orders of magnitude of commercial equipment, as `topologies/README.md` says.
    static func usual(of medium: LinkMedium) -> LinkQualities {
        switch medium {
        case .loopback: LinkQualities(bandwidth: .infinity, jitterSeconds: 0, loss: 0)
        case .fibre: LinkQualities(bandwidth: 10e9, jitterSeconds: 2e-6, loss: 0)
        case .microwave: LinkQualities(bandwidth: 1e9, jitterSeconds: 20e-6, loss: 1e-5)
        case .mmwave: LinkQualities(bandwidth: 2e9, jitterSeconds: 50e-6, loss: 1e-4)
        case .sub6: LinkQualities(bandwidth: 100e6, jitterSeconds: 500e-6, loss: 1e-3)
        case .satellite: LinkQualities(bandwidth: 50e6, jitterSeconds: 2e-3, loss: 1e-3)
        case .measured: LinkQualities(bandwidth: 50e6, jitterSeconds: 0, loss: 0)
        }
    }
}

/// A link between two hosts, or the one that replaces the path of a wire between two nodes.
struct LinkDeclaration: Sendable {
    var from: Located<String>
    var to: Located<String>
    var medium: Located<LinkMedium>
    /// nil where the medium is measured.
    var delay: Instant.Span?
    var trace: Located<String>?
    var bandwidthBitsPerSecond: Double
    var jitterMean: Instant.Span
    var loss: Double
}

/// What sites inherit one by one: own keys, then the region's, then the defaults.
struct SiteQualities: Sendable {
    var sectors: Int?
    var azimuthDegrees: Double?
    var heightMetres: Double?
    var downtiltDegrees: Double?
    var transmitPowerDbm: Double?

    /// Inherits everything.
    init() {}

    init(_ node: CheckedNode) {
        sectors = node["sectors"]?.integer.value
        azimuthDegrees = node["azimuth"]?.number.value
        heightMetres = node["height"]?.number.value
        downtiltDegrees = node["downtilt"]?.number.value
        transmitPowerDbm = node["transmit_power"]?.number.value
    }

    func inheriting(_ other: SiteQualities) -> SiteQualities {
        var merged = self
        merged.sectors = sectors ?? other.sectors
        merged.azimuthDegrees = azimuthDegrees ?? other.azimuthDegrees
        merged.heightMetres = heightMetres ?? other.heightMetres
        merged.downtiltDegrees = downtiltDegrees ?? other.downtiltDegrees
        merged.transmitPowerDbm = transmitPowerDbm ?? other.transmitPowerDbm
        return merged
    }
}

struct SiteDeclaration: Sendable {
    var name: Located<String>
    var xMetres: Double
    var yMetres: Double
    var region: Located<String>?
    var qualities: SiteQualities
}

struct RegionDeclaration: Sendable {
    var name: Located<String>
    var edgeHosts: [Located<String>] = []
    var sites: [Located<String>] = []
    var takesReplay: Bool
    var neighbours: [Located<String>] = []
    var leader: Located<String>?
    var qualities: SiteQualities
}

struct NodeOverride: Sendable {
    var name: Located<String>
    var host: Located<String>?
    var process: Located<String>?
    var port: Located<Int>?
}

/// Keys of `cells`.
struct LayoutDeclaration: Sendable {
    var kind: Located<CellLayout.Kind>?
    var sites: Located<Int>?
    var interSiteDistanceMetres: Double
    var position: SourcePosition
}
