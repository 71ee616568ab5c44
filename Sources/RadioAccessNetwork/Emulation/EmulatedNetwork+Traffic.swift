internal import NetworkModel
internal import Numerics

extension EmulatedNetwork {
    /// Draws when the next file of FTP model 3 (TR 36.889 A.1.1) comes: Poisson arrivals, in continuous time, so that a
    /// slot holds as many as fall into it.
    mutating func awaitArrival(_ ue: Int) {
        guard emulation.ftpFilesPerSecond > 0 else { return }
        let wait = arrivals.exponential(UInt64(ue), arrivalNumber[ue]) / emulation.ftpFilesPerSecond
        arrivalTime[ue] += min(wait, 1e6) / slotSeconds
        nextArrival[ue] = Int64(arrivalTime[ue].rounded())
    }

    /// A file arrives at a user.
    mutating func arrive(_ ue: Int) {
        if backlogBits[ue] <= 0 { activityStale = true }
        backlogBits[ue] += Float(8 * emulation.ftpFileBytes)
        arrivalNumber[ue] += 1
        awaitArrival(ue)
    }

    /// Finds the cells that have something to send and what they send; marks all rates stale where that changed.
    mutating func refreshActivity() {
        activityStale = false
        let vectors = radio.vectors
        for cell in 0..<cellCount {
            var active = false
            var reach = [Lanes](repeating: .zero, count: sharesImposed[cell] ? vectors : 0)
            for index in start[cell]..<start[cell + 1] where backlogBits[Int(order[index])] > 0 {
                active = true
                for vector in reach.indices { reach[vector] += share[Int(order[index]) * vectors + vector] }
            }
            cellActive[cell] = active
            for vector in 0..<vectors {
                var sent = active ? power[cell * vectors + vector] : .zero
                // A subband that no share touches stays empty.
                if !reach.isEmpty { sent.replace(with: 0, where: reach[vector] .<= 0) }
                if sent != sentPower[cell * vectors + vector] {
                    sentPower[cell * vectors + vector] = sent
                    allRatesStale = true
                }
            }
        }
    }
}
