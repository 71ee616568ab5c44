/// What is wrong with a scene's files, and where: `file:line:column: what` for text, `file: byte 812: what` or
/// `file: face 3: what` for meshes.
package struct SceneFileError: Error, Equatable, CustomStringConvertible {
    package enum Place: Equatable, Sendable {
        case line(Int, column: Int)
        case byte(Int)
        /// `vertex 12`, `feature 3, ring 0`.
        case part(String)
        case file
    }

    package var file: String
    package var place: Place
    package var message: String

    package init(_ file: String, _ place: Place, _ message: String) {
        self.file = file
        self.place = place
        self.message = message
    }

    /// Of the file as a whole.
    package init(_ file: String, _ message: String) {
        self.init(file, .file, message)
    }

    package var description: String {
        switch place {
        case .line(let line, let column): "\(file):\(line):\(column): \(message)"
        case .byte(let offset): "\(file): byte \(offset): \(message)"
        case .part(let part): "\(file): \(part): \(message)"
        case .file: "\(file): \(message)"
        }
    }
}
