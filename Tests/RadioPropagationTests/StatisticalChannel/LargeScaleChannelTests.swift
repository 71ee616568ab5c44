import Glibc
import NetworkModel
import RadioPropagation
import Testing

struct LargeScaleChannelTests {
    private func cell(_ id: UInt32, x: Double, azimuth: Double? = nil) -> CellConfiguration {
        CellConfiguration(
            id: CellID(id), name: "c\(id)", region: RegionID(0), xMetres: x, yMetres: 0, azimuthDegrees: azimuth)
    }

    @Test func fieldHasUnitVarianceAndExponentialCorrelation() {
        let lags: [Double] = [0, 10, 25, 50, 100]
        var products = [Double](repeating: 0, count: lags.count)
        var count = 0.0
        for seed in 1...40 as ClosedRange<UInt64> {
            let field = CosineField(correlationMetres: 50, seed: seed, entity: 3)
            for step in 0..<100 {
                let (x, y) = (Float(step % 10) * 97, Float(step / 10) * 103)
                let here = Double(field.value(x: x, y: y))
                for (index, lag) in lags.enumerated() {
                    products[index] += here * Double(field.value(x: x + Float(lag), y: y))
                }
                count += 1
            }
        }
        for (product, lag) in zip(products, lags) {
            #expect(abs(product / count - exp(-lag / 50)) < 0.08, "seeds 1...40, lag \(lag) m: \(product / count)")
        }
    }

    @Test func fieldIsAFunctionOfSeedEntityAndPosition() {
        let field = CosineField(correlationMetres: 37, seed: 9, entity: 1)
        let same = CosineField(correlationMetres: 37, seed: 9, entity: 1)
        let other = CosineField(correlationMetres: 37, seed: 9, entity: 2)
        #expect(field.value(x: 12, y: -40) == same.value(x: 12, y: -40))
        #expect(field.value(x: 12, y: -40) != other.value(x: 12, y: -40))
    }

    @Test func shadowingOfTwoSitesHasCorrelationOneHalf() {
        var (xx, yy, xy, count) = (0.0, 0.0, 0.0, 0.0)
        for seed in 1...60 as ClosedRange<UInt64> {
            let channel = LargeScaleChannel(cells: [cell(0, x: 0), cell(1, x: 3_000)], carrier: .init(), seed: seed)
            for step in 0..<60 {
                let y = 2_000 + Double(step) * 131
                let a = channel.siteLink(site: 0, x: 1_500, y: y)
                let b = channel.siteLink(site: 1, x: 1_500, y: y)
                guard a.lineOfSightWeight < 0.05 && b.lineOfSightWeight < 0.05 else { continue }
                xx += a.shadowingDb * a.shadowingDb
                yy += b.shadowingDb * b.shadowingDb
                xy += a.shadowingDb * b.shadowingDb
                count += 1
            }
        }
        #expect(count > 2_000)
        #expect(abs((xx / count).squareRoot() - 6) < 0.6, "deviation \((xx / count).squareRoot()), seeds 1...60")
        #expect(abs(xy / (xx * yy).squareRoot() - 0.5) < 0.1, "\(xy / (xx * yy).squareRoot()), seeds 1...60")
    }

    @Test func sectorsOfASiteShareStateAndShadowing() {
        let cells = [cell(0, x: 0, azimuth: 0), cell(1, x: 0, azimuth: 120), cell(2, x: 0, azimuth: 240)]
        let channel = LargeScaleChannel(cells: cells, carrier: .init(), seed: 5)
        #expect(channel.siteCount == 1)
        var gains = [Float](repeating: 0, count: 3)
        gains.withUnsafeMutableBufferPointer { channel.writeMeanGains(x: 100, y: 0, to: $0) }
        let link = channel.siteLink(site: 0, x: 100, y: 0)
        let antenna = SectorAntenna.gainDbi(azimuthOffset: 0, depression: link.depressionDegrees, downtilt: 10)
        let expected = antenna - link.pathLossDb - link.shadowingDb
        #expect(abs(10 * log10(Double(gains[0])) - expected) < 1e-3)
        // 120 degrees off boresight is at the 30 dB limit, but for the vertical part that the limit swallows.
        #expect(abs(10 * log10(Double(gains[0] / gains[1])) - (antenna + 22)) < 1e-3)
        #expect(abs(gains[1] / gains[2] - 1) < 1e-5)
    }

    @Test func cellsOfOneMastKeepTheirHeights() {
        let cells = [25.0, 45, 25].enumerated().map { index, height in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0), xMetres: 0.1 * Double(index),
                yMetres: 0, heightMetres: height)
        }
        let channel = LargeScaleChannel(cells: cells, carrier: .init(), seed: 5)
        #expect(channel.siteOfCell == [0, 1, 0])
        let (low, high) = (channel.siteLink(site: 0, x: 200, y: 0), channel.siteLink(site: 1, x: 200, y: 0))
        #expect(low.shadowingDb == high.shadowingDb && low.lineOfSightWeight == high.lineOfSightWeight)
        #expect(abs(low.depressionDegrees - atan2(23.5, 200) * 180 / .pi) < 1e-9)
        #expect(abs(high.depressionDegrees - atan2(43.5, 200) * 180 / .pi) < 1e-9)
        var gains = [Float](repeating: 0, count: 3)
        gains.withUnsafeMutableBufferPointer { channel.writeMeanGains(x: 200, y: 0, to: $0) }
        #expect(gains[0] == gains[2])
        for (gain, link) in [(gains[0], low), (gains[1], high)] {
            #expect(abs(10 * log10(Double(gain)) + link.pathLossDb + link.shadowingDb) < 1e-3)
        }
    }

    @Test(arguments: [40.0, 80, 200])
    func shareOfLineOfSightFollowsTheProbability(distance: Double) {
        var (clear, count) = (0.0, 0.0)
        for seed in 1...150 as ClosedRange<UInt64> {
            let channel = LargeScaleChannel(cells: [cell(0, x: 0)], carrier: .init(), seed: seed)
            for turn in 0..<6 {
                let angle = Double(turn) * .pi / 3
                let link = channel.siteLink(site: 0, x: distance * cos(angle), y: distance * sin(angle))
                clear += link.lineOfSightWeight
                count += 1
            }
        }
        let expected = UrbanMacroPathLoss.lineOfSightProbability(distance: distance)
        #expect(abs(clear / count - expected) < 0.06, "\(clear / count) for \(expected), seeds 1...150")
    }
}
