import Testing

/// What a run's repeatability rests on: only shells touch the world, and nothing depends on the order of a hash table.
@Suite struct PurityTests {
    /// Values, algorithms, protocol and roles: the same input gives the same output, in simulation and in operation.
    private static let pure = [
        "NetworkModel", "Numerics", "RadioPropagation", "Learning", "Forecasting", "ResourceAllocation",
        "LanguageEngine", "DTNetMessages", "TwinProtocol", "RadioAccessNetwork", "EdgeTwin", "RegionalTwin",
        "Orchestrator", "RRMLeader",
    ]
    /// Run in virtual time or before time starts; they may read files.
    private static let timeless = pure + ["SceneFiles", "Simulator", "Topology"]

    /// What a clock or a random source looks like; below, a pause.
    private static let world: KeyValuePairs<String, String> = [
        "a clock": #"\b(ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|DispatchTime|Date\(|"#
            + #"systemUptime|clinux_monotonic_ns)"#,
        "a random source":
            #"\b(SystemRandomNumberGenerator|drand48|arc4random\w*|randomElement|shuffled)\b|\.random\("#,
    ]
    private static let pause: KeyValuePairs<String, String> = ["a pause": #"\b(sleep|usleep|nanosleep)\("#]

    /// What a file, a socket, a thread or the terminal looks like.
    private static let system: KeyValuePairs<String, String> = [
        "a file": #"\b(FileManager|FileHandle|fopen|opendir)\b|\bopen\([^)\n]*\bO_[A-Z]+"#,
        "a socket": #"\b(socket\(\s*AF_|zmq_\w+|recvfrom|sendto)"#,
        "the environment": #"\b(getenv|ProcessInfo|CommandLine)\b"#,
        "a thread": #"\b(Thread|DispatchQueue|pthread_create|Task)\s*[{(.]"#,
        "the terminal": #"(?<![.\w])(print|debugPrint|fputs|readLine|printf)\("#,
    ]

    private static func report(_ table: KeyValuePairs<String, String>, in files: [SourceFile]) {
        for file in files {
            for (what, pattern) in table {
                for line in file.lines(matching: pattern) {
                    Issue.record("\(file.path):\(line) uses \(what)")
                }
            }
        }
    }

    @Test func onlyShellsKnowTimeAndChance() {
        Self.report(Self.world, in: SourceTree.sources(of: Self.timeless))
        Self.report(Self.pause, in: SourceTree.sources(of: Self.timeless))
    }

    @Test func onlyShellsTouchTheSystem() {
        Self.report(Self.system, in: SourceTree.sources(of: Self.pure))
    }

    @Test func testsDoNotSleep() {
        Self.report(Self.pause, in: SourceTree.tests)
    }

    /// A hash table may be looked up, never iterated: its order changes from run to run. Where one is needed, the line
    /// says `// lookup only`.
    @Test func noHashTableInTheDecisionPath() {
        let table = #"\b(Dictionary|Set)\s*[<(]|\[\s*[A-Za-z_][\w.]*\s*:\s*[A-Za-z_\[(]|\[\s*:\s*\]"#
        for file in SourceTree.sources(of: Self.pure) {
            for line in file.lines(matching: table) where !file.lines[line - 1].contains("// lookup only") {
                Issue.record("\(file.path):\(line) holds a Dictionary or Set: use dense indices or a sorted array")
            }
        }
    }
}
