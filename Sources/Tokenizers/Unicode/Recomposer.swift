/// Canonical composition (NFC and NFKC, Unicode Standard Annex 15) of a decomposed text that comes character by character.
///
/// As in the reference, the sources do not move with the characters: what is written takes as many sources as characters of the text
/// went into it, the next ones in order, and shows the first of them.
struct Recomposer {
    private struct Element {
        var scalar: UInt32
        /// How many characters of the text are in it.
        var count: Int
    }

    /// The last starter, with what was composed with it so far.
    private var starter: Element?
    /// The marks behind it that are not.
    private var marks: [Element] = []
    /// The combining class of the last of them.
    private var lastClass: UInt8 = 0
    /// Those not yet given to a character that was written.
    private var sources: [Int32] = []
    private var nextSource = 0

    mutating func append(_ scalar: DecomposedScalar, to output: inout NormalizedText) {
        let combiningClass = scalar.properties.contains(.combining) ? CanonicalOrdering.shared.combiningClass(of: scalar.value) : 0
        if !scalar.isInserted { sources.append(scalar.source) }
        let element = Element(scalar: scalar.value, count: scalar.isInserted ? 0 : 1)
        guard let starter else {
            if combiningClass == 0 { self.starter = element } else { write(element, to: &output) }
            return
        }
        // A mark of the same class between the two, or of a higher one, keeps them apart.
        let isBlocked = !marks.isEmpty && lastClass >= combiningClass
        if !isBlocked, scalar.properties.contains(.composesBackward), let composite = Composition.shared[starter.scalar, scalar.value] {
            self.starter = Element(scalar: composite, count: starter.count + element.count)
        } else if combiningClass == 0 {
            flush(to: &output)
            self.starter = element
        } else {
            marks.append(element)
            lastClass = combiningClass
        }
    }

    /// Writes what was held back. To be called at the end.
    mutating func flush(to output: inout NormalizedText) {
        if let starter { write(starter, to: &output) }
        starter = nil
        for mark in marks { write(mark, to: &output) }
        marks.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ element: Element, to output: inout NormalizedText) {
        // What a decomposition inserted comes behind something, whose source it shares.
        output.append(element.scalar, source: sources[element.count > 0 ? nextSource : max(0, nextSource - 1)])
        nextSource += element.count
        // The last one is kept for what may share it.
        if nextSource > 64 {
            sources.removeFirst(nextSource - 1)
            nextSource = 1
        }
    }
}
