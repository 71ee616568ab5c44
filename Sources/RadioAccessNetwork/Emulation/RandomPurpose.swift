/// What a draw of the counter generator is for. All are exogenous: none depends on a directive.
enum RandomPurpose {
    static let userClass: UInt64 = 1
    static let drop: UInt64 = 2
    static let mobility: UInt64 = 3
    static let traffic: UInt64 = 4
    static let stagger: UInt64 = 5
    static let position: UInt64 = 6
    static let slice: UInt64 = 7
    static let crowd: UInt64 = 8
    static let blockError: UInt64 = 9
}
