// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: language mode 6, explicit imports, no warning left, and code for x86-64-v3 (fused multiply-add).
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-Xcc", "-march=x86-64-v3"]),
]
let c: [CSetting] = [.unsafeFlags(["-O3", "-march=x86-64-v3", "-Wall", "-Werror"])]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: swift)
}

/// The process of one role: a `main` of a few lines over the role's target and the shell that runs it.
func node(_ name: String, _ roles: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: ["NodeRuntime", "TwinProtocol"] + roles, swiftSettings: swift)
}

let package = Package(
    name: "LLM-DTNet",
    products: [.executable(name: "dtnet", targets: ["dtnet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // C shims: each is imported by exactly one Swift target.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CLinux", cSettings: c),
        .target(name: "CEmbree", cSettings: c, linkerSettings: [.linkedLibrary("embree3")]),
        .target(
            name: "CCbc", cSettings: c,
            linkerSettings: [.linkedLibrary("CbcSolver"), .linkedLibrary("Cbc"), .linkedLibrary("Clp")]),
        .target(name: "CPostgreSQL", cSettings: c, linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CCurl", cSettings: c, linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CDTNetMessages", cSettings: c, linkerSettings: [.linkedLibrary("protobuf-c")]),

        // Values and mathematics.
        library("NetworkModel"),
        library("Numerics"),
        library("RadioPropagation", ["NetworkModel", "Numerics", "CEmbree"]),
        library("Learning", ["NetworkModel"]),
        library("Forecasting", ["NetworkModel"]),
        library("ResourceAllocation", ["NetworkModel", "Numerics", "CCbc"]),
        .target(
            name: "LanguageEngine", dependencies: ["NetworkModel", "Numerics"], resources: [.copy("Corpus")],
            swiftSettings: swift),

        // Messages and protocol.
        library("DTNetMessages", ["NetworkModel", "CDTNetMessages"]),
        library("TwinProtocol", ["NetworkModel", "Numerics", "DTNetMessages"]),

        // The five roles: they meet only in messages.
        library(
            "RadioAccessNetwork", ["NetworkModel", "Numerics", "RadioPropagation", "DTNetMessages", "TwinProtocol"]),
        library(
            "EdgeTwin",
            [
                "NetworkModel", "Numerics", "Learning", "RadioPropagation", "ResourceAllocation", "DTNetMessages",
                "TwinProtocol",
            ]),
        library(
            "RegionalTwin", ["NetworkModel", "Forecasting", "ResourceAllocation", "DTNetMessages", "TwinProtocol"]),
        library(
            "Orchestrator",
            [
                "NetworkModel", "Numerics", "RadioPropagation", "ResourceAllocation", "LanguageEngine",
                "DTNetMessages", "TwinProtocol",
            ]),
        library("RRMLeader", ["NetworkModel", "Numerics", "ResourceAllocation", "DTNetMessages", "TwinProtocol"]),

        // Shells.
        library("Transport", ["CZeroMQ"]),
        library("SceneFiles", ["RadioPropagation"]),
        library("Measurements", ["NetworkModel", "Learning", "RadioPropagation", "Numerics"]),
        library(
            "BaselineTracing",
            ["NetworkModel", "Learning", "RadioPropagation", "SceneFiles", "Measurements", "EdgeTwin"]),
        library("ModelServing", ["NetworkModel", "LanguageEngine", "ContextStore", "CCurl"]),
        library("Topology", ["NetworkModel", yams]),
        library("ContextStore", ["NetworkModel", "DTNetMessages", "TwinProtocol", "CPostgreSQL", grdb, sqlite]),
        library("Benchmarking", ["NetworkModel", "DTNetMessages", "TwinProtocol"]),
        library(
            "NodeRuntime",
            [
                "NetworkModel", "DTNetMessages", "TwinProtocol", "Transport", "Topology", "Benchmarking",
                "ContextStore",
                "CLinux", logging,
            ]),
        library(
            "Simulator",
            [
                "NetworkModel", "Numerics", "DTNetMessages", "TwinProtocol", "Topology", "Benchmarking",
                "ResourceAllocation", "RadioPropagation", "LanguageEngine", "RadioAccessNetwork", "EdgeTwin",
                "RegionalTwin", "Orchestrator", "RRMLeader",
            ]),
        library(
            "DTNetCommands",
            [
                "NetworkModel", "Numerics", "Topology", "Simulator", "Benchmarking", "Learning", "Measurements",
                "RadioPropagation", "SceneFiles", "BaselineTracing", "ResourceAllocation", "LanguageEngine",
                "ModelServing", "ContextStore", "DTNetMessages", "TwinProtocol", argumentParser, subprocess, logging,
            ]),

        .executableTarget(name: "dtnet", dependencies: ["DTNetCommands"], swiftSettings: swift),
        node("dtnet-ran", ["RadioAccessNetwork"]),
        node("dtnet-edge", ["EdgeTwin", "BaselineTracing"]),
        node("dtnet-region", ["RegionalTwin", "RRMLeader"]),
        node("dtnet-orchestrator", ["Orchestrator", "Simulator", "ModelServing"]),
        node("dtnet-rrm", ["RRMLeader"]),

        // Tests: unit tests mirror their target; RoleTests and SimulatorTests run the hierarchy, ProcessTests real
        // processes.
        tests("Numerics", []),
        tests("RadioPropagation", ["NetworkModel", "Numerics"]),
        tests("Learning", ["NetworkModel", "Numerics"]),
        tests("Forecasting", ["NetworkModel", "Numerics"]),
        tests("ResourceAllocation", ["NetworkModel", "Numerics"]),
        .testTarget(
            name: "LanguageEngineTests", dependencies: ["LanguageEngine", "NetworkModel", "Numerics"],
            exclude: ["Fixtures"], swiftSettings: swift),
        tests("ModelServing", ["NetworkModel", "LanguageEngine", "ContextStore"]),
        tests("DTNetMessages", ["NetworkModel"]),
        tests("TwinProtocol", ["NetworkModel", "DTNetMessages"]),
        tests("RadioAccessNetwork", ["NetworkModel", "Numerics"]),
        .testTarget(
            name: "SceneFilesTests", dependencies: ["SceneFiles", "Numerics", "RadioPropagation"],
            exclude: ["Fixtures"], swiftSettings: swift),
        tests("Measurements", ["Learning", "Numerics", "RadioPropagation"]),
        tests("BaselineTracing", ["NetworkModel", "Learning", "RadioPropagation", "EdgeTwin", "SceneFiles"]),
        tests("Transport", []),
        tests("Topology", ["NetworkModel"]),
        tests("ContextStore", ["NetworkModel", "DTNetMessages", "TwinProtocol"]),
        tests("Benchmarking", ["NetworkModel", "DTNetMessages", "TwinProtocol"]),
        tests(
            "NodeRuntime",
            ["NetworkModel", "DTNetMessages", "TwinProtocol", "Transport", "Topology", "ContextStore", logging]),
        tests(
            "Simulator",
            [
                "NetworkModel", "Numerics", "DTNetMessages", "TwinProtocol", "Topology", "Benchmarking",
                "RadioAccessNetwork", "LanguageEngine", "Orchestrator", "EdgeTwin", "RegionalTwin", "RRMLeader",
            ]),
        tests(
            "DTNetCommands",
            [
                "NetworkModel", "Topology", "Benchmarking", "RadioPropagation", "DTNetMessages", "TwinProtocol",
                "LanguageEngine", "ModelServing", "Simulator", "ContextStore",
            ]),
        .testTarget(
            name: "RoleTests",
            dependencies: [
                "NetworkModel", "DTNetMessages", "TwinProtocol", "Topology", "RadioAccessNetwork", "EdgeTwin",
                "RegionalTwin", "Orchestrator", "RRMLeader", "LanguageEngine", "Numerics",
            ], swiftSettings: swift),
        .testTarget(
            name: "ProcessTests",
            dependencies: ["NetworkModel", "DTNetCommands", "Topology", "BaselineTracing", "EdgeTwin", "Learning"],
            swiftSettings: swift),
        .testTarget(name: "HabitsTests", swiftSettings: swift),

        // The radio engine on real drives, beside simple peers.
        .executableTarget(
            name: "drives", dependencies: ["Learning", "Measurements"], path: "Benchmarks/drives",
            swiftSettings: swift),

        // The radio engine against a truth that is known: generated cities with other materials and clutter.
        .executableTarget(
            name: "synthetic-truth", dependencies: ["Learning", "Measurements", "RadioPropagation", "Numerics"],
            path: "Benchmarks/synthetic-truth", exclude: ["peers.py", "compare.sh"], swiftSettings: swift),

        // The work of one decision, step by step, without sockets.
        .executableTarget(
            name: "decision-path",
            dependencies: [
                "NetworkModel", "DTNetMessages", "TwinProtocol", "Topology", "RadioAccessNetwork", "EdgeTwin",
                "RRMLeader", "BaselineTracing",
            ], path: "Benchmarks/decision-path", exclude: ["blocks.yaml"], swiftSettings: swift),

        // What the context store takes and how fast it answers.
        .executableTarget(
            name: "context-store", dependencies: ["ContextStore"], path: "Benchmarks/context-store",
            swiftSettings: swift),

        // Power control on the interference channel beside plain C, built as ours and for the processor at hand.
        .target(name: "WMMSEPeer", path: "Benchmarks/wmmse-c", cSettings: c),
        .target(
            name: "WMMSEPeerNative", path: "Benchmarks/wmmse-c-native",
            cSettings: [.unsafeFlags(["-O3", "-march=native", "-Wall", "-Werror"])]),
        .executableTarget(
            name: "interference", dependencies: ["ResourceAllocation", "WMMSEPeer", "WMMSEPeerNative"],
            path: "Benchmarks/interference", exclude: ["peers.py"], swiftSettings: swift),

        // Our side of the path comparison with Sionna RT.
        .executableTarget(
            name: "dtnet-paths", dependencies: ["Numerics", "RadioPropagation", "SceneFiles"],
            path: "Benchmarks/dtnet-paths",
            swiftSettings: swift),
        // The peer of the latency bench: plain C over libzmq.
        .executableTarget(
            name: "dtnet-echo", path: "Benchmarks/dtnet-echo", cSettings: c, linkerSettings: [.linkedLibrary("zmq")]),
    ]
)
