package import NetworkModel

/// The resolved wiring in words: what `dtnet validate` prints.
package enum ValidationReport {
    /// Tables of who runs where, who talks to whom over what, and how links are divided. Ends with a newline.
    package static func describe(_ topology: ResolvedTopology) -> String {
        var text = describe(topology.plan)
        text += "\nplacement\n"
        text += TextTable.of(
            ["node", "host", "because"],
            zip(topology.plan.nodes, topology.placements).map { node, reason in
                [node.name, topology.plan.host(of: node), reason]
            })
        guard !topology.shares.isEmpty else {
            return text + "\nlinks are not shaped\n"
        }
        text += "\nshares of the links between hosts\n"
        text += TextTable.of(
            ["from", "to", "medium", "bandwidth", "processes", "share", "wires"],
            topology.shares.map { share in
                [
                    share.from, share.to, share.medium.rawValue,
                    SpanText.of(bitsPerSecond: share.bandwidthBitsPerSecond),
                    share.processes.joined(separator: " "), SpanText.of(bitsPerSecond: share.shareBitsPerSecond),
                    share.wires.map(String.init).joined(separator: " "),
                ]
            })
        return text
    }

    /// The part that a plan alone tells, e.g. one read back from a run folder.
    package static func describe(_ plan: WiringPlan) -> String {
        summary(of: plan) + "\nprocesses\n" + processes(of: plan) + "\nnodes\n" + nodes(of: plan) + "\nwires\n"
            + wires(of: plan) + places(of: plan.network)
    }

    /// The places that the file names, and their cells; empty where it names none.
    private static func places(of network: NetworkConfiguration) -> String {
        guard !network.places.isEmpty else { return "" }
        return "\nplaces\n"
            + TextTable.of(
                ["place", "cells"],
                network.places.map { place in
                    [place.name, place.cells.map { network.cells[$0.index].name }.joined(separator: " ")]
                })
    }

    private static func summary(of plan: WiringPlan) -> String {
        let network = plan.network
        let scenario =
            switch network.scenario {
            case .emulated(let emulation):
                "emulated, \(emulation.uesPerCell) UEs per cell" + (emulation.averagedGains ? ", averaged gains" : "")
                    + (emulation.linkAdaptation == .reported ? ", link adaptation by reports" : "")
            case .replay(let replay): "replay of \(replay.path) (\(replay.format.rawValue))"
            }
        let cells = network.cells.isEmpty ? "cells known when the trace is read" : "\(network.cells.count) cells"
        let carrier = network.carrier
        return """
            \(network.name): \(network.hierarchy.words) (\(network.hierarchy.rawValue)), \(cells), \
            \(network.regionNames.count) regions, seed \(network.seed)
            epoch \(SpanText.of(network.epoch)), slot \(SpanText.of(network.slot)), \
            \(SpanText.digits(carrier.bandwidthHz / 1e6))MHz at \(SpanText.digits(carrier.frequencyHz / 1e9))GHz in \
            \(carrier.subbands) subbands; \(scenario)
            game \(network.game.timing(in: network.hierarchy).rawValue), solver \(network.game.solver.rawValue)\
            \(network.game.prices ? "" : ", prices 0")\(network.recommendsMCS ? ", twins recommend schemes" : "")
            twins start from \(baseline(of: network.twin))
            context \(context(of: plan))
            \(largestBody(of: plan))\
            language engine: \(describe(network.language))

            """
    }

    /// What takes most bytes of what is sent in every epoch; nothing in a replay, whose users its files name.
    private static func largestBody(of plan: WiringPlan) -> String {
        guard case .emulated(let emulation) = plan.network.scenario else { return "" }
        var largest = (what: "", bytes: 0)
        func add(_ what: String, _ bytes: Int) { if bytes > largest.bytes { largest = (what, bytes) } }
        for edge in plan.nodes(of: .edge) {
            let ues = edge.cells.count * emulation.uesPerCell
            add("telemetry of \(edge.name)", plan.network.telemetryBytes(cells: edge.cells.count, ues: ues))
        }
        for leader in plan.nodes(of: .rrm) where plan.network.hierarchy == .fullyCentralised {
            let ues = leader.cells.count * emulation.uesPerCell
            add("directive of \(leader.name)", plan.network.directiveBytes(cells: leader.cells.count, ues: ues))
        }
        let most = NetworkConfiguration.mostMessageBytes
        let messages = largest.bytes > most ? ", divided between messages of \(most)" : ""
        return "largest in an epoch: \(largest.what), \(largest.bytes) bytes\(messages)\n"
    }

    private static func context(of plan: WiringPlan) -> String {
        switch plan.context.store {
        case .sqlite: "is kept in a file per process"
        case .postgresql: "is kept in the PostgreSQL server that \(plan.context.connectionVariable) names"
        case .off: "is not kept"
        }
    }

    private static func baseline(of twin: TwinConfiguration) -> String {
        let kind =
            switch twin.baseline {
            case .logDistance: "a fitted distance law"
            case .tr38901: "TR 38.901 UMa"
            case .ray:
                "rays in \(twin.scene ?? "-")\(placing(of: twin)), depth \(twin.depth), "
                    + twin.interactions.map(\.rawValue).joined(separator: " ")
                    + (twin.sceneEdits.map { ", edits of \($0)" } ?? "")
            case .paths: "the paths of \(twin.paths ?? "-")"
            }
        return kind + (twin.model.map { ", fitted state of \($0)" } ?? "")
    }

    /// Where a scene of footprints stands and how high they are, as far as the file says it.
    private static func placing(of twin: TwinConfiguration) -> String {
        let origin =
            switch twin.sceneOrigin {
            case .degrees(let latitude, let longitude)?: " with (0, 0) at latitude \(latitude), longitude \(longitude)"
            case .metres(let x, let y)?: " with (0, 0) at x \(x) m, y \(y) m"
            case nil: ""
            }
        return origin + (twin.buildingHeightMetres.map { ", buildings \($0) m high where they say nothing" } ?? "")
    }

    private static func describe(_ language: LanguageConfiguration) -> String {
        guard language.isEnabled else { return "off" }
        let cycle = "a cycle every \(SpanText.of(language.period)), what-if of \(SpanText.of(language.horizon))"
        let alone = language.authority.map(\.rawValue).joined(separator: " ")
        let texts = language.documents.map { "; texts of \($0)" } ?? ""
        let rest = "\(cycle)\(texts); adopts by itself: \(alone.isEmpty ? "nothing" : alone)"
        let server: String
        switch language.server {
        case .none: return "the rule base, \(rest)"
        case .local:
            let adapters = language.adapters.map { "\($0.name) (\($0.file))" }.joined(separator: ", ")
            server =
                "local model" + (language.model.map { " \($0)" } ?? "")
                + (adapters.isEmpty ? "" : " with one adapter at a time of \(adapters)")
        case .remote(let base):
            let key = language.apiKeyVariable.map { ", key in $\($0)" } ?? ""
            server = "model \(language.model ?? "-") at \(base)\(key)"
        }
        return """
            \(server), answers within \(SpanText.of(language.deadline)), best of \(language.proposals), \
            \(language.passages) passages, at most \(language.tokensPerMinute) tokens and \
            \(SpanText.of(language.busyPerMinute)) a minute; \(rest)
            """
    }

    private static func processes(of plan: WiringPlan) -> String {
        TextTable.of(
            ["process", "executable", "host", "binds", "connects to", "nodes"],
            plan.processes.map { process in
                [
                    process.name, process.executable, process.host, process.endpoint ?? "-",
                    process.connects.isEmpty ? "-" : process.connects.joined(separator: " "),
                    process.nodes.map { plan.nodes[Int($0.rawValue)].name }.joined(separator: " "),
                ]
            })
    }

    private static func nodes(of plan: WiringPlan) -> String {
        TextTable.of(
            ["node", "role", "process", "host", "region", "cells"],
            plan.nodes.map { node in
                [
                    node.name, node.role.rawValue, node.process, plan.host(of: node),
                    node.region.map { plan.network.regionNames[$0.index] } ?? "all", ranges(of: node.cells),
                ]
            })
    }

    private static func wires(of plan: WiringPlan) -> String {
        TextTable.of(
            ["from", "to", "link", "delay", "jitter", "loss", "bandwidth"],
            plan.wires.map { wire in
                let (from, to) = (plan.nodes[Int(wire.from.rawValue)], plan.nodes[Int(wire.to.rawValue)])
                let link = plan.links[wire.link]
                guard link.isShaped else {
                    return [from.name, to.name, from.process == to.process ? "call" : "loopback", "-", "-", "-", "-"]
                }
                return [
                    from.name, to.name, link.medium.rawValue, SpanText.of(link.propagationDelay),
                    SpanText.of(link.jitterMean), SpanText.digits(link.lossProbability * 100) + "%",
                    SpanText.of(bitsPerSecond: link.bandwidthBitsPerSecond),
                ]
            })
    }

    /// `0-3 7 9-10`, or `-` for none.
    private static func ranges(of cells: [CellID]) -> String {
        var ranges: [(first: UInt32, last: UInt32)] = []
        for cell in cells.map(\.rawValue) {
            if let last = ranges.last, last.last + 1 == cell {
                ranges[ranges.count - 1].last = cell
            } else {
                ranges.append((cell, cell))
            }
        }
        guard !ranges.isEmpty else { return "-" }
        return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: " ")
    }
}

extension WiringPlan {
    /// Host of a node, through its process.
    package func host(of node: NodePlan) -> String {
        processes.first { $0.name == node.process }?.host ?? "-"
    }
}

extension Hierarchy {
    fileprivate var words: String {
        switch self {
        case .fullyCentralised: "fully centralised"
        case .semiCentralised: "semi-centralised"
        case .decentralised: "decentralised"
        }
    }
}
