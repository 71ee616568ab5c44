/// Additive level, trend and season of a series, updated online (Holt-Winters).
