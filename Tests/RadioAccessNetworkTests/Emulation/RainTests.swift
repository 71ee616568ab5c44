import Foundation
import NetworkModel
import RadioAccessNetwork
import RadioPropagation
import Testing

/// Rain over the emulated radio network.
struct RainTests {
    /// The campus on another carrier, with users that stand, and rain from the first second to the second.
    private func network(gigahertz: Double, rain: Double?) -> NetworkConfiguration {
        var configuration = Scenarios.campus {
            $0.pedestrianSpeedKmh = 0
            $0.fastFading = false
        }
        configuration.carrier.frequencyHz = gigahertz * 1e9
        if let rain {
            configuration.weather = [RainPeriod(fromSeconds: 1, untilSeconds: 2, millimetresPerHour: rain)]
        }
        return configuration
    }

    /// Gains in dB of all links, by user and cell, at some slots.
    private func gains(_ configuration: NetworkConfiguration, at slots: [Int64]) -> [[Double]] {
        var network = EmulatedNetwork(configuration: configuration)
        return slots.map { slot in
            network.advance(toSlot: slot)
            let truth = network.trueGains(averaged: true)
            var byCell = [Double](repeating: 0, count: truth.ues.count * configuration.cells.count)
            for ue in truth.ues.indices {
                for link in 0..<truth.linksPerUE {
                    let place = ue * truth.linksPerUE + link
                    let gain = Double(truth.gains[place * truth.subbands])
                    byCell[ue * configuration.cells.count + Int(truth.linkCell[place])] = 10 * log10(gain)
                }
            }
            return byCell
        }
    }

    @Test func rainTakesOfALinkByItsLength() {
        let slotsPerSecond = Int64((1 / Scenarios.campus().slot.seconds).rounded())
        let moments = [slotsPerSecond / 2, 3 * slotsPerSecond / 2, 5 * slotsPerSecond / 2]
        let rainy = gains(network(gigahertz: 28, rain: 50), at: moments)
        let dry = gains(network(gigahertz: 28, rain: nil), at: moments)
        #expect(rainy[0] == dry[0] && rainy[2] == dry[2], "before and after the rain nothing has changed")
        let taken = zip(dry[1], rainy[1]).filter { $0.0 != 0 && $0.1 != 0 }.map { $0.0 - $0.1 }
        let perMetre = RainAttenuation(frequencyHz: 28e9).dbPerMetre(millimetresPerHour: 50)
        // Users are 25 m to some hundred metres from their cells.
        #expect(taken.allSatisfy { $0 > 20 * perMetre && $0 < 3_000 * perMetre }, "\(taken.min() ?? 0)")
        #expect((taken.max() ?? 0) > 2 * (taken.min() ?? 0) && (taken.max() ?? 0) > 2)
        let low = gains(network(gigahertz: 3.5, rain: 50), at: moments)
        let lowDry = gains(network(gigahertz: 3.5, rain: nil), at: moments)
        let little = zip(lowDry[1], low[1]).filter { $0.0 != 0 && $0.1 != 0 }.map { $0.0 - $0.1 }
        #expect(little.allSatisfy { abs($0) < 0.1 }, "\(little.max() ?? 0)")
    }

    @Test func theHeaviestOfSeveralRainsCounts() {
        let weather = [
            RainPeriod(fromSeconds: 1, untilSeconds: 3, millimetresPerHour: 5),
            RainPeriod(fromSeconds: 2, untilSeconds: 4, millimetresPerHour: 40),
        ]
        let rain = [0.5, 1, 2, 3.9, 4].map(weather.millimetresPerHour)
        #expect(rain == [0, 5, 40, 40, 0])
        #expect(rain.map(WeatherClass.init(millimetresPerHour:)) == [.dry, .rain, .heavyRain, .heavyRain, .dry])
    }
}
