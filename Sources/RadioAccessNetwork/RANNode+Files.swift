package import NetworkModel

extension RANNode {
    /// The radio network of a plan.
    ///
    /// - Parameters:
    ///   - files: name and bytes of the files of a replay, in the order in which its drives are numbered.
    ///   - isClosedLoop: whether an epoch begins as soon as the one before is decided.
    /// - Throws: `TraceError` where a file cannot be used.
    package init(
        plan: WiringPlan, node: NodePlan, files: [(name: String, bytes: [UInt8])], isClosedLoop: Bool = false
    ) throws(TraceError) {
        var traces: [ParsedTrace] = []
        if case .replay(let replay) = plan.network.scenario {
            for file in files {
                traces.append(try TraceParser.parse(bytes: file.bytes, name: file.name, format: replay.format))
            }
        }
        let network = try PhysicalNetwork(configuration: plan.network, traces: traces)
        self.init(plan: plan, node: node, network: network, isClosedLoop: isClosedLoop)
    }
}
