extension ChannelEngine.Settings {
    /// What is assumed over a ray-traced baseline before any reading: what is wide, the scene explains; what is left
    /// has the scale of a street's clutter and is of one cell. Wider terms carry the residuals of one street into
    /// others (docs/decisions/0018-what-a-drawing-lacks.md). `dtnet radio fit`, its figures and edges that start
    /// without a fitted state all take these.
    package static var rayTraced: ChannelEngine.Settings {
        var settings = ChannelEngine.Settings()
        settings.cellDeviationDb = 2
        settings.mergeMetres = 5
        settings.kernel.wideVariance = 0
        settings.kernel.localVariance = 0
        settings.kernel.antennaVariance = 0
        settings.kernel.cellVariance = 8
        settings.kernel.cellMetres = 15
        settings.kernel.trackVariance = 0.5
        settings.kernel.trackSeconds = 20
        settings.kernel.placeVariance = 1
        settings.kernel.readingVariance = 1
        return settings
    }
}
