import Testing

@testable import Tokenizers

@Suite("Windows")
struct WindowTests {
    private let tokenizer: Tokenizer

    init() throws {
        tokenizer = try Tokenizer(directory: Goldens.sentiment)
    }

    @Test("A question stays whole in front of each part of a long text, and the parts overlap")
    func questionAnswering() throws {
        let windows = try tokenizer.encodeWindows("good ?", pair: "a b c d e f", maximumLength: 9, stride: 2, strategy: .onlySecond)
        #expect(windows.map { $0.offsets.filter { !$0.isEmpty }.dropFirst(2).map(\.lowerBound) } == [[0, 2, 4, 6], [4, 6, 8, 10]])
        for window in windows {
            #expect(window.ids.prefix(4) == tokenizer.encode("good ?").ids.prefix(4))
            #expect(window.typeIDs == [0, 0, 0, 0, 1, 1, 1, 1, 1])
        }
    }

    @Test("What fits is one window, the same that encode gives")
    func fitting() throws {
        #expect(try tokenizer.encodeWindows("good film", maximumLength: 4) == [tokenizer.encode("good film")])
        #expect(try tokenizer.encodeWindows("", maximumLength: 3, stride: 0) == [tokenizer.encode("")])
        let pair = try tokenizer.encodeWindows("good", pair: "film", maximumLength: 5, stride: 1, strategy: .onlyFirst)
        #expect(pair == [tokenizer.encode("good", pair: "film")])
    }

    @Test("The first window is what encode keeps", arguments: [TruncationSide.left, .right])
    func firstWindow(side: TruncationSide) throws {
        var tokenizer = tokenizer
        tokenizer.configuration.truncationSide = side
        let windows = try tokenizer.encodeWindows("a b c d e f g h", pair: "i j k", maximumLength: 9, stride: 1)
        #expect(windows.first == tokenizer.encode("a b c d e f g h", pair: "i j k", maximumLength: 9))
        #expect(windows.count == 4)
    }

    private func error(_ text: String, pair: String? = nil, _ length: Int, _ stride: Int, _ strategy: TruncationStrategy) -> WindowError? {
        #expect(throws: WindowError.self) {
            try tokenizer.encodeWindows(text, pair: pair, maximumLength: length, stride: stride, strategy: strategy, maximumCount: 10)
        }
    }

    @Test("What cannot be is refused, and said")
    func errors() {
        #expect(error("a", 2, 0, .longestFirst) == .noRoom(maximumLength: 2, addedTokenCount: 2))
        #expect(error("a", .min, 0, .longestFirst) == .noRoom(maximumLength: .min, addedTokenCount: 2))
        #expect(error("a", pair: "b", 4, 0, .longestFirst) == .noRoom(maximumLength: 4, addedTokenCount: 3))
        #expect(error("a", 4, 2, .longestFirst) == .strideTooLarge(stride: 2, length: 2))
        #expect(error("a", 4, -1, .longestFirst) == .strideTooLarge(stride: -1, length: 2))
        #expect(error("a b c d e", pair: "a b c d e", 7, 2, .longestFirst) == .strideTooLarge(stride: 2, length: 2))
        #expect(error("a b", pair: "c d e f", 6, 0, .onlyFirst) == .textTooShort(tokenCount: 2, excess: 3))
        #expect(error("a b c d", pair: "e f", 6, 0, .onlySecond) == .textTooShort(tokenCount: 2, excess: 3))
        #expect(error("a b c d", 5, 0, .onlySecond) == .pairMissing)
        #expect(error(String(repeating: "a ", count: 12), 3, 0, .longestFirst) == .tooManyWindows(maximumCount: 10))
        #expect(
            error("a", 4, 2, .longestFirst)?.description
                == "the stride is 2; expected at least 0, and less than the 2 tokens of a text that a window has room for")
    }

    @Test("The windows of two texts are counted before they are made")
    func counting() throws {
        let text = String(repeating: "a ", count: 20_000)
        #expect(throws: WindowError.tooManyWindows(maximumCount: 1024)) {
            try tokenizer.encodeWindows(text, pair: text, maximumLength: 9, stride: 1)
        }
    }
}
