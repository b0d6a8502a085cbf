/// A set of characters in the notation of PCRE2, in which a set cannot hold another: what a set cannot say stands beside it
/// as patterns of one character.
struct OnigurumaCharacterClass {
    /// What stands between brackets.
    private var items = ""
    /// Patterns of which each matches one character.
    private var alternatives: [String] = []

    init() {}

    init(items: String) {
        self.items = items
    }

    mutating func add(_ items: String) {
        self.items += items
    }

    mutating func add(_ scalar: Unicode.Scalar) {
        items += Self.escaped(scalar)
    }

    mutating func formUnion(_ other: OnigurumaCharacterClass, isNegated: Bool = false) {
        if isNegated {
            alternatives.append(other.pattern(isNegated: true))
        } else {
            items += other.items
            alternatives += other.alternatives
        }
    }

    /// What is in this class and in the other.
    func intersection(_ other: OnigurumaCharacterClass) -> OnigurumaCharacterClass {
        var result = OnigurumaCharacterClass()
        result.alternatives = ["(?=\(pattern(isNegated: false)))\(other.pattern(isNegated: false))"]
        return result
    }

    /// A pattern that matches one character in the class, or one that is not.
    func pattern(isNegated: Bool) -> String {
        if alternatives.isEmpty, !items.isEmpty { return isNegated ? "[^\(items)]" : "[\(items)]" }
        let union = (items.isEmpty ? [] : ["[\(items)]"]) + alternatives
        if union.isEmpty { return isNegated ? "\\p{Any}" : "(?!)" }
        return isNegated ? "(?:(?!\(union.joined(separator: "|")))\\p{Any})" : "(?:\(union.joined(separator: "|")))"
    }

    /// Such that it means nothing but itself, in a class and outside.
    static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z": String(scalar)
        default: "\\x{\(String(scalar.value, radix: 16))}"
        }
    }
}

extension OnigurumaCharacterClass {
    /// White_Space; PCRE2's own has U+180E too.
    static let whitespace = OnigurumaCharacterClass(
        items: #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#)
    static let hexadecimalDigit = OnigurumaCharacterClass(items: "0-9A-Fa-f")
    static let digit = OnigurumaCharacterClass(items: property("Nd"))
    static let word = OnigurumaCharacterClass(items: ["Alphabetic", "M", "Nd", "Pc"].map(property).joined())

    /// A property by its name in Oniguruma, as in `\p{…}` and `[:…:]`; case, spaces, `-` and `_` do not count. A name that is
    /// none of the usual ones goes to PCRE2 as it is.
    init(property name: String) {
        let folded = name.lowercased().filter { !" -_".contains($0) }
        switch folded {
        case "any": self.init(items: "\\p{Any}")
        case "ascii": self.init(items: "\\x{0}-\\x{7f}")
        case "alpha", "alphabetic": self.init(items: Self.property("Alphabetic"))
        case "upper", "uppercase": self.init(items: Self.property("Uppercase"))
        case "lower", "lowercase": self.init(items: Self.property("Lowercase"))
        case "digit": self = .digit
        case "alnum": self.init(items: Self.property("Alphabetic") + Self.property("Nd"))
        case "space", "whitespace": self = .whitespace
        case "blank": self.init(items: "\\x{9}\\p{Zs}")
        case "cntrl": self.init(items: "\\p{Cc}")
        case "xdigit": self = .hexadecimalDigit
        case "word": self = .word
        default:
            let short = Self.categories[folded] ?? name
            self.init(items: Self.property(Self.scripts[folded] ?? short))
        }
    }

    /// The long names of general categories.
    private static let categories = [
        "letter": "L", "uppercaseletter": "Lu", "lowercaseletter": "Ll", "titlecaseletter": "Lt", "modifierletter": "Lm",
        "otherletter": "Lo", "mark": "M", "nonspacingmark": "Mn", "spacingmark": "Mc", "enclosingmark": "Me", "number": "N",
        "decimalnumber": "Nd", "letternumber": "Nl", "othernumber": "No", "punctuation": "P", "punct": "P",
        "connectorpunctuation": "Pc", "dashpunctuation": "Pd", "openpunctuation": "Ps", "closepunctuation": "Pe",
        "initialpunctuation": "Pi", "finalpunctuation": "Pf", "otherpunctuation": "Po", "symbol": "S", "mathsymbol": "Sm",
        "currencysymbol": "Sc", "modifiersymbol": "Sk", "othersymbol": "So", "separator": "Z", "spaceseparator": "Zs",
        "lineseparator": "Zl", "paragraphseparator": "Zp", "other": "C", "control": "Cc", "format": "Cf", "privateuse": "Co",
        "l": "L", "lu": "Lu", "ll": "Ll", "lt": "Lt", "lm": "Lm", "lo": "Lo", "m": "M", "mn": "Mn", "mc": "Mc", "me": "Me",
        "n": "N", "nd": "Nd", "nl": "Nl", "no": "No", "p": "P", "pc": "Pc", "pd": "Pd", "ps": "Ps", "pe": "Pe", "pi": "Pi",
        "pf": "Pf", "po": "Po", "s": "S", "sm": "Sm", "sc": "Sc", "sk": "Sk", "so": "So", "z": "Z", "zs": "Zs", "zl": "Zl",
        "zp": "Zp", "c": "C", "cc": "Cc", "cf": "Cf", "co": "Co", "cn": "Cn",
    ]

    /// PCRE2 takes the bare name of a script for its extensions, too.
    private static let scripts = [
        "han": "sc:Han", "hiragana": "sc:Hiragana", "katakana": "sc:Katakana", "hangul": "sc:Hangul", "latin": "sc:Latin",
        "cyrillic": "sc:Cyrillic", "greek": "sc:Greek", "arabic": "sc:Arabic", "hebrew": "sc:Hebrew", "thai": "sc:Thai",
        "devanagari": "sc:Devanagari", "bengali": "sc:Bengali", "tamil": "sc:Tamil", "telugu": "sc:Telugu",
        "georgian": "sc:Georgian", "armenian": "sc:Armenian", "ethiopic": "sc:Ethiopic", "khmer": "sc:Khmer", "lao": "sc:Lao",
        "myanmar": "sc:Myanmar", "tibetan": "sc:Tibetan", "common": "sc:Common",
    ]

    /// A property of PCRE2, with the characters that only the reference's later version of Unicode has.
    private static func property(_ name: String) -> String {
        let bare = name.hasPrefix("sc:") ? String(name.dropFirst(3)) : name
        let newer = newerCharacters.filter { $0.name == bare || bare.count == 1 && $0.name.count == 2 && $0.name.hasPrefix(bare) }
        return "\\p{\(name)}" + newer.map(\.items).joined()
    }

    private static let newerCharacters: [(name: String, items: String)] = {
        var reader = TableReader(UnicodeTables.newerCharacters)
        var properties: [(name: String, items: String)] = []
        while let name = reader.nextName(), reader.take("=") {
            var items = ""
            while let range = reader.nextRange() {
                items += "\\x{\(String(range.lowerBound, radix: 16))}-\\x{\(String(range.upperBound, radix: 16))}"
            }
            properties.append((name, items))
            _ = reader.take(";")
        }
        return properties
    }()
}
