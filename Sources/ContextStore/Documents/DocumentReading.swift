/// What a folder of texts gives: those that can be used, and what is wrong with the others.
package struct DocumentReading: Sendable {
    /// In the order of their paths.
    package var documents: [ContextDocument]
    /// One per file or inner folder that was left out; its text names it, and says why and what to do.
    package var flaws: [ContextStoreError]

    package init(documents: [ContextDocument] = [], flaws: [ContextStoreError] = []) {
        self.documents = documents
        self.flaws = flaws
    }
}
