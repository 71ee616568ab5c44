internal import Foundation

/// Which Swift compiler built an executable: the language has no word for the whole version, but the debugger's strings
/// name the producer of the code (DWARF 5, DW_AT_producer; section `.debug_str` of an ELF-64 file).
package enum CompilerVersion {
    /// That of this very executable, e.g. `6.3.1`; nil where its debugger's strings were stripped.
    static let own: String? = of(executable: ChildProcess.own)

    /// That of the executable at `path`, nil where there is none or it does not tell.
    package static func of(executable path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped),
            let strings = section(".debug_str", of: data),
            let producer = strings.range(of: Data("Swift version ".utf8))
        else { return nil }
        let version = strings[producer.upperBound...].prefix(32).prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
        return version.isEmpty ? nil : String(decoding: version, as: UTF8.self)
    }

    private static func section(_ wanted: String, of file: Data) -> Data? {
        guard file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), let table = number(file, at: 0x28, bytes: 8),
            let size = number(file, at: 0x3A, bytes: 2), let count = number(file, at: 0x3C, bytes: 2),
            let namesIndex = number(file, at: 0x3E, bytes: 2),
            let names = section(file, at: table + namesIndex * size)
        else { return nil }
        for index in 0..<count {
            guard let name = number(file, at: table + index * size, bytes: 4), name < names.count else { continue }
            let rest = names[(names.startIndex + name)...]
            if rest.starts(with: Array("\(wanted)\0".utf8)) { return section(file, at: table + index * size) }
        }
        return nil
    }

    /// The bytes that a section header points at.
    private static func section(_ file: Data, at header: Int) -> Data? {
        guard let offset = number(file, at: header + 0x18, bytes: 8),
            let size = number(file, at: header + 0x20, bytes: 8),
            offset <= file.count, size <= file.count - offset
        else { return nil }
        return file[offset..<(offset + size)]
    }

    /// A little-endian number, nil outside the file.
    private static func number(_ file: Data, at offset: Int, bytes: Int) -> Int? {
        guard offset >= 0, offset <= file.count - bytes else { return nil }
        return file[offset..<(offset + bytes)].reversed().reduce(0) { $0 &<< 8 | Int($1) }
    }
}
