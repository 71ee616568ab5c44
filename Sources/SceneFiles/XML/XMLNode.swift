/// An attribute with its place in the file.
struct XMLAttribute: Equatable {
    var name: String
    var value: String
    var offset: Int
}

/// An element of an XML file with what is inside it.
struct XMLNode: Equatable {
    var name: String
    var attributes: [XMLAttribute]
    var children: [XMLNode] = []
    /// Byte of its `<`.
    var offset: Int

    func attribute(_ name: String) -> XMLAttribute? { attributes.first { $0.name == name } }

    subscript(_ name: String) -> String? { attribute(name)?.value }
}
