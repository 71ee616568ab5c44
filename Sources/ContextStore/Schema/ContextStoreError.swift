/// Why the context store cannot do what it was asked; the text says what to do about it.
package struct ContextStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for those who handle it.
    package enum Code: Hashable, Sendable {
        /// A file or folder cannot be read or made.
        case unreadable
        /// The file is damaged, or no database.
        case corrupt
        /// A database, but of something else.
        case foreign
        /// Written by a later version.
        case newer
        /// The disk, or a limit on the file, is full.
        case full
        /// The file or the disk cannot be written.
        case readOnly
        /// Someone else holds the database.
        case busy
        /// The server does not answer, or refuses.
        case unreachable
        /// Wrong input: a query, a row or a line that names what is not there.
        case input
        /// A library is not installed.
        case missing
        /// Anything else; the text has the store's own words.
        case failed
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Whether trying again later may help without anyone doing anything.
    package var mayPass: Bool { code == .full || code == .busy || code == .unreachable || code == .readOnly }
}
