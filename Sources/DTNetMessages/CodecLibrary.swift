internal import CDTNetMessages

/// The library that packs and unpacks the messages of this process.
package enum CodecLibrary {
    package static let name = "protobuf-c"

    /// As the library itself says, e.g. `1.4.1`.
    package static var version: String { String(cString: protobuf_c_version()) }
}
