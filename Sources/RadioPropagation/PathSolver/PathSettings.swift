/// What a path may do between transmitter and receiver. Each is optional.
package struct Interactions: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The straight path, if nothing stands in it.
    package static let lineOfSight = Interactions(rawValue: 1)
    /// Mirror reflections at planar faces.
    package static let specular = Interactions(rawValue: 2)
    /// One bend over a wedge (Keller's cone), with the reflections before it that `PathSettings` allows.
    package static let diffraction = Interactions(rawValue: 4)
    /// The straight path through walls, and the mirrored ones that `PathSettings` allows: every crossing is listed.
    package static let transmission = Interactions(rawValue: 8)
    /// One scattering point on a face patch that both ends see.
    package static let diffuse = Interactions(rawValue: 16)

    /// Line of sight and specular reflections.
    package static let exact: Interactions = [.lineOfSight, .specular]

    /// What each is called in commands, topologies and files.
    package static let names: [(name: String, value: Interactions)] = [
        ("los", .lineOfSight), ("specular", .specular), ("diffraction", .diffraction),
        ("transmission", .transmission), ("diffuse", .diffuse),
    ]

    /// Their names, separated by commas.
    package var text: String { Interactions.names.filter { contains($0.value) }.map(\.name).joined(separator: ",") }
}

/// What happens at a vertex of a path.
package enum InteractionKind: UInt8, Sendable {
    case specular = 0
    case diffraction = 1
    case transmission = 2
    case diffuse = 3
}

/// What the solver looks for and how much memory it may take.
package struct PathSettings: Sendable, Equatable {
    /// Reflections of one path, at most. 0 leaves the line of sight.
    package var maxDepth = 3
    package var interactions = Interactions.exact
    /// Reflections before the bend of a diffracted path, at most; 0 is transmitter - wedge - receiver.
    package var reflectionsBeforeDiffraction = 0
    /// Walls that a transmitted path may cross; a path with more is left out.
    package var maxCrossings = 16
    /// Reflections of a path that also passes walls, at most, where both are wanted; 0 leaves the straight path through
    /// walls. All sequences of so many faces are tried, so their number grows with the power of the faces.
    package var reflectionsThroughWalls = 0
    /// Such sequences, at most; with more of them the reflections that fit are tried, and the result is not complete.
    package var maxSequencesThroughWalls = 200_000
    /// Edge of a scattering patch in metres.
    package var patchMetres = 2.0
    /// Scattering patches of one transmitter, at most; the patches grow until they fit.
    package var maxPatches = 4_096
    /// Where in its patch a scattering point lies is drawn from this seed.
    package var seed: UInt64 = 1
    /// Candidate face sequences of one transmitter, at most (about 150 bytes each). Beyond it the result says that it
    /// is not complete.
    package var maxCandidates = 4_000_000
    /// A scene of this many face pieces is large: there, what is asked first of a new transmitter is answered without
    /// all that it reaches. One receiver is answered from trees of half the depth, a few from a tree whose last level
    /// is known around them only; the transmitter's own tree is made when more is asked. Decides time, not paths.
    package var largeScenePieces = 2_000
    /// Transmitters whose candidates are kept; the one used longest ago goes first.
    package var maxTransmitters = 16

    /// Reflections of paths that pass walls, as far as the other settings let them.
    package var reflectionsThrough: Int {
        interactions.contains([.specular, .transmission]) ? min(maxDepth, reflectionsThroughWalls) : 0
    }

    /// Sequences of faces that such paths of a scene may take.
    package func sequencesThroughWalls(faces: Int) -> Double {
        (0..<reflectionsThrough).reduce((sum: 0.0, last: 1.0)) { level, depth in
            let next = level.last * Double(depth == 0 ? faces : max(0, faces - 1))
            return (level.sum + next, next)
        }.sum
    }

    package init(maxDepth: Int = 3, interactions: Interactions = .exact) {
        self.maxDepth = maxDepth
        self.interactions = interactions
    }
}

/// How far a computation is, in steps of its own; handed to the caller, who answers whether to go on.
package struct PathProgress: Sendable, Equatable {
    package enum Stage: UInt8, Sendable {
        /// Looking for face sequences that a transmitter can reach.
        case candidates
        /// Making the paths of each receiver exact.
        case receivers
    }

    package var stage: Stage
    package var done: Int
    package var total: Int

    package init(stage: Stage, done: Int, total: Int) {
        self.stage = stage
        self.done = done
        self.total = total
    }
}

/// A position that no path can start or end at: not a number, or more than 1e9 m from the origin along an axis, where
/// rays in single precision mean nothing.
package enum PathError: Error, Equatable {
    case transmitterOutOfRange
    case receiverOutOfRange(index: Int)
}
