/// Velocities in metres per second, for the Doppler shift of the paths. What is not given stands still.
package struct Motion: Sendable, Equatable {
    package var transmitter: SIMD3<Double>
    /// By receiver; empty where none moves.
    package var receivers: [SIMD3<Double>]
    /// By object of the scene; empty where none moves.
    package var objects: [SIMD3<Double>]

    package static let none = Motion()

    package init(
        transmitter: SIMD3<Double> = .zero, receivers: [SIMD3<Double>] = [], objects: [SIMD3<Double>] = []
    ) {
        self.transmitter = transmitter
        self.receivers = receivers
        self.objects = objects
    }
}
