/// Names of the KPIs that the twins' processes keep, after TS 28.552 where it has one, and their units.
enum ContextKPI {
    /// Share of the downlink PRBs in use, percent.
    static let prbUsed = "RRU.PrbTotDl"
    /// Downlink throughput of a cell or a user, kbit/s.
    static let throughput = "DRB.UEThpDl"
    /// Power of a cell over the carrier, watts.
    static let power = "RRU.PowerDl"
    /// SINR of a user, dB.
    static let sinr = "L1M.SINR"
    /// Channel quality indicator of a user, 0 ... 15.
    static let cqi = "CARR.WBCQI"
    /// Bytes that wait for a user.
    static let backlog = "DRB.BufferDl"
    /// Position of a user as reported, metres.
    static let x = "UE.X"
    static let y = "UE.Y"
    /// Users of a cell.
    static let users = "RRC.ConnMean"
    /// Load of a cell, 0 ... 1, and its forecast one step ahead.
    static let load = "L2.Load"
    static let forecastLoad = "L2.ForecastLoad"
    /// Handovers into a cell per second.
    static let handovers = "L2.HandoverIn"
    /// Network value on a leader's twin, Mbit/s; rounds that it played; reports that it had to predict.
    static let value = "RRM.Value"
    static let rounds = "RRM.Rounds"
    static let predicted = "RRM.PredictedCells"
    /// Cells that had to use an offer of an older epoch.
    static let lateOffers = "RRM.LateOffers"
}
