/// Names of the KPIs that the twins' processes keep, after TS 28.552 where it has one, and their units.
package enum ContextKPI {
    /// Share of the downlink PRBs in use, percent.
    package static let prbUsed = "RRU.PrbTotDl"
    /// Downlink throughput of a cell or a user, kbit/s.
    package static let throughput = "DRB.UEThpDl"
    /// Power of a cell over the carrier, watts.
    package static let power = "RRU.PowerDl"
    /// SINR of a user, dB.
    package static let sinr = "L1M.SINR"
    /// Channel quality indicator of a user, 0 ... 15.
    package static let cqi = "CARR.WBCQI"
    /// Bytes that wait for a user.
    package static let backlog = "DRB.BufferDl"
    /// Position of a user as reported, metres.
    package static let x = "UE.X"
    package static let y = "UE.Y"
    /// Users of a cell.
    package static let users = "RRC.ConnMean"
    /// Load of a cell, 0 ... 1, and its forecast one step ahead.
    package static let load = "L2.Load"
    package static let forecastLoad = "L2.ForecastLoad"
    /// Handovers into a cell per second.
    package static let handovers = "L2.HandoverIn"
    /// Network value on a leader's twin, Mbit/s; rounds that it played; reports that it had to predict.
    package static let value = "RRM.Value"
    package static let rounds = "RRM.Rounds"
    package static let predicted = "RRM.PredictedCells"
    /// Cells that had to use an offer of an older epoch.
    package static let lateOffers = "RRM.LateOffers"
}
