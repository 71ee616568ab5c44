internal import Glibc

/// Why a process of a run cannot start or go on.
package struct RuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Kind of failure; new kinds may be added. The raw value is the exit status.
    package struct Code: Hashable, Sendable {
        package let exitStatus: Int32

        /// The run failed.
        package static let failed = Code(exitStatus: 1)
        /// Wrong arguments, or a plan that does not fit them.
        package static let usage = Code(exitStatus: 2)
        /// Something that the machine must have is missing.
        package static let missing = Code(exitStatus: 3)
    }

    package var code: Code
    /// What is wrong and what to do, in words.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(errno number: Int32, action: String) {
        self.init(.failed, "cannot \(action): \(String(cString: strerror(number)))")
    }
}
