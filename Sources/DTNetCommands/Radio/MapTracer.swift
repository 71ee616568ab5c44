internal import RadioPropagation

/// Traces the maps of several transmitters over the same cells, cell after cell, so that where time runs out the cells
/// that are done are done for all of them.
struct MapTracer {
    let transmitters: [MapTransmitter]
    /// nil takes both polarisations.
    let receiverAntenna: Antenna?
    let sample: CellSample
    let sum: PathSum
    /// Transmitters by place: antennas that stand together share their paths.
    private let sites: [(position: SIMD3<Double>, transmitters: [Int])]

    init(transmitters: [MapTransmitter], receiverAntenna: Antenna?, sample: CellSample, sum: PathSum) {
        self.transmitters = transmitters
        self.receiverAntenna = receiverAntenna
        self.sample = sample
        self.sum = sum
        var sites: [(position: SIMD3<Double>, transmitters: [Int])] = []
        for (index, transmitter) in transmitters.enumerated() {
            if let known = sites.firstIndex(where: { $0.position == transmitter.position }) {
                sites[known].transmitters.append(index)
            } else {
                sites.append((transmitter.position, [index]))
            }
        }
        self.sites = sites
    }

    /// A map per transmitter: of all cells, or of the first ones where the deadline passed.
    func maps(over layout: MapLayout, run: RadioRun) throws -> [RadioMap] {
        let offsets = sample.offsets.map { $0 * layout.cellMetres }
        let cellsPerBatch = max(1, run.batch / offsets.count)
        let total = layout.centres.count * offsets.count * sites.count
        var samples = transmitters.map { _ in [Double]() }
        var done = 0
        for first in stride(from: 0, to: layout.centres.count, by: cellsPerBatch) {
            let cells = layout.centres[first..<min(first + cellsPerBatch, layout.centres.count)]
            var receivers: [SIMD3<Double>] = []
            receivers.reserveCapacity(cells.count * offsets.count)
            for centre in cells {
                for offset in offsets { receivers.append(centre + offset) }
            }
            var batch = transmitters.map { _ in [Double]() }
            for site in sites {
                let set = try run.paths(from: site.position, to: receivers) {
                    RadioRun.share(done + $0, of: total, "links")
                }
                guard let set else {
                    return samples.map { RadioMap(samples: $0, perCell: offsets.count) }
                }
                run.countingFields {
                    for index in site.transmitters { batch[index] = gains(set, of: transmitters[index]) }
                }
                done += receivers.count
            }
            for index in transmitters.indices { samples[index] += batch[index] }
        }
        return samples.map { RadioMap(samples: $0, perCell: offsets.count) }
    }

    private func gains(_ set: PathSet, of transmitter: MapTransmitter) -> [Double] {
        set.pathGains(
            transmitterAntenna: transmitter.antenna, receiverAntenna: receiverAntenna, sum: sum,
            spreading: .allProcessors)
    }
}
