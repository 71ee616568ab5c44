package import Numerics

extension PathSet {
    /// Amplitude of each path of one receiver between every pair of ports of two arrays, `[receiver port][transmitter
    /// port][path]` flat in that order, paths in the order of `paths(of:)`. Plane waves over the arrays.
    package func portAmplitudes(
        receiver: Int, transmitterArray: AntennaArray, receiverArray: AntennaArray
    ) -> [Complex] {
        let range = paths(of: receiver)
        let sent = range.map { transmitterArray.response(towards: departure[$0]) }
        let received = range.map { receiverArray.response(towards: arrival[$0]) }
        var amplitudes: [Complex] = []
        amplitudes.reserveCapacity(receiverArray.portCount * transmitterArray.portCount * range.count)
        for receiverPort in 0..<receiverArray.portCount {
            for transmitterPort in 0..<transmitterArray.portCount {
                for (index, path) in range.enumerated() {
                    let from = sent[index][transmitterPort]
                    let into = received[index][receiverPort]
                    amplitudes.append(
                        transfer[path].amplitude(
                            transmitter: (from.theta, from.phi), receiver: (into.theta, into.phi)))
                }
            }
        }
        return amplitudes
    }
}
