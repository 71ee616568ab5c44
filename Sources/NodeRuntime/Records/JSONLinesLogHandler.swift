internal import CLinux
internal import Foundation
internal import Glibc
package import Logging

/// Log lines as JSON, one object a line, written by a thread of its own.
package struct JSONLinesLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    package var metadataProvider: Logger.MetadataProvider?
    private let process: String
    private let file: BackgroundFile<[UInt8]>

    init(process: String, file: BackgroundFile<[UInt8]>) {
        self.process = process
        self.file = file
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var bytes = Array("{\"time\":\"\(JSONLinesLogHandler.time())\",\"level\":\"\(event.level)\",\"process\":".utf8)
        JSONText.append(process, to: &bytes)
        bytes.append(contentsOf: ",\"message\":".utf8)
        JSONText.append("\(event.message)", to: &bytes)
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(ascii: ","))
            JSONText.append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.append("\(value)", to: &bytes)
        }
        bytes.append(contentsOf: "}\n".utf8)
        file.append(bytes)
    }

    /// Now, in UTC, to the millisecond (RFC 3339).
    private static func time() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let millis = "\(1_000 + now.tv_nsec / 1_000_000)".dropFirst()
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(millis)Z"
    }
}
