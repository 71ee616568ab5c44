extension FixedWidthInteger {
    /// The whole number nearest to a value, the ends of the type's range beyond them, 0 for what is no number: figures
    /// that others have reported may be of any size.
    package init(saturating value: Double) {
        self = Self(exactly: value.rounded()) ?? (value < 0 ? Self.min : value > 0 ? Self.max : 0)
    }
}
