internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import RadioPropagation

/// What a platform's move does to the gains of a report: the change of the mean gain between where the policy in force
/// has sent it and where another sends it. Only links that are reported change.
struct PlatformShift: Sendable {
    private let network: NetworkConfiguration
    private let gain: MeanCellGain

    init(_ network: NetworkConfiguration) {
        self.network = network
        gain = MeanCellGain(frequencyHz: network.carrier.frequencyHz)
    }

    private func placed(_ cell: UInt32, _ policy: Policy, _ index: Int) -> CellConfiguration {
        var cell = network.cells[Int(cell)]
        cell.xMetres = Double(policy.platformX[index])
        cell.yMetres = Double(policy.platformY[index])
        cell.heightMetres = Double(policy.platformHeight[index])
        return cell
    }

    func applied(to report: ChannelReport, from first: Policy, to policy: Policy) -> ChannelReport {
        guard first.platformCell == policy.platformCell, !policy.platformCell.isEmpty,
            report.xMetres.count == report.ue.count
        else { return report }
        var report = report
        let (links, width) = (report.links, report.reportSubbands)
        for (index, cell) in policy.platformCell.enumerated() {
            guard
                first.platformX[index] != policy.platformX[index] || first.platformY[index] != policy.platformY[index]
                    || first.platformHeight[index] != policy.platformHeight[index]
            else { continue }
            let stands = placed(cell, first, index)
            let flies = placed(cell, policy, index)
            for row in report.ue.indices {
                let (x, y) = (Double(report.xMetres[row]), Double(report.yMetres[row]))
                for link in 0..<links where report.linkCell[row * links + link] == cell {
                    let change = Float(
                        gain.db(of: flies, eastMetres: x - flies.xMetres, northMetres: y - flies.yMetres)
                            - gain.db(of: stands, eastMetres: x - stands.xMetres, northMetres: y - stands.yMetres))
                    for k in 0..<width { report.gainDb[(row * links + link) * width + k] += change }
                }
            }
        }
        return report
    }
}
