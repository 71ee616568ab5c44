internal import ArgumentParser
internal import ContextStore
internal import Foundation

/// `dtnet context index`: a folder of texts, so that it is found by full text.
struct ContextIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Index a folder of .md and .txt files; again, to take what has changed in it.",
        discussion: """
            A file may begin with lines 'title:', 'topic:', 'terms:' and 'source:' between two lines '---'. What the \
            folder no longer holds is no longer found.
            """)

    @OptionGroup var places: ContextPlaces

    @Argument(help: "Folder of texts.", completion: .directory)
    var texts: String

    @Option(name: .customLong("as"), help: "Name of the collection; without it the folder's.")
    var collection: String?

    func run() async throws {
        let name = collection ?? URL(fileURLWithPath: texts).standardizedFileURL.lastPathComponent
        try ToolFailure.fromStore {
            let documents = try DocumentFolder.documents(at: texts, as: name)
            let repository = try places.openForWriting()
            defer { repository.close() }
            let summary = try repository.index(documents, as: name)
            Terminal.result(
                "\(name): \(summary.added) added, \(summary.changed) changed, \(summary.unchanged) unchanged, "
                    + "\(summary.removed) removed")
        }
    }
}
