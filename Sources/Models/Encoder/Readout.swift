/// Which tokens' last hidden states a batch is asked for.
enum Readout: Sendable, Equatable {
    /// Nothing but attention weights.
    case none
    case first
    case last
    case all

    /// What serves both.
    func union(_ other: Readout) -> Readout {
        if self == .none || self == other { return other }
        return other == .none ? self : .all
    }

    /// Of a sequence with that many.
    func tokens(of count: Int) -> Range<Int> {
        switch self {
        case .none: 0..<0
        case .first: 0..<1
        case .last: count - 1..<count
        case .all: 0..<count
        }
    }
}
