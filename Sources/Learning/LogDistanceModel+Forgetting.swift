extension LogDistanceModel {
    /// Forgets the law and the links of all cells, and what orders have set, so that they are learnt anew.
    package mutating func forget() {
        self = LogDistanceModel(cells: cells, interceptDb: interceptDb, maxUEs: maxUEs)
    }
}
