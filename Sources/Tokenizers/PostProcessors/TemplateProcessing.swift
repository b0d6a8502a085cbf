/// Templates for one text and for a pair: where the texts and the special tokens stand, and in which segment.
struct TemplateProcessing: PostProcessor {
    enum Piece {
        case first(typeID: Int32)
        case second(typeID: Int32)
        /// One special token of the template may stand for several ids.
        case special(ids: [Int32], typeID: Int32)
    }

    let single: [Piece]
    let pair: [Piece]

    init(single: [Piece], pair: [Piece]) {
        self.single = single
        self.pair = pair
    }

    /// The most special tokens, and pieces, of a template: a few lines of a file could otherwise stand for any number of them.
    private static let maximumAddedTokenCount = 65_536

    /// - Throws: `TokenizerError.invalidField` for a piece that is neither a sequence nor one of `special_tokens`, a template for
    ///   one text that names the second, one that names a text more than once, and one that adds more than 65,536 tokens.
    ///   The reference repeats such a text; here a request must not become more tokens than its texts have.
    init(_ fields: JSONFields) throws(TokenizerError) {
        let specialTokens = try Self.specialTokens(try fields.fields("special_tokens"))
        single = try Self.pieces(fields, "single", specialTokens)
        pair = try Self.pieces(fields, "pair", specialTokens)
        let namesSecond = single.contains { if case .second = $0 { true } else { false } }
        if namesSecond { throw fields.invalid("single", "the template for one text names the second, B") }
    }

    private static func pieces(
        _ fields: JSONFields, _ name: String, _ specialTokens: [[UInt8]: [Int32]]
    ) throws(TokenizerError) -> [Piece] {
        var pieces: [Piece] = []
        var sequences: Set<String> = []
        var addedTokenCount = 0
        for (index, value) in try fields.array(name).enumerated() {
            let element = try fields.fields("\(name)[\(index)]", value)
            if let sequence = try element.optionalObject("Sequence") {
                let typeID = try sequence.id("type_id")
                let id = try sequence.string("id")
                guard sequences.insert(id).inserted else {
                    throw sequence.invalid("id", "the template names the text \(id) a second time; expected each at most once")
                }
                switch id {
                case "A": pieces.append(.first(typeID: typeID))
                case "B": pieces.append(.second(typeID: typeID))
                case let other: throw sequence.invalid("id", "expected \"A\" or \"B\", found \"\(other)\"")
                }
            } else if let special = try element.optionalObject("SpecialToken") {
                let id = try special.string("id")
                guard let ids = specialTokens[[UInt8](id.utf8)] else {
                    throw special.invalid("id", "\"\(id)\" is not one of special_tokens")
                }
                addedTokenCount += max(1, ids.count)
                guard addedTokenCount <= maximumAddedTokenCount else {
                    throw fields.invalid(name, "expected a template that adds at most \(maximumAddedTokenCount) tokens")
                }
                pieces.append(.special(ids: ids, typeID: try special.id("type_id")))
            } else {
                throw fields.invalid("\(name)[\(index)]", "expected an object with \"Sequence\" or \"SpecialToken\"")
            }
        }
        return pieces
    }

    /// The ids of each special token, by its name's bytes.
    private static func specialTokens(_ fields: JSONFields) throws(TokenizerError) -> [[UInt8]: [Int32]] {
        var specialTokens: [[UInt8]: [Int32]] = [:]
        for (name, value) in fields.object.members {
            specialTokens[[UInt8](name.utf8)] = try ids(of: try fields.fields(name, value))
        }
        return specialTokens
    }

    private static func ids(of specialToken: JSONFields) throws(TokenizerError) -> [Int32] {
        var ids: [Int32] = []
        for value in try specialToken.array("ids") {
            guard let number = value.intValue, let id = Int32(exactly: number), id >= 0 else {
                throw specialToken.invalid("ids", "expected ids from 0 to \(Int32.max)")
            }
            ids.append(id)
        }
        return ids
    }

    func addedTokenCount(isPair: Bool) -> Int {
        (isPair ? pair : single).reduce(0) { count, piece in
            if case .special(let ids, _) = piece { count + ids.count } else { count }
        }
    }

    var largestTemplateID: Int32? {
        (single + pair).compactMap { if case .special(let ids, _) = $0 { ids.max() } else { nil } }.max()
    }

    func largestTypeID(isPair: Bool) -> Int32 {
        let typeIDs = (isPair ? pair : single).compactMap { piece -> Int32? in
            switch piece {
            case .first(let typeID), .second(let typeID): typeID
            case .special(let ids, let typeID): ids.isEmpty ? nil : typeID
            }
        }
        return typeIDs.max() ?? 0
    }

    func textOrder(isPair: Bool) -> [TextPosition] {
        (isPair ? pair : single).compactMap { piece in
            switch piece {
            case .first: .first
            case .second: .second
            case .special: nil
            }
        }
    }

    func process(_ first: TokenSequence, pair second: TokenSequence?, addSpecialTokens: Bool) -> Encoding {
        var encoding = Encoding()
        encoding.reserveCapacity(first.count + (second?.count ?? 0) + addedTokenCount(isPair: second != nil))
        for piece in second == nil ? single : pair {
            switch piece {
            case .first(let typeID):
                encoding.append(first, typeID: typeID)
            case .second(let typeID):
                if let second { encoding.append(second: second, typeID: typeID) }
            case .special(let ids, let typeID):
                guard addSpecialTokens else { continue }
                for id in ids { encoding.append(specialToken: id, typeID: typeID) }
            }
        }
        return encoding
    }
}
