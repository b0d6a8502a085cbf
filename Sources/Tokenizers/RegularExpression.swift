import CPCRE2

/// A regular expression of a tokenizer.json, with the meaning that it has for the reference: that of Oniguruma's own syntax, which
/// `OnigurumaPattern` rewrites for PCRE2. A value without mutable state: it may be used from many threads at once.
struct RegularExpression: Sendable {
    private let program: Program

    /// The longest pattern that is taken: tokenizers have some hundreds of bytes, and what is compiled grows with the pattern.
    static let maximumPatternByteCount = 64 * 1024

    /// - Throws: `RegularExpressionError` with the reason why it cannot be compiled.
    init(_ pattern: String) throws(RegularExpressionError) {
        try Self.checkSize(pattern)
        program = try Program(try OnigurumaPattern(pattern).translation)
    }

    /// Matches a string as it is.
    init(literal: String) throws(RegularExpressionError) {
        try Self.checkSize(literal)
        program = try Program(literal, isLiteral: true)
    }

    private static func checkSize(_ pattern: String) throws(RegularExpressionError) {
        guard pattern.utf8.count <= maximumPatternByteCount else {
            throw RegularExpressionError(
                reason: "\(pattern.utf8.count) bytes are more than \(maximumPatternByteCount)", position: nil)
        }
    }

    /// All matches from left to right, without overlap, in a range of well-formed UTF-8. The range is all that the expression sees:
    /// its ends are those of the text. As in the reference, an empty match directly behind the match before it does not count.
    ///
    /// Where an expression backtracks without end (the limits of `Program`), matching stops, and the rest counts as unmatched.
    /// The reference fails there.
    func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        text.withUnsafeBufferPointer { text in
            program.matches(in: UnsafeBufferPointer(rebasing: text[range])) {
                $0 + range.lowerBound..<$1 + range.lowerBound
            }
        }
    }

    func matches(in text: [UInt8]) -> [Range<Int>] { matches(in: text, 0..<text.count) }
}

/// Why a regular expression cannot be compiled.
struct RegularExpressionError: Error, Equatable, CustomStringConvertible {
    let reason: String
    /// In bytes of the pattern; nil where the reason is not about one place, or is PCRE2's, about what the pattern was rewritten to.
    let position: Int?

    var description: String {
        position.map { "\(reason) at byte \($0) of the regular expression" } ?? "\(reason) in the regular expression"
    }
}

extension RegularExpression {
    /// What PCRE2 compiled. All calls that match take it as const and may run side by side (pcre2api, "Multithreading").
    private final class Program: @unchecked Sendable {
        private let code: OpaquePointer
        private let context: OpaquePointer

        /// Steps of backtracking from one place of the text; of JIT code it counts fewer kinds of steps. A match of the patterns
        /// that tokenizers have needs some dozens, whatever the text; the limit is reached in a few hundredths of a second.
        private static let matchLimit: UInt32 = 1_000_000
        /// In KiB.
        private static let heapLimit: UInt32 = 64 * 1024

        init(_ pattern: String, isLiteral: Bool = false) throws(RegularExpressionError) {
            var pattern = pattern
            var errorCode: Int32 = 0
            var errorOffset = 0
            let compiled = pattern.withUTF8 { pattern in
                // Oniguruma knows only the line feed as the end of a line, whatever PCRE2 was built with.
                let context = pcre2_compile_context_create_8(nil)
                defer { pcre2_compile_context_free_8(context) }
                pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
                let syntax = isLiteral ? PCRE2_LITERAL : PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C
                let options = PCRE2_UTF | syntax
                return pcre2_compile_8(pattern.baseAddress, pattern.count, options, &errorCode, &errorOffset, context)
            }
            guard let compiled, let context = pcre2_match_context_create_8(nil) else {
                throw RegularExpressionError(reason: Self.message(errorCode), position: nil)
            }
            // Where there is no JIT for the CPU, or none for the pattern, PCRE2 interprets.
            pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
            pcre2_set_match_limit_8(context, Self.matchLimit)
            pcre2_set_depth_limit_8(context, Self.matchLimit)
            pcre2_set_heap_limit_8(context, Self.heapLimit)
            code = compiled
            self.context = context
        }

        deinit {
            pcre2_match_context_free_8(context)
            pcre2_code_free_8(code)
        }

        private static func message(_ errorCode: Int32) -> String {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
                let count = pcre2_get_error_message_8(errorCode, buffer.baseAddress, buffer.count)
                return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "error \(errorCode) of PCRE2"
            }
        }

        func matches(in text: UnsafeBufferPointer<UInt8>, _ makeRange: (Int, Int) -> Range<Int>) -> [Range<Int>] {
            // One pair of offsets: of groups nothing is asked.
            guard let match = pcre2_match_data_create_8(1, nil) else { return [] }
            defer { pcre2_match_data_free_8(match) }
            var empty: UInt8 = 0
            return withUnsafePointer(to: &empty) { empty in
                var ranges: [Range<Int>] = []
                var position = 0
                var previousEnd: Int?
                while position <= text.count, let (start, end) = find(match, text.baseAddress ?? empty, text.count, from: position) {
                    if start == end, start == previousEnd {
                        position = end + 1
                        while position < text.count, text[position].isUTF8Continuation { position += 1 }
                        continue
                    }
                    ranges.append(makeRange(start, end))
                    position = end
                    previousEnd = end
                }
                return ranges
            }
        }

        private func find(
            _ match: OpaquePointer, _ text: UnsafePointer<UInt8>, _ count: Int, from position: Int
        ) -> (start: Int, end: Int)? {
            var result = pcre2_match_8(code, text, count, position, PCRE2_NO_UTF_CHECK, match, context)
            if result == PCRE2_ERROR_JIT_STACKLIMIT {
                // JIT code keeps what it may go back to on a small stack; the interpreter has the heap.
                result = pcre2_match_8(code, text, count, position, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, match, context)
            }
            guard result >= 0, let offsets = pcre2_get_ovector_pointer_8(match) else { return nil }
            // `\K` may move the start of a match behind its end; what the reference then does, no tokenizer can want.
            guard position <= offsets[1], offsets[0] <= offsets[1] else { return nil }
            return (offsets[0], offsets[1])
        }
    }
}
