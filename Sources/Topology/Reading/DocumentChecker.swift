internal import Yams

/// Walks a YAML tree beside the tree of keys and reports everything that the table does not admit.
struct DocumentChecker {
    private(set) var collector: DiagnosticCollector

    init(file: String) { collector = DiagnosticCollector(file: file) }

    /// The checked root; throws everything that is wrong with keys, types, units and ranges.
    static func check(_ root: Node, file: String) throws(TopologyError) -> CheckedNode {
        var checker = DocumentChecker(file: file)
        let node = checker.mapping(root, KeySpecification.tree, path: "")
        try checker.collector.throwIfAny()
        guard let node else { preconditionFailure("no node and no diagnostic") }
        return node
    }

    // MARK: - Containers

    private mutating func value(_ node: Node, _ tree: KeyTree, path: String) -> CheckedNode? {
        switch tree.specification?.kind ?? .mapping {
        case .mapping: mapping(node, tree, path: path)
        case .entries(let maximum, let names): entries(node, tree, path: path, maximum: maximum, allowed: names)
        case .sequence(let maximum): sequence(node, tree, path: path, maximum: maximum)
        case .names(let maximum, let allowed): names(node, path: path, maximum: maximum, allowed: allowed)
        default: scalar(node, tree, path: path)
        }
    }

    private mutating func mapping(_ node: Node, _ tree: KeyTree, path: String) -> CheckedNode? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        var found: [(key: Located<String>, value: CheckedNode)] = []
        var present: [String] = []
        for (key, child) in pairs {
            guard let name = keyName(key, path: path) else { continue }
            guard let subtree = tree[name.value] else {
                collector.add(
                    "unknown key" + NearestMatch.hint(for: name.value, among: tree.names), at: name)
                continue
            }
            present.append(name.value)
            if let value = value(child, subtree, path: name.path) { found.append((name, value)) }
        }
        let place = position(of: node)
        for (name, subtree) in zip(tree.names, tree.children) where !present.contains(name) {
            let childPath = join(path, name)
            if subtree.specification?.isRequired == true {
                collector.add("missing: \(subtree.specification?.documentation ?? "")", at: place, key: childPath)
            } else if let value = absent(subtree, at: place, path: childPath) {
                found.append((Located(value: name, position: place, path: childPath), value))
            }
        }
        return CheckedNode(content: .mapping(found), position: place, path: path, isDefault: false)
    }

    private mutating func entries(
        _ node: Node, _ tree: KeyTree, path: String, maximum: Int, allowed: [String]
    ) -> CheckedNode? {
        guard let pairs = pairs(of: node, path: path), let entry = tree.entry else { return nil }
        if pairs.count > maximum {
            collector.add("\(pairs.count) entries; at most \(maximum)", at: position(of: node), key: path)
            return nil
        }
        var found: [(key: Located<String>, value: CheckedNode)] = []
        for (key, child) in pairs {
            guard let name = keyName(key, path: path) else { continue }
            if !allowed.isEmpty, !allowed.contains(name.value) {
                collector.add("unknown name" + NearestMatch.hint(for: name.value, among: allowed), at: name)
            } else if !ScalarText.isName(name.value) {
                collector.add(ScalarText.nameRule, at: name)
            } else if let value = mapping(child, entry, path: name.path) {
                found.append((name, value))
            }
        }
        return CheckedNode(content: .mapping(found), position: position(of: node), path: path, isDefault: false)
    }

    private mutating func sequence(_ node: Node, _ tree: KeyTree, path: String, maximum: Int) -> CheckedNode? {
        guard case .sequence(let items) = node, let element = tree.element else {
            collector.add("must be a list, not \(Self.describe(node))", at: position(of: node), key: path)
            return nil
        }
        if items.count > maximum {
            collector.add("\(items.count) elements; at most \(maximum)", at: position(of: node), key: path)
            return nil
        }
        var found: [CheckedNode] = []
        for (index, item) in items.enumerated() {
            if let value = mapping(item, element, path: "\(path)[\(index)]") { found.append(value) }
        }
        return CheckedNode(content: .sequence(found), position: position(of: node), path: path, isDefault: false)
    }

    private mutating func names(_ node: Node, path: String, maximum: Int, allowed: [String]) -> CheckedNode? {
        let items: [Node]
        switch node {
        case .sequence(let sequence): items = Array(sequence)
        default: items = [node]
        }
        if items.count > maximum {
            collector.add("\(items.count) elements; at most \(maximum)", at: position(of: node), key: path)
            return nil
        }
        var found: [Located<String>] = []
        for (index, item) in items.enumerated() {
            let itemPath = items.count == 1 ? path : "\(path)[\(index)]"
            guard case .scalar(let scalar) = item, !scalar.string.isEmpty else {
                collector.add("must be a name, not \(Self.describe(item))", at: position(of: item), key: itemPath)
                continue
            }
            let name = Located(value: scalar.string, position: position(of: item), path: itemPath)
            if !allowed.isEmpty, !allowed.contains(name.value) {
                collector.add(
                    "'\(ScalarText.shown(name.value))' is not allowed"
                        + NearestMatch.hint(for: name.value, among: allowed), at: name)
            } else if found.contains(where: { $0.value == name.value }) {
                collector.add("'\(ScalarText.shown(name.value))' stands twice", at: name)
            } else if allowed.isEmpty, !ScalarText.isName(name.value) {
                collector.add(ScalarText.nameRule, at: name)
            } else {
                found.append(name)
            }
        }
        return CheckedNode(content: .names(found), position: position(of: node), path: path, isDefault: false)
    }

    // MARK: - Scalars and defaults

    private mutating func scalar(_ node: Node, _ tree: KeyTree, path: String) -> CheckedNode? {
        guard let specification = tree.specification else { preconditionFailure("\(path) has no specification") }
        let place = position(of: node)
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty || scalar.style != .plain else {
            collector.add(
                "must be \(ScalarText.expectation(of: specification)), not \(Self.describe(node))", at: place, key: path
            )
            return nil
        }
        switch ScalarText.content(of: scalar.string, specification) {
        case .success(let content):
            return CheckedNode(content: content, position: place, path: path, isDefault: false)
        case .failure(let problem):
            collector.add(problem.message, at: place, key: path)
            return nil
        }
    }

    /// What an absent key stands for: its default, or a mapping of defaults, or nothing.
    private func absent(_ tree: KeyTree, at place: SourcePosition, path: String) -> CheckedNode? {
        guard let specification = tree.specification else { return nil }
        if let text = specification.defaultText {
            guard case .success(let content) = ScalarText.content(of: text, specification) else {
                preconditionFailure("default of \(specification.path) is not admitted")
            }
            return CheckedNode(content: content, position: place, path: path, isDefault: true)
        }
        guard case .mapping = specification.kind else { return nil }
        let found = zip(tree.names, tree.children).compactMap {
            name, child -> (key: Located<String>, value: CheckedNode)? in
            let childPath = join(path, name)
            return absent(child, at: place, path: childPath).map {
                (Located(value: name, position: nil, path: childPath), $0)
            }
        }
        return CheckedNode(content: .mapping(found), position: place, path: path, isDefault: true)
    }

    // MARK: - Nodes

    /// The pairs of a mapping; nothing under a key counts as an empty mapping.
    private mutating func pairs(of node: Node, path: String) -> [(key: Node, value: Node)]? {
        switch node {
        case .mapping(let mapping): return Array(mapping)
        case .scalar(let scalar) where scalar.string.isEmpty && scalar.style == .plain: return []
        default:
            collector.add("must be a mapping of keys, not \(Self.describe(node))", at: position(of: node), key: path)
            return nil
        }
    }

    private mutating func keyName(_ key: Node, path: String) -> Located<String>? {
        guard case .scalar(let scalar) = key else {
            collector.add("a key must be a word, not \(Self.describe(key))", at: position(of: key), key: path)
            return nil
        }
        let name = ScalarText.shown(scalar.string)
        return Located(value: name, position: position(of: key), path: join(path, name))
    }

    private func position(of node: Node) -> SourcePosition {
        SourcePosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private static func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(ScalarText.shown(scalar.string))'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
