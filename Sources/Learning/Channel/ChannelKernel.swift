/// Covariance of the residual (step two): a map that all devices share, and a track that each drags along.
///
/// Each term is a product of generalised Cauchy correlations `1 / (1 + d / l)` (Gneiting and Schlather 2004: positive
/// definite for this exponent in every dimension). Their long tails serve several scales at once and they cost a
/// division where an exponential costs ten times as much.
///
/// - wide: position alone, the same for all cells (blocks, valleys, a tunnel, indoors);
/// - local: position alone, the same for all cells, short;
/// - cell: position, of one cell (buildings between it and the place);
/// - antenna: angle times distance, of one cell (its pattern, tilt and slope);
/// - track: time, of one device (the hand, the car, a lorry beside it).
package struct ChannelKernel: Sendable, Equatable {
    package var wideVariance: Float = 60
    package var wideMetres: Float = 1_000
    package var localVariance: Float = 25
    package var localMetres: Float = 80
    package var cellVariance: Float = 40
    package var cellMetres: Float = 80
    package var antennaVariance: Float = 10
    package var antennaRadians: Float = 0.4
    package var antennaDecades: Float = 0.2
    /// Time in which a map's memory of a place halves: buildings rise, leaves fall.
    package var mapSeconds: Float = 5e6
    package var trackVariance: Float = 9
    package var trackSeconds: Float = 20
    /// What no place and no track explains, of an inducing point as a whole and of one reading of it, dB^2.
    package var placeVariance: Float = 2
    package var readingVariance: Float = 2

    package init() {}

    /// Variance of a residual at a place, without a track.
    var mapVariance: Float { wideVariance + localVariance + cellVariance + antennaVariance }

    /// The values in the order in which they are saved and searched.
    var values: [Float] {
        get {
            [
                wideVariance, wideMetres, localVariance, localMetres, cellVariance, cellMetres, antennaVariance,
                antennaRadians, antennaDecades, mapSeconds, trackVariance, trackSeconds, placeVariance, readingVariance,
            ]
        }
        set {
            precondition(newValue.count == 14)
            wideVariance = newValue[0]
            wideMetres = newValue[1]
            localVariance = newValue[2]
            localMetres = newValue[3]
            cellVariance = newValue[4]
            cellMetres = newValue[5]
            antennaVariance = newValue[6]
            antennaRadians = newValue[7]
            antennaDecades = newValue[8]
            mapSeconds = newValue[9]
            trackVariance = newValue[10]
            trackSeconds = newValue[11]
            placeVariance = newValue[12]
            readingVariance = newValue[13]
        }
    }

    /// Whether every length is positive and every variance not negative, all finite.
    package var isUsable: Bool {
        let lengths = [wideMetres, localMetres, cellMetres, antennaRadians, antennaDecades, mapSeconds, trackSeconds]
        return values.allSatisfy { $0.isFinite && $0 >= 0 } && lengths.allSatisfy { $0 > 0 }
            && placeVariance + readingVariance > 0
    }
}
