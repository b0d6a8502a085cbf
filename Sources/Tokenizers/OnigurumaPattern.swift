/// A regular expression in Oniguruma's own syntax (its doc/RE), rewritten for PCRE2. What both write alike goes through as it is.
///
/// Not told apart: without regard to case, Oniguruma takes some characters for several others (ß for ss); PCRE2 does not.
struct OnigurumaPattern {
    /// The pattern for PCRE2, to be compiled with PCRE2_UTF, PCRE2_UCP and PCRE2_MULTILINE.
    private(set) var translation = ""

    private let scalars: [Unicode.Scalar]
    private var position = 0
    /// Where the last atom, which a quantifier would belong to, begins in `translation`; nil behind none.
    private var atomStart: String.Index?
    private var groups: [Group] = []
    /// The `x` option: whitespace and comments do not count.
    private var isExtended = false

    private struct Group {
        /// Where it begins in the translation.
        var start: String.Index
        var closing = ")"
        /// Outside the group.
        var isExtended: Bool
    }

    /// Far more than PCRE2 compiles.
    private static let maximumTranslationByteCount = 1 << 20

    /// Sets in sets; tokenizers have one or two levels.
    private static let maximumDepth = 32

    init(_ pattern: String) throws(RegularExpressionError) {
        scalars = Array(pattern.unicodeScalars)
        groups.append(Group(start: translation.startIndex, closing: "", isExtended: false))
        while let scalar = next() {
            try translate(scalar)
            guard translation.utf8.count <= Self.maximumTranslationByteCount else { throw error("regular expression is too large") }
        }
        guard groups.count == 1 else { throw error("missing closing parenthesis") }
        translation += groups[0].closing
    }

    private func error(_ reason: String) -> RegularExpressionError {
        RegularExpressionError(reason: reason, position: scalars[..<position].reduce(0) { $0 + UTF8.width($1) })
    }

    // MARK: Reading

    private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek() else { return nil }
        position += 1
        return scalar
    }

    private mutating func take(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    /// What stands before `end`, which is passed too.
    private mutating func text(before end: Unicode.Scalar) throws(RegularExpressionError) -> String {
        guard let index = scalars[position...].firstIndex(of: end) else { throw error("expected \(end)") }
        defer { position = index + 1 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[position..<index])
        return String(text)
    }

    // MARK: Atoms

    private mutating func append(atom: String) {
        atomStart = translation.endIndex
        translation += atom
    }

    private mutating func translate(_ scalar: Unicode.Scalar) throws(RegularExpressionError) {
        switch scalar {
        case "\\": try translateEscape()
        case "[": append(atom: try characterClass(depth: 0))
        case "(": try openGroup()
        case ")": try closeGroup()
        case "*", "+", "?": quantify(String(scalar), mayBeLazy: true, mayBePossessive: true)
        case "{": translateInterval()
        case "|", "^", "$":
            translation.unicodeScalars.append(scalar)
            atomStart = nil
        case ".": append(atom: ".")
        case "#" where isExtended:
            while let scalar = next(), scalar != "\n" {}
        case "\t", "\n", "\u{B}", "\u{C}", "\r", " ":
            if !isExtended { append(atom: OnigurumaCharacterClass.escaped(scalar)) }
        default: append(atom: OnigurumaCharacterClass.escaped(scalar))
        }
    }

    private mutating func translateEscape() throws(RegularExpressionError) {
        guard let scalar = next() else { throw error("\\ at end of pattern") }
        if let named = try namedClass(scalar) {
            append(atom: named.set.pattern(isNegated: named.isNegated))
            return
        }
        let word = OnigurumaCharacterClass.word.pattern(isNegated: false)
        switch scalar {
        case "b": append(atom: "(?:(?<=\(word))(?!\(word))|(?<!\(word))(?=\(word)))")
        case "B": append(atom: "(?:(?<=\(word))(?=\(word))|(?<!\(word))(?!\(word)))")
        case "O": append(atom: "\\p{Any}")
        case "A", "Z", "z", "G", "K", "N", "R", "X": append(atom: "\\\(scalar)")
        case "1"..."9":
            var digits = String(scalar)
            while let digit = peek(), ("0"..."9").contains(digit) {
                digits.unicodeScalars.append(digit)
                position += 1
            }
            append(atom: "\\g{\(digits)}")
        case "k", "g":
            guard take("<") else { throw error("expected < behind \\\(scalar)") }
            append(atom: "\\\(scalar)<\(try text(before: ">"))>")
        case "y", "Y", "C", "M", "c": throw error("\\\(scalar) is not supported")
        default: append(atom: OnigurumaCharacterClass.escaped(try escapedCharacter(scalar)))
        }
    }

    /// The character that an escape stands for, in a class or outside.
    private mutating func escapedCharacter(_ scalar: Unicode.Scalar) throws(RegularExpressionError) -> Unicode.Scalar {
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "v": return "\u{B}"
        case "f": return "\u{C}"
        case "r": return "\r"
        case "a": return "\u{7}"
        case "e": return "\u{1B}"
        case "0": return try number(radix: 8, digits: 0...2)
        case "u": return try number(radix: 16, digits: 4...4)
        case "x":
            guard take("{") else { return try number(radix: 16, digits: 0...2) }
            let scalar = try number(radix: 16, digits: 1...8)
            guard take("}") else { throw error("expected }") }
            return scalar
        default: return scalar
        }
    }

    private mutating func number(radix: UInt32, digits: ClosedRange<Int>) throws(RegularExpressionError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        while count < digits.upperBound, let digit = peek().flatMap({ Character($0).hexDigitValue }), digit < radix {
            value = value << 4 / (radix == 8 ? 2 : 1) | UInt32(digit)
            position += 1
            count += 1
        }
        guard count >= digits.lowerBound, let scalar = Unicode.Scalar(value) else { throw error("expected the number of a character") }
        return scalar
    }

    /// The class of an escape such as `\s` or `\p{L}`, in a class or outside; nil where it is none.
    private mutating func namedClass(
        _ scalar: Unicode.Scalar
    ) throws(RegularExpressionError) -> (set: OnigurumaCharacterClass, isNegated: Bool)? {
        switch scalar {
        case "s", "S": return (.whitespace, scalar == "S")
        case "d", "D": return (.digit, scalar == "D")
        case "w", "W": return (.word, scalar == "W")
        case "h", "H": return (.hexadecimalDigit, scalar == "H")
        case "p", "P":
            guard take("{") else { return nil }
            let isInverted = take("^")
            let name = try text(before: "}")
            guard name.utf8.allSatisfy({ $0 != UInt8(ascii: "\\") }) else { throw error("unknown property") }
            return (OnigurumaCharacterClass(property: name), (scalar == "P") != isInverted)
        default: return nil
        }
    }

    // MARK: Quantifiers

    /// Oniguruma lets a quantifier follow another, which PCRE2 does not.
    private mutating func quantify(_ quantifier: String, mayBeLazy: Bool, mayBePossessive: Bool) {
        var quantifier = quantifier
        if mayBeLazy, take("?") { quantifier += "?" } else if mayBePossessive, take("+") { quantifier += "+" }
        let isFollowed = peek() == "*" || peek() == "+" || peek() == "?" || peek() == "{"
        if isFollowed, let start = atomStart {
            translation.insert(contentsOf: "(?:", at: start)
            translation += "\(quantifier))"
        } else {
            translation += quantifier
            atomStart = nil
        }
    }

    /// `{n}`, `{n,}`, `{n,m}` or `{,m}`; anything else is text. There is no possessive interval: a plus behind it repeats;
    /// and `{n}?` is not lazy: the question mark makes all of it optional.
    private mutating func translateInterval() {
        var index = position
        func digits() -> String {
            var text = ""
            while index < scalars.count, ("0"..."9").contains(scalars[index]) {
                text.unicodeScalars.append(scalars[index])
                index += 1
            }
            return text
        }
        let lower = digits()
        let hasComma = index < scalars.count && scalars[index] == ","
        if hasComma { index += 1 }
        let upper = hasComma ? digits() : ""
        guard index < scalars.count, scalars[index] == "}", !lower.isEmpty || !upper.isEmpty else {
            append(atom: "\\{")
            return
        }
        position = index + 1
        let interval = "{\(lower.isEmpty ? "0" : lower)\(hasComma ? ",\(upper)" : "")}"
        quantify(interval, mayBeLazy: hasComma, mayBePossessive: false)
    }

    // MARK: Groups

    private mutating func openGroup() throws(RegularExpressionError) {
        if peek() == "*" { throw error("callouts are not supported") }
        if take("?#") {
            _ = try text(before: ")")
            return
        }
        let start = translation.endIndex
        let outside = isExtended
        guard take("?") else {
            translation += "("
            groups.append(Group(start: start, isExtended: outside))
            return
        }
        if let opening = [":", "=", "!", ">", "<=", "<!"].first(where: { scalars[position...].starts(with: $0.unicodeScalars) }) {
            position += opening.unicodeScalars.count
            translation += "(?\(opening)"
        } else if take("<") {
            translation += "(?<\(try text(before: ">"))>"
        } else if let options = try options() {
            translation += "(?\(options):"
            if take(")") {
                // The options hold up to the end of the group, alternatives included.
                groups[groups.count - 1].closing += ")"
                atomStart = nil
                return
            }
            position += 1
        } else {
            throw error("this kind of group is not supported")
        }
        groups.append(Group(start: start, isExtended: outside))
    }

    /// The options before `:` or `)`, in PCRE2's letters; nil where they are not of those that both have.
    private mutating func options() throws(RegularExpressionError) -> String? {
        var options = ""
        var isOn = true
        while let scalar = peek(), scalar != ":", scalar != ")" {
            switch scalar {
            case "-":
                isOn = false
                options += "-"
            case "i": options += "i"
            // Oniguruma's multi-line option is about the dot.
            case "m": options += "s"
            case "x":
                options += "x"
                isExtended = isOn
            default: return nil
            }
            position += 1
        }
        return peek() == nil ? nil : options
    }

    private mutating func closeGroup() throws(RegularExpressionError) {
        guard groups.count > 1, let group = groups.popLast() else { throw error("unmatched closing parenthesis") }
        translation += group.closing
        isExtended = group.isExtended
        atomStart = group.start
    }

    // MARK: Classes

    /// The rest of a class, behind its bracket, as a pattern of one character.
    private mutating func characterClass(depth: Int) throws(RegularExpressionError) -> String {
        let (set, isNegated) = try readClass(depth: depth)
        return set.pattern(isNegated: isNegated)
    }

    private mutating func readClass(depth: Int) throws(RegularExpressionError) -> (OnigurumaCharacterClass, isNegated: Bool) {
        guard depth < Self.maximumDepth else { throw error("sets are nested too deeply") }
        let isNegated = take("^")
        var intersected: OnigurumaCharacterClass?
        var set = OnigurumaCharacterClass()
        var isFirst = true
        while let scalar = next() {
            if scalar == "]", !isFirst {
                return (intersected.map { $0.intersection(set) } ?? set, isNegated)
            } else if scalar == "&", take("&") {
                set = intersected.map { [set] in $0.intersection(set) } ?? set
                intersected = set
                set = OnigurumaCharacterClass()
            } else if scalar == "[", take(":") {
                let isInverted = take("^")
                let name = try text(before: ":")
                guard take("]") else { throw error("expected :]") }
                set.formUnion(Self.posixClass(name), isNegated: isInverted)
            } else if scalar == "[" {
                let (inner, isNegated) = try readClass(depth: depth + 1)
                set.formUnion(inner, isNegated: isNegated)
            } else {
                try readItem(scalar, into: &set)
            }
            isFirst = false
        }
        throw error("missing terminating ] for character class")
    }

    private static func posixClass(_ name: String) -> OnigurumaCharacterClass {
        switch name {
        case "punct":
            var set = OnigurumaCharacterClass(property: "P")
            set.formUnion(OnigurumaCharacterClass(property: "S"))
            return set
        default: return OnigurumaCharacterClass(property: name)
        }
    }

    /// A character, a range, or the class of an escape.
    private mutating func readItem(_ scalar: Unicode.Scalar, into set: inout OnigurumaCharacterClass) throws(RegularExpressionError) {
        guard let first = try classCharacter(scalar, into: &set) else { return }
        set.add(first)
        guard peek() == "-", let end = peek(1), end != "]", end != "[" else { return }
        position += 2
        guard let last = try classCharacter(end, into: &set) else {
            set.add("-")
            return
        }
        guard first <= last else { throw error("range out of order in character class") }
        set.add("-\(OnigurumaCharacterClass.escaped(last))")
    }

    /// The character that stands here; nil for a class, which goes into the set.
    private mutating func classCharacter(
        _ scalar: Unicode.Scalar, into set: inout OnigurumaCharacterClass
    ) throws(RegularExpressionError) -> Unicode.Scalar? {
        guard scalar == "\\" else { return scalar }
        guard let escaped = next() else { throw error("\\ at end of pattern") }
        if let named = try namedClass(escaped) {
            set.formUnion(named.set, isNegated: named.isNegated)
            return nil
        }
        return escaped == "b" ? "\u{8}" : try escapedCharacter(escaped)
    }
}
