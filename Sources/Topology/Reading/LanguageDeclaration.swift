internal import NetworkModel

extension LanguageConfiguration {
    /// Files and folders stand as the topology file names them.
    init(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        self.init()
        isEnabled = node.required("enabled").boolean
        let address = node.required("server").text
        switch address.value {
        case "none": server = .none
        case "local": server = .local
        default: server = .remote(base: address.value)
        }
        model = node["model"]?.text.value
        apiKeyVariable = node["api_key_env"]?.text.value
        if case .remote(let base) = server, let fault = LanguageConfiguration.fault(ofAddress: base) {
            collector.add(fault, at: address)
        } else {
            checkModel(node, address, &collector)
        }
        adapters = (node["adapters"]?.entries ?? []).map { Adapter($0.key, $0.value, server, &collector) }
        deadline = .seconds(node.required("deadline").number.value)
        proposals = node.required("proposals").integer.value
        passages = node.required("passages").integer.value
        tokensPerMinute = node.required("tokens_per_minute").integer.value
        busyPerMinute = .seconds(node.required("busy_per_minute").number.value)
        period = .seconds(node.required("period").number.value)
        horizon = .seconds(node.required("horizon").number.value)
        mirrorPeriod = node["mirror_period"].map { .seconds($0.number.value) }
        documents = node["documents"]?.text.value
        if let names = node["authority"]?.names {
            authority = Action.allCases.filter { action in names.contains { $0.value == action.rawValue } }
        }
    }

    /// Model and key belong to the server that the file names.
    private func checkModel(
        _ node: CheckedNode, _ address: Located<String>, _ collector: inout DiagnosticCollector
    ) {
        let (model, variable) = (node["model"]?.text, node["api_key_env"]?.text)
        switch server {
        case .none:
            if let model { collector.add("there is no server that could have a model: the server is none", at: model) }
        case .local: break
        case .remote:
            if model == nil {
                collector.add(
                    "missing: the name of a model that the server has", at: address.position, key: node.path + ".model")
            }
        }
        guard let variable else { return }
        if case .remote = server {
            if !LanguageConfiguration.isVariable(variable.value) {
                // What stands here may be a key: it is not repeated.
                collector.add("must be the name of an environment variable (A-Z, 0-9 and _), not a key", at: variable)
            }
        } else {
            collector.add("only a server given by its address takes a key", at: variable)
        }
    }

    /// What is wrong with the address of a server; nil where nothing is.
    private static func fault(ofAddress text: String) -> String? {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else {
            return "must be none, local or an address such as http://127.0.0.1:8080/v1, not '\(ScalarText.shown(text))'"
        }
        let rest = text.dropFirst(scheme.count)
        if rest.contains("@") { return "a key does not belong into a topology: name its variable in api_key_env" }
        let host = rest.prefix { $0 != "/" }
        let isClean = rest.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
            case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"): true
            default: false
            }
        }
        guard !host.isEmpty, !host.hasPrefix(":"), isClean else {
            return "'\(ScalarText.shown(text))' is no address: a host, perhaps a port, and a path, without a query"
        }
        return nil
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}

extension LanguageConfiguration.Adapter {
    /// The file stands as the topology file names it.
    init(
        _ name: Located<String>, _ node: CheckedNode, _ server: LanguageConfiguration.Server,
        _ collector: inout DiagnosticCollector
    ) {
        let words = node.required("when").names.map(\.value)
        self.init(
            name: name.value, file: node.required("file").text.value,
            conditions: Condition.allCases.filter { words.contains($0.rawValue) })
        if server != .local {
            collector.add("only the local server is given adapters: language.server is not local", at: name)
        } else if name.value == LanguageConfiguration.Adapter.unloaded {
            collector.add("'\(name.value)' stands for no adapter: take another name", at: name)
        }
    }
}
