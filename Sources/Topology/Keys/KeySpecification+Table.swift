internal import NetworkModel

extension KeySpecification {
    /// Every key of a topology file, in the order in which documents list them.
    static let table: [KeySpecification] =
        general + places + physicalLinks + radio + serviceKeys + regionKeys + placementKeys + scenarioKeys + twinKeys
        + gameKeys + languageKeys + contextKeys + defaultKeys

    static let tree = KeyTree(table)

    /// Media that a link between hosts may have.
    static let media = LinkMedium.allCases.filter { $0 != .loopback }.map(\.rawValue)

    private static let general: [KeySpecification] = [
        .init("name", .name, required: true, "Name of the topology; names run folders and reports."),
        .init(
            "seed", .integer, range: ("0", "9007199254740991"), default: "1",
            "Seed of everything random: same file and seed, same world."),
        .init(
            "hierarchy", .choice(Hierarchy.allCases.map(\.rawValue)), default: "sch",
            "Wiring: fully centralised, semi-centralised or decentralised. This key alone rewires the file."),
        .init(
            "epoch", .quantity(.time), range: ("1ms", "10s"), default: "20ms",
            "Period of the decision epochs."),
        .init(
            "slot", .quantity(.time), range: ("10us", "1s"), default: "1ms",
            "Slot of the radio network, at most a tenth of the epoch."),
        .init(
            "shaping", .choice(["auto", "on", "off"]), default: "auto",
            "Whether links are shaped by their medium; `auto` shapes where all hosts are one machine."),
    ]

    private static let places: [KeySpecification] = [
        .init("hosts", .entries(maximum: 256), "Machines by name. Without any, one host `local` carries everything."),
        .init(
            "hosts.*.labels", .names(maximum: 3, allowed: HostLabel.allCases.map(\.rawValue)),
            "What the host serves as: `field` carries the radio network, `edge` the twins, `cloud` the rest."),
        .init(
            "hosts.*.address", .text,
            "IP address or name of a machine of its own. Without addresses all hosts are this machine; give one to "
                + "every host or to none."),
        .init(
            "hosts.*.port", .integer, range: ("1024", "65535"), default: "7600",
            "First TCP port of the host's processes; each takes the next one."),
    ]

    private static let physicalLinks: [KeySpecification] =
        [
            .init("links", .sequence(maximum: 1024), "Links between hosts, each usable both ways."),
            .init("links[].from", .name, required: true, "Host at one end."),
            .init("links[].to", .name, required: true, "Host at the other end."),
        ] + linkKeys("links[]") + [
            .init("media", .entries(maximum: 8, names: media), "What links of one medium inherit.")
        ] + inheritedLinkKeys("media.*")

    private static func linkKeys(_ prefix: String) -> [KeySpecification] {
        [
            .init("\(prefix).medium", .choice(media), required: true, "Physical medium."),
            .init(
                "\(prefix).distance", .quantity(.length), range: ("0m", "100000km"),
                "Length of the path; of a satellite link the slant range, which is crossed twice. Sets the propagation "
                    + "delay: 5 us/km in fibre, 3.336 us/km through the air."),
            .init(
                "\(prefix).delay", .quantity(.time), range: ("0ms", "10s"),
                "One-way delay in place of the one that follows from the distance."),
            .init(
                "\(prefix).trace", .text,
                "File of measured round trips (`delay(ms)` column, half of each is one way) of a `measured` link, "
                    + "relative to the topology file; without it the trace of the replay."),
        ] + inheritedLinkKeys(prefix)
    }

    private static func inheritedLinkKeys(_ prefix: String) -> [KeySpecification] {
        [
            .init(
                "\(prefix).bandwidth", .quantity(.bitRate), range: ("1kbit/s", "10000Gbit/s"),
                "Capacity per direction, divided between the processes that send over the link."),
            .init(
                "\(prefix).jitter", .quantity(.time), range: ("0ms", "10s"),
                "Mean of the exponential jitter added to the delay."),
            .init("\(prefix).loss", .quantity(.fraction), range: ("0", "0.9"), "Probability that a frame is lost."),
        ]
    }

    private static let radio: [KeySpecification] =
        [
            .init("carrier", .mapping, "The one carrier that all cells share."),
            .init(
                "carrier.frequency", .quantity(.frequency), range: ("0.5GHz", "100GHz"), default: "3.5GHz",
                "Centre frequency."),
            .init(
                "carrier.bandwidth", .quantity(.frequency), range: ("1MHz", "2GHz"), default: "20MHz", "Bandwidth."),
            .init(
                "carrier.subbands", .integer, range: ("1", "64"), default: "8",
                "Subbands of equal width, the granularity of power and scheduling."),
            .init(
                "carrier.noise_figure", .quantity(.ratio), range: ("0dB", "30dB"), default: "9dB",
                "Noise figure of the UE."),
            .init(
                "carrier.snr_gap", .quantity(.ratio), range: ("0dB", "20dB"), default: "3dB",
                "Gap of the link to the Shannon bound."),
            .init(
                "carrier.max_spectral_efficiency", .quantity(.number), range: ("0.1", "20"), default: "7.4063",
                "Ceiling of the spectral efficiency in bit/s/Hz (TS 38.214 Table 5.1.3.1-2)."),
            .init("cells", .mapping, "Where the cells come from."),
            .init(
                "cells.layout", .choice(CellLayout.Kind.allCases.map(\.rawValue)),
                "`listed` takes `sites`, `hexagonal` generates them, `replay` takes the cells of the trace. Without "
                    + "it: `replay` in a replay, else `listed`."),
            .init(
                "cells.sites", .integer, range: ("1", "2000"),
                "Sites of a hexagonal layout, named `site-0`, `site-1`, ... from the centre outwards."),
            .init(
                "cells.inter_site_distance", .quantity(.length), range: ("10m", "50km"), default: "500m",
                "Distance between neighbouring sites of a hexagonal layout."),
            .init("sites", .sequence(maximum: 2000), "Sites of a listed layout."),
            .init("sites[].name", .name, required: true, "Name; its cells are `name-1`, `name-2`, ..."),
            .init(
                "sites[].x", .quantity(.length), range: ("-1000km", "1000km"), required: true,
                "Position to the east."),
            .init(
                "sites[].y", .quantity(.length), range: ("-1000km", "1000km"), required: true,
                "Position to the north."),
            .init("sites[].region", .name, "Region of the site's cells; a region may list its sites instead."),
        ] + siteKeys("sites[]")

    private static func siteKeys(_ prefix: String, defaults: Bool = false) -> [KeySpecification] {
        [
            .init(
                "\(prefix).sectors", .integer, range: ("1", "6"), default: defaults ? "3" : nil,
                "Cells of the site, at equal angles."),
            .init(
                "\(prefix).azimuth", .quantity(.angle), range: ("-360deg", "360deg"),
                "Boresight of the first cell from east, counter-clockwise. Without it 30deg, and a single cell is "
                    + "omnidirectional."),
            .init(
                "\(prefix).height", .quantity(.length), range: ("1m", "500m"), default: defaults ? "25m" : nil,
                "Antenna height above ground."),
            .init(
                "\(prefix).downtilt", .quantity(.angle), range: ("-30deg", "90deg"), default: defaults ? "10deg" : nil,
                "Downtilt below the horizon."),
            .init(
                "\(prefix).transmit_power", .quantity(.power), range: ("-30dBm", "80dBm"),
                default: defaults ? "43dBm" : nil, "Power of a cell over the carrier."),
        ]
    }

    private static let regionKeys: [KeySpecification] =
        [
            .init("regions", .entries(maximum: 64), "Regions by name. Without any, one region `all` has every cell."),
            .init(
                "regions.*.edge", .names(maximum: 64),
                "Edge host of the region; several hosts divide its cells between them. Without it the hosts labelled "
                    + "`edge` in turn."),
            .init("regions.*.sites", .names(maximum: 2000), "Sites of the region."),
            .init(
                "regions.*.cells", .choice(["replay"]),
                "`replay`: the cells of the trace, divided from west to east between the regions that say so."),
            .init(
                "regions.*.neighbours", .names(maximum: 64),
                "DCH: regions with which border charges are exchanged, in place of the rule."),
            .init(
                "regions.*.leader", .name,
                "DCH: region whose leader also leads this one. Without it the region has a leader of its own."),
            .init("regions.*.site", .mapping, "What the sites of the region inherit."),
        ] + siteKeys("regions.*.site")

    private static let placementKeys: [KeySpecification] =
        [
            .init("nodes", .entries(maximum: 1024), "Overrides of single nodes by name, e.g. `edge-west`, `rrm`."),
            .init("nodes.*.host", .name, "Host of the node in place of the hierarchy's rule."),
            .init("nodes.*.process", .name, "Process of the node; nodes of one executable on one host may share one."),
            .init("nodes.*.port", .integer, range: ("1024", "65535"), "TCP port of the node's process."),
            .init(
                "roles", .entries(maximum: 8, names: RoleKind.allCases.map(\.rawValue)),
                "What the nodes of one role inherit."),
            .init("roles.*.host", .name, "Host of all nodes of the role."),
            .init(
                "wires", .sequence(maximum: 1024),
                "Links of single wires in place of the path over the hosts; ignored in hierarchies without that wire."),
            .init("wires[].from", .name, required: true, "Sending node."),
            .init("wires[].to", .name, required: true, "Receiving node."),
        ] + linkKeys("wires[]")

    private static let defaultKeys: [KeySpecification] =
        [
            .init("defaults", .mapping, "What everything inherits: item, then group, then these."),
            .init("defaults.node", .mapping, "What nodes inherit; their group is `roles`."),
            .init("defaults.node.host", .name, "Host of every node."),
            .init("defaults.link", .mapping, "What links inherit; their group is `media`."),
        ] + inheritedLinkKeys("defaults.link") + [
            .init("defaults.site", .mapping, "What sites inherit; their group is `regions.*.site`.")
        ] + siteKeys("defaults.site", defaults: true)
}
