import DTNetCommands
import Testing

@Suite struct CompilerVersionTests {
    @Test func theTestsKnowTheirCompiler() throws {
        let version = try #require(CompilerVersion.of(executable: "/proc/self/exe"))
        #expect(version.hasPrefix("6."))
    }

    @Test(arguments: ["/dev/null", "/nowhere", #filePath, "/usr/bin/env"])
    func otherFilesDoNotTell(path: String) {
        #expect(CompilerVersion.of(executable: path) == nil)
    }
}
