import Testing

/// Who may import whom: the table of docs/ARCHITECTURE.md, held against the sources.
@Suite struct ImportTableTests {
    private static let roles = ["RadioAccessNetwork", "EdgeTwin", "RegionalTwin", "Orchestrator", "RRMLeader"]
    private static let algorithms = [
        "RadioPropagation", "Learning", "Forecasting", "ResourceAllocation", "LanguageEngine",
    ]
    private static let shims = ["CCbc", "CZeroMQ", "CEmbree", "CLinux", "CDTNetMessages", "CPostgreSQL", "CCurl"]

    /// Values and mathematics import the C mathematics of Glibc at most; shells may use Foundation.
    private static let table: KeyValuePairs<String, [String]> = [
        "NetworkModel": ["Glibc"],
        "Numerics": ["Glibc"],
        "RadioPropagation": ["NetworkModel", "Numerics", "CEmbree", "Glibc"],
        "Learning": ["NetworkModel", "Numerics", "Glibc"],
        "Forecasting": ["NetworkModel", "Numerics", "Glibc"],
        "ResourceAllocation": ["NetworkModel", "Numerics", "CCbc", "Glibc"],
        "LanguageEngine": ["NetworkModel", "Numerics", "Glibc"],
        "ModelServing": [
            "NetworkModel", "LanguageEngine", "ContextStore", "CCurl", "Glibc", "Foundation", "Synchronization",
        ],
        "DTNetMessages": ["NetworkModel", "CDTNetMessages", "Glibc"],
        "TwinProtocol": ["NetworkModel", "Numerics", "DTNetMessages"],
        "RadioAccessNetwork": [
            "NetworkModel", "Numerics", "RadioPropagation", "DTNetMessages", "TwinProtocol", "Glibc",
        ],
        "EdgeTwin": [
            "NetworkModel", "Numerics", "Learning", "RadioPropagation", "ResourceAllocation", "DTNetMessages",
            "TwinProtocol", "Glibc",
        ],
        "RegionalTwin": [
            "NetworkModel", "Forecasting", "ResourceAllocation", "DTNetMessages", "TwinProtocol", "Glibc",
        ],
        "Orchestrator": [
            "NetworkModel", "Numerics", "RadioPropagation", "ResourceAllocation", "LanguageEngine", "DTNetMessages",
            "TwinProtocol", "Glibc",
        ],
        "RRMLeader": ["NetworkModel", "Numerics", "ResourceAllocation", "DTNetMessages", "TwinProtocol", "Glibc"],
        "Transport": ["NetworkModel", "Numerics", "CZeroMQ", "Glibc", "Foundation"],
        "Measurements": ["NetworkModel", "Learning", "RadioPropagation", "Numerics", "Glibc", "Foundation"],
        "SceneFiles": ["RadioPropagation", "Glibc", "Foundation"],
        "BaselineTracing": [
            "NetworkModel", "Learning", "RadioPropagation", "SceneFiles", "Measurements", "EdgeTwin", "Glibc",
            "Synchronization",
        ],
        "Topology": ["NetworkModel", "Yams", "Glibc", "Foundation"],
        "ContextStore": [
            "NetworkModel", "DTNetMessages", "TwinProtocol", "CPostgreSQL", "GRDB", "GRDBSQLite", "Glibc", "Foundation",
            "Synchronization",
        ],
        "Benchmarking": ["NetworkModel", "DTNetMessages", "TwinProtocol", "Histogram", "Glibc", "Foundation"],
        "NodeRuntime": [
            "NetworkModel", "DTNetMessages", "TwinProtocol", "Transport", "Topology", "Benchmarking", "ContextStore",
            "CLinux", "Logging", "Glibc", "Foundation", "Synchronization",
        ],
        "Simulator": [
            "NetworkModel", "Numerics", "DTNetMessages", "TwinProtocol", "Topology", "Benchmarking",
            "ResourceAllocation", "RadioPropagation", "LanguageEngine", "RadioAccessNetwork", "EdgeTwin",
            "RegionalTwin", "Orchestrator", "RRMLeader", "Glibc", "Synchronization",
        ],
        "DTNetCommands": [
            "NetworkModel", "Numerics", "Topology", "Simulator", "Benchmarking", "Learning", "Measurements",
            "RadioPropagation", "SceneFiles", "BaselineTracing", "ResourceAllocation", "LanguageEngine",
            "ModelServing", "ContextStore", "DTNetMessages", "TwinProtocol", "ArgumentParser", "Subprocess",
            "Logging", "Glibc", "Foundation",
            "Synchronization",
        ],
        "dtnet": ["DTNetCommands"],
        "dtnet-ran": ["NetworkModel", "NodeRuntime", "TwinProtocol", "RadioAccessNetwork"],
        "dtnet-edge": ["NetworkModel", "NodeRuntime", "TwinProtocol", "EdgeTwin", "BaselineTracing"],
        "dtnet-region": ["NetworkModel", "NodeRuntime", "TwinProtocol", "RegionalTwin", "RRMLeader"],
        "dtnet-orchestrator": [
            "NetworkModel", "NodeRuntime", "TwinProtocol", "Orchestrator", "Simulator", "ModelServing",
        ],
        "dtnet-rrm": ["NetworkModel", "NodeRuntime", "TwinProtocol", "RRMLeader"],
    ]

    private static func imports(of file: SourceFile) -> [String] {
        file.captures(
            of: #"^\s*(?:@\w+\s+)*(?:(?:package|internal|private|fileprivate|public)\s+)?import\s+"#
                + #"(?:(?:struct|class|enum|func|var|let|protocol|typealias)\s+)?(\w+)"#)
    }

    private static func allowed(_ target: String) -> [String]? {
        table.first { $0.key == target }?.value
    }

    @Test func everyImportIsInTheTable() {
        for file in SourceTree.sources {
            guard let allowed = Self.allowed(file.target) else {
                Issue.record("\(file.path): target '\(file.target)' has no row in the import table")
                continue
            }
            for module in Self.imports(of: file) where !allowed.contains(module) && module != "Swift" {
                Issue.record("\(file.path) imports \(module), which the import table does not allow")
            }
        }
    }

    @Test func theTableAndTheFoldersAgree() {
        let rows = (Self.table.map(\.key) + Self.shims).sorted()
        #expect(rows == SourceTree.targetFolders)
    }

    @Test func everyShimIsImportedByOneTarget() {
        for shim in Self.shims {
            let importers = SourceTree.sources.filter { Self.imports(of: $0).contains(shim) }.map(\.target)
            #expect(Set(importers).count == 1, "\(shim) is imported by \(Set(importers).sorted())")
        }
    }

    @Test func rolesMeetOnlyInMessages() {
        for role in Self.roles {
            let others = (Self.allowed(role) ?? []).filter(Self.roles.contains)
            #expect(others.isEmpty, "\(role) may import \(others)")
        }
    }

    @Test func algorithmsKnowValuesAndMathematicsOnly() {
        let mathematics = ["NetworkModel", "Numerics", "CEmbree", "CCbc", "Glibc"]
        for target in Self.algorithms {
            let others = (Self.allowed(target) ?? []).filter { !mathematics.contains($0) }
            #expect(others.isEmpty, "\(target) may import \(others)")
        }
    }

    @Test func executablesAreThin() {
        for file in SourceTree.sources where file.target.hasPrefix("dtnet") {
            #expect(file.length < 20, "\(file.path): logic belongs into a library target")
        }
    }
}
