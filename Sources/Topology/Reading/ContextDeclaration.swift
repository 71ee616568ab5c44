internal import NetworkModel

extension ContextConfiguration {
    /// Names with which a process may be given a variable (POSIX, Base Definitions, section 8.1).
    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    init(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        self.init()
        store = node.required("store").choice(Store.self).value
        let variable = node.required("connection_env")
        connectionVariable = variable.text.value
        if !ContextConfiguration.isVariable(connectionVariable) {
            collector.add(
                "must be the name of an environment variable, in upper-case letters, digits and underscores, not the "
                    + "connection itself", at: variable.position, key: variable.path)
        }
        sampling = .seconds(node.required("sampling").number.value)
        let (raw, fine, full) = (node.required("raw"), node.required("fine"), node.required("retention"))
        self.raw = .seconds(raw.number.value)
        self.fine = .seconds(fine.number.value)
        retention = .seconds(full.number.value)
        for (short, long) in [(raw, fine), (fine, full)] where short.number.value > long.number.value {
            let fault = long.isDefault ? short : long
            collector.add(
                "\(short.path) is longer than \(long.path): sums must outlive what they sum up",
                at: fault.position, key: fault.path)
        }
    }
}
