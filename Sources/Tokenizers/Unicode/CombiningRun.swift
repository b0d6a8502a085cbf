/// Characters of combining classes other than 0 that follow one another, on their way into canonical order
/// (Unicode Standard, section 3.11: stably by class).
///
/// The sources do not move with the characters. As the reference aligns them, a character that stood in the text takes
/// the next source of the run, one that a decomposition inserted shares the source before it, both in the new order.
struct CombiningRun {
    private struct Element {
        var scalar: UInt32
        var combiningClass: UInt8
        var isInserted: Bool
    }

    private var elements: [Element] = []
    /// Of the elements that are not inserted, in the order of the text.
    private var sources: [Int32] = []
    /// The source that an inserted element at the beginning shares.
    private var precedingSource: Int32 = 0
    private var isOrdered = true

    var isEmpty: Bool { elements.isEmpty }

    /// - Parameter isInserted: the scalar is not the first of its character's decomposition.
    mutating func append(_ scalar: UInt32, source: Int32, isInserted: Bool) {
        let combiningClass = CanonicalOrdering.shared.combiningClass(of: scalar)
        if let last = elements.last, last.combiningClass > combiningClass { isOrdered = false }
        if elements.isEmpty { precedingSource = source }
        elements.append(Element(scalar: scalar, combiningClass: combiningClass, isInserted: isInserted))
        if !isInserted { sources.append(source) }
    }

    /// Hands out the characters in canonical order with their sources, and empties the run.
    mutating func drain(_ body: (_ scalar: UInt32, _ source: Int32, _ isInserted: Bool) -> Void) {
        if !isOrdered { order() }
        var source = precedingSource
        var next = 0
        for element in elements {
            if !element.isInserted {
                source = sources[next]
                next += 1
            }
            body(element.scalar, source, element.isInserted)
        }
        elements.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        isOrdered = true
    }

    /// A counting sort: stable, and linear for runs of any length.
    private mutating func order() {
        var starts = [Int](repeating: 0, count: 257)
        for element in elements { starts[Int(element.combiningClass) + 1] += 1 }
        for combiningClass in 0..<256 { starts[combiningClass + 1] += starts[combiningClass] }
        var ordered = elements
        for element in elements {
            ordered[starts[Int(element.combiningClass)]] = element
            starts[Int(element.combiningClass)] += 1
        }
        elements = ordered
    }
}
