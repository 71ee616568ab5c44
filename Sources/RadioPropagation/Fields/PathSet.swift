internal import Glibc
internal import Numerics

/// Paths with their fields: everything that the products are made of. Arrays by path, in the geometry's order.
package struct PathSet: Sendable {
    package let geometry: PathGeometry
    package let frequencyHz: Double
    package let materialCount: Int
    /// Amplitudes of the two polarisations, carrier phase included.
    package private(set) var transfer: [PolarTransfer] = []
    package private(set) var delaySeconds: [Double] = []
    /// Unit vectors along which the wave leaves the transmitter.
    package private(set) var departure: [SIMD3<Double>] = []
    /// Unit vectors from the receiver towards where the wave comes from.
    package private(set) var arrival: [SIMD3<Double>] = []
    /// Positive where the path grows shorter.
    package private(set) var dopplerHz: [Double] = []
    /// Material of the face or wedge of each vertex, as the geometry numbers vertices.
    package internal(set) var materialOfVertex: [Int32] = []
    /// Object that the face or wedge of each vertex belongs to.
    package internal(set) var objectOfVertex: [Int32] = []

    init(geometry: PathGeometry, frequencyHz: Double, materialCount: Int) {
        self.geometry = geometry
        self.frequencyHz = frequencyHz
        self.materialCount = materialCount
    }

    package var count: Int { transfer.count }
    package var receiverCount: Int { geometry.receivers.count }

    /// The paths of one receiver: they lie together.
    package func paths(of receiver: Int) -> Range<Int> { geometry.paths(of: receiver) }

    /// Direction in which a path leaves the transmitter.
    package func departureDirection(_ path: Int) -> SphericalDirection { SphericalDirection(departure[path]) }

    /// Direction from which a path meets the receiver.
    package func arrivalDirection(_ path: Int) -> SphericalDirection { SphericalDirection(arrival[path]) }

    mutating func reserve(_ count: Int) {
        transfer.reserveCapacity(count)
        delaySeconds.reserveCapacity(count)
        departure.reserveCapacity(count)
        arrival.reserveCapacity(count)
        dopplerHz.reserveCapacity(count)
    }

    mutating func append(_ path: FieldSolver.TracedPath) {
        transfer.append(path.transfer)
        delaySeconds.append(path.lengthMetres / speedOfLight)
        departure.append(path.departure)
        arrival.append(path.arrival)
        dopplerHz.append(path.dopplerHz)
    }
}
