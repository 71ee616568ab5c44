import Testing

/// Sizes that keep the code readable: no long lines, no long functions, no long files.
@Suite struct SizeTests {
    private static let files = SourceTree.sources + SourceTree.tests + SourceTree.benchmarks
    private static let functions = files.flatMap(FunctionLengths.measure)

    @Test func everyTreeIsRead() {
        for folder in ["Sources/", "Tests/", "Benchmarks/"] {
            #expect(Self.files.contains { $0.path.hasPrefix(folder) }, "no Swift file below \(folder)")
        }
    }

    @Test func noFileIsLong() {
        for file in Self.files where file.length > 600 {
            Issue.record("\(file.path) has \(file.length) lines, at most 600 are allowed")
        }
    }

    @Test func theMedianFileIsShort() {
        let lengths = SourceTree.sources.map(\.length).sorted()
        #expect(lengths.isEmpty || lengths[lengths.count / 2] <= 200)
    }

    @Test func noLineIsLong() {
        for file in Self.files {
            for (number, line) in file.lines.enumerated() where line.count > 120 {
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns, at most 120 are allowed")
            }
        }
    }

    @Test func noFunctionIsLong() {
        for function in Self.functions where function.length > 70 {
            Issue.record("\(function.path):\(function.line) \(function.name) has \(function.length) lines, at most 70")
        }
    }

    @Test func nineFunctionsInTenAreShort() {
        let long = Self.functions.filter { $0.length > 36 }
        #expect(long.count * 10 <= Self.functions.count, "\(long.count) of \(Self.functions.count) exceed 36 lines")
    }

    @Test func functionsAreMeasuredFromDeclarationToBrace() {
        let text = """
            protocol Named {
                func required(_ x: Int) -> Int
                init(name: String)
            }
            struct Thing: Named {
                init(name: String) {
                    self.init(other: name)
                }
                func required(_ x: Int = [1].map({ $0 })[0]) -> Int {
                    // not a { brace
                    let text = "nor this { \\(x > 0 ? "}" : "{") one"
                    return text.count
                }
                static func < (a: Self, b: Self) -> Bool { true }
            }
            """
        let measured = FunctionLengths.measure(SourceFile(path: "T.swift", text: text))
        #expect(measured.map(\.name) == ["init", "required", "< "])
        #expect(measured.map(\.length) == [3, 5, 1])
        #expect(measured.map(\.line) == [6, 9, 14])
    }
}
