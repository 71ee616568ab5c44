import DTNetMessages
import NetworkModel

extension RegionReport {
    /// What a region reports where nothing is out of the ordinary: cells of load 0.6 with ten users each.
    ///
    /// - Parameters:
    ///   - forecastError: of the forecast and of persistence alike.
    ///   - kbps: throughput of each cell.
    ///   - twinErrorDb: of the channel twin of a cell.
    static func usual(
        of region: NodePlan, forecastError: Float = 0.6, kbps: Float = 20_000,
        twinErrorDb: (UInt32) -> Float = { _ in 3 }
    ) -> RegionReport {
        var report = RegionReport()
        report.region = region.region?.rawValue ?? 0
        report.cell = region.cells.map(\.rawValue)
        report.load = report.cell.map { _ in 0.6 }
        report.forecastLoad = report.load
        report.forecastError = report.cell.map { _ in forecastError }
        report.persistenceError = report.forecastError
        report.throughputKbps = report.cell.map { _ in kbps }
        report.twinErrorDb = report.cell.map(twinErrorDb)
        report.ueCount = report.cell.map { _ in 10 }
        return report
    }
}
