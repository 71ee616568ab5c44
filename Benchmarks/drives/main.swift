internal import Foundation

do {
    try DrivesBench.run(CommandLine.arguments)
} catch {
    FileHandle.standardError.write(Data("drives: \(error)\n".utf8))
    exit(2)
}
