/// One key of the topology file: the single definition from which the reader, the JSON Schema and the table of keys in
/// `topologies/README.md` are all made.
struct KeySpecification: Sendable {
    /// What may stand under the key.
    enum Kind: Sendable {
        /// Keys of its own, each with its own specification.
        case mapping
        /// Free names (or those listed), each with the keys under `path.*`.
        case entries(maximum: Int, names: [String] = [])
        /// A list of mappings with the keys under `path[]`.
        case sequence(maximum: Int)
        /// Any text of at most 256 bytes.
        case text
        /// A name: lower-case letters, digits and dashes, 1 to 32 of them, a letter first.
        case name
        /// A list of names, or a single name; `allowed` empty admits any name.
        case names(maximum: Int, allowed: [String] = [])
        case choice([String])
        case integer
        case boolean
        case quantity(UnitKind)
    }

    /// Dotted path; `*` stands for a free name, `[]` for a list element.
    let path: String
    let kind: Kind
    /// Bounds, both inclusive, written as a file would.
    let range: ClosedBounds?
    /// Value taken when the key is absent, written as a file would.
    let defaultText: String?
    let isRequired: Bool
    let documentation: String

    /// Inclusive bounds in the notation of the file.
    struct ClosedBounds: Sendable {
        let minimum: String
        let maximum: String

        /// Both bounds in the base unit.
        func values(as kind: UnitKind) -> (minimum: Double, maximum: Double) {
            guard case .success(let low) = QuantityText.parse(minimum, as: kind),
                case .success(let high) = QuantityText.parse(maximum, as: kind)
            else { preconditionFailure("bounds \(minimum), \(maximum) are not \(kind.rawValue)") }
            return (low, high)
        }
    }

    init(
        _ path: String, _ kind: Kind, range: (String, String)? = nil, default defaultText: String? = nil,
        required: Bool = false, _ documentation: String
    ) {
        self.path = path
        self.kind = kind
        self.range = range.map { ClosedBounds(minimum: $0.0, maximum: $0.1) }
        self.defaultText = defaultText
        self.isRequired = required
        self.documentation = documentation
    }
}

/// The specifications as the tree that the file has.
struct KeyTree: Sendable {
    var specification: KeySpecification?
    /// Fixed keys in the order of the table.
    private(set) var names: [String] = []
    private(set) var children: [KeyTree] = []

    /// The tree under a free name.
    var entry: KeyTree? { self["*"] }
    /// The tree of a list element.
    var element: KeyTree? { self["[]"] }

    subscript(name: String) -> KeyTree? { names.firstIndex(of: name).map { children[$0] } }

    /// Builds the tree; every container must come before the keys under it.
    init(_ table: [KeySpecification]) {
        for specification in table {
            insert(specification, under: KeyTree.steps(of: specification.path)[...])
        }
    }

    private init() {}

    /// `links[].from` as `links`, `[]`, `from`.
    static func steps(of path: String) -> [String] {
        path.split(separator: ".").flatMap { part -> [String] in
            part.hasSuffix("[]") ? [String(part.dropLast(2)), "[]"] : [String(part)]
        }
    }

    private mutating func insert(_ specification: KeySpecification, under steps: ArraySlice<String>) {
        guard let first = steps.first else {
            precondition(self.specification == nil, "\(specification.path) is specified twice")
            self.specification = specification
            return
        }
        if let index = names.firstIndex(of: first) {
            children[index].insert(specification, under: steps.dropFirst())
        } else {
            var child = KeyTree()
            child.insert(specification, under: steps.dropFirst())
            names.append(first)
            children.append(child)
        }
    }
}
