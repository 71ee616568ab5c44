internal import Foundation
internal import Glibc
package import LanguageEngine

/// The folder of a run through which operators speak to its language engine: one JSON file per entry, in order.
///
/// A file is written beside the folder's entries and linked to the first free name, so that no reader sees half of it
/// and no writer replaces another's. Names are numbers of six digits, ascending; an intent is cancelled by its name.
package struct OperatorInbox: Sendable {
    /// What is put in.
    package enum Post: Hashable, Sendable {
        /// An intent, with the sentence that it was read from.
        case intent(text: String, Intent)
        /// An intent that the twins are to try, with its sentence; nothing of it comes into force.
        case trial(text: String, Intent)
        /// Takes back the intent of a name.
        case cancel(name: String)
        /// Consent to a proposed decision.
        case approve(number: UInt64)
        /// Takes back an adopted action by its decision's number.
        case withdraw(number: UInt64)
        /// An alarm in its own words. Data, never an instruction.
        case alarm(text: String)
    }

    /// One entry that was read.
    package struct Item: Hashable, Sendable {
        /// Name of its file, without `.json`.
        package var name: String
        /// Sentence behind it, empty where there is none.
        package var text: String
        package var entry: OperatorEntry

        package init(name: String, text: String, entry: OperatorEntry) {
            self.name = name
            self.text = text
            self.entry = entry
        }
    }

    /// A file that is no entry.
    package struct Malformed: Hashable, Sendable {
        package var name: String
        package var reason: String
    }

    /// What a look into the folder gave.
    package struct Reading: Hashable, Sendable {
        /// In the order of their names.
        package var items: [Item] = []
        package var malformed: [Malformed] = []

        package init() {}

        /// Name of the last that was looked at; nil where there was none.
        package var last: String? { [items.last?.name, malformed.last?.name].compactMap { $0 }.max() }
    }

    /// Why nothing could be put in: the path and the system's reason.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    /// Bytes of one file, entries of one reading, and entries of one folder, at most.
    package static let mostBytes = 4_096
    package static let mostRead = 256
    package static let mostEntries = 100_000

    /// Folder of the entries; malformed ones are moved to `rejected` in it.
    package let folder: String
    private var rejected: String { folder + "/rejected" }

    /// - Parameter runFolder: folder of the run; the inbox is made in it by the first `post`.
    package init(runFolder: String) { folder = runFolder + "/operator" }

    // MARK: - Writing

    /// Puts an entry in; its name.
    ///
    /// - Throws: `Fault` where the folder cannot be written or the entry is larger than `mostBytes`.
    package func post(_ post: Post) throws(Fault) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(EntryForm(post)), data.count <= OperatorInbox.mostBytes else {
            throw Fault(description: "the entry is no JSON of at most \(OperatorInbox.mostBytes) bytes")
        }
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw fault("make", folder) }
        let draft = "\(folder)/.draft-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(draft) }
        try write([UInt8](data), to: draft)
        var number = (names(in: folder) + names(in: rejected)).compactMap { Int($0) }.max() ?? 0
        while number < OperatorInbox.mostEntries {
            number += 1
            let name = OperatorInbox.name(number)
            if link(draft, "\(folder)/\(name).json") == 0 { return name }
            guard errno == EEXIST else { throw fault("write", "\(folder)/\(name).json") }
        }
        throw Fault(description: "\(folder): more than \(OperatorInbox.mostEntries) entries")
    }

    private func write(_ bytes: [UInt8], to path: String) throws(Fault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw fault("write", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private func fault(_ action: String, _ path: String) -> Fault {
        Fault(description: "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }

    private static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    // MARK: - Reading

    /// Entries with names above `name`, at most `mostRead` of them, in order; what is no entry of this network is
    /// named, and moved aside by whoever reports it.
    ///
    /// - Parameters:
    ///   - name: the last entry that was read before; nil reads from the first on.
    ///   - slices: number of slices of the network.
    ///   - cells: number of its cells.
    ///   - movesAside: whether what is no entry is moved aside; one who only looks leaves it for L3 to report.
    package func read(after name: String? = nil, slices: Int, cells: Int, movesAside: Bool = true) -> Reading {
        var reading = Reading()
        for next in names(in: folder).sorted() where next > name ?? "" {
            guard reading.items.count < OperatorInbox.mostRead else { break }
            switch item(next, slices: slices, cells: cells) {
            case .success(let item): reading.items.append(item)
            case .failure(let flaw):
                if movesAside {
                    mkdir(rejected, 0o755)
                    rename("\(folder)/\(next).json", "\(rejected)/\(next).json")
                }
                reading.malformed.append(Malformed(name: next, reason: flaw.reason))
            }
        }
        return reading
    }

    private struct Flaw: Error {
        var reason: String
    }

    private func item(_ name: String, slices: Int, cells: Int) -> Result<Item, Flaw> {
        guard let data = contents(of: "\(folder)/\(name).json") else {
            return .failure(Flaw(reason: "no file of at most \(OperatorInbox.mostBytes) bytes"))
        }
        guard let form = try? JSONDecoder().decode(EntryForm.self, from: data) else {
            return .failure(Flaw(reason: "not the JSON of an entry"))
        }
        let text = UntrustedText.cleaned(form.text ?? "", limit: IntentParser.limitBytes)
        let entry: OperatorEntry
        switch form.kind {
        case .intent, .trial:
            guard let intent = form.intent else { return .failure(Flaw(reason: "an intent without its targets")) }
            if let flaw = intent.flaw(slices: slices, cells: cells) { return .failure(Flaw(reason: flaw)) }
            entry = form.kind == .intent ? .intent(name: name, intent) : .trial(name: name, intent)
        case .cancel:
            guard let earlier = form.name, earlier < name, Int(earlier) != nil else {
                return .failure(Flaw(reason: "it takes back nothing that came before it"))
            }
            entry = .cancel(name: earlier)
        case .approve:
            guard let number = form.number else { return .failure(Flaw(reason: "consent to no decision")) }
            entry = .approve(number: number)
        case .withdraw:
            guard let number = form.number else { return .failure(Flaw(reason: "it takes back no decision")) }
            entry = .withdraw(number: number)
        case .alarm:
            guard !text.isEmpty else { return .failure(Flaw(reason: "an alarm without words")) }
            entry = .alarm(text: text)
        }
        return .success(Item(name: name, text: text, entry: entry))
    }

    /// A regular file of at most `mostBytes`, nil otherwise; a link, pipe or folder in its place is none.
    private func contents(of path: String) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= OperatorInbox.mostBytes
        else { return nil }
        var buffer = [UInt8](repeating: 0, count: OperatorInbox.mostBytes + 1)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return (0...OperatorInbox.mostBytes).contains(count) ? Data(buffer[..<count]) : nil
    }

    /// Names of the entries in a folder, without `.json`: those that `post` gives. Another would come behind all of
    /// them, and be the last that is ever read.
    private func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter(OperatorInbox.isName)
    }

    /// Another name, such as one above all that are ever given, would hide the entries that come later.
    private static func isName(_ text: String) -> Bool {
        guard let number = Int(text), number <= mostEntries else { return false }
        return name(number) == text
    }
}

/// An entry as a file holds it.
private struct EntryForm: Codable {
    enum Kind: String, Codable {
        case intent, trial, cancel, approve, withdraw, alarm
    }

    var kind: Kind
    var text: String?
    var intent: Intent?
    var name: String?
    var number: UInt64?

    init(_ post: OperatorInbox.Post) {
        switch post {
        case .intent(let text, let intent):
            kind = .intent
            (self.text, self.intent) = (text, intent)
        case .trial(let text, let intent):
            kind = .trial
            (self.text, self.intent) = (text, intent)
        case .cancel(let name):
            kind = .cancel
            self.name = name
        case .approve(let number):
            kind = .approve
            self.number = number
        case .withdraw(let number):
            kind = .withdraw
            self.number = number
        case .alarm(let text):
            kind = .alarm
            self.text = text
        }
    }
}
