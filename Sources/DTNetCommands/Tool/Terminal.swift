internal import Glibc

/// Where the tool speaks: results on standard output, progress on standard error.
enum Terminal {
    /// Whether standard error shows colours: it is a terminal, and `NO_COLOR` is unset or empty.
    static let showsColours = isColoured(STDERR_FILENO)

    /// Whether somebody watches standard error: it is a terminal.
    static let isWatched = isatty(STDERR_FILENO) == 1

    /// Whether standard output shows colours.
    static let resultsShowColours = isColoured(STDOUT_FILENO)

    private static func isColoured(_ descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1 else { return false }
        guard let value = getenv("NO_COLOR") else { return true }
        return value.pointee == 0
    }

    /// A line of a result.
    static func result(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line about what goes on.
    static func progress(_ text: String) {
        let text = harmless(text)
        write(showsColours ? "\u{1B}[2m\(text)\u{1B}[0m\n" : text + "\n", to: STDERR_FILENO)
    }

    /// The last line of a command that failed.
    static func error(_ text: String) {
        let text = harmless(text)
        write(showsColours ? "\u{1B}[31m\(text)\u{1B}[0m\n" : text + "\n", to: STDERR_FILENO)
    }

    /// On one line and without control characters: file names and what stands in files may hold what a terminal obeys.
    private static func harmless(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control || scalar.value == 0x2028
            line.append(isControl ? "?" : scalar)
        }
        return String(line)
    }

    /// Writes all bytes; gives up where nobody reads any more.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, base, rest.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
