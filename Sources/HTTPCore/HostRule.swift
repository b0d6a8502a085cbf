import Glibc

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
enum HostRule {
    /// Whether `value` is a well-formed host; empty is (RFC 9112 §3.2), user information is not (RFC 9110 §4.2.4).
    static func isValid(_ value: Span<UInt8>) -> Bool {
        var index = 0
        if value.count > 0, value[0] == 0x5B {  // "[" begins an IP literal
            while index < value.count, value[index] != 0x5D { index += 1 }
            guard index < value.count, isAddress(value.extracting(1..<index)) else { return false }
            index += 1
        } else {
            while index < value.count, value[index] != ByteClass.colon {
                if value[index] == ByteClass.percent {
                    guard index + 2 < value.count, ByteClass.hexValue(value[index + 1]) != nil,
                        ByteClass.hexValue(value[index + 2]) != nil
                    else { return false }
                    index += 3
                } else {
                    guard isRegisteredNameCharacter(value[index]) else { return false }
                    index += 1
                }
            }
        }
        guard index < value.count else { return true }
        guard value[index] == ByteClass.colon, value.count - index <= 6 else { return false }
        index += 1
        while index < value.count {
            guard ByteClass.isDigit(value[index]) else { return false }
            index += 1
        }
        return true
    }

    /// What stands between brackets: `IPv6address` or `IPvFuture` of RFC 3986 §3.2.2.
    private static func isAddress(_ text: Span<UInt8>) -> Bool {
        if text.count > 0, text[0] | 0x20 == 0x76 { return isFutureAddress(text) }
        for index in text.indices {
            let byte = text[index]
            guard ByteClass.hexValue(byte) != nil || byte == ByteClass.colon || byte == 0x2E else { return false }
        }
        var address = in6_addr()
        return inet_pton(AF_INET6, text.text, &address) == 1
    }

    /// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
    private static func isFutureAddress(_ text: Span<UInt8>) -> Bool {
        var index = 1
        while index < text.count, ByteClass.hexValue(text[index]) != nil { index += 1 }
        guard index > 1, index + 1 < text.count, text[index] == 0x2E else { return false }
        for place in (index + 1)..<text.count {
            guard text[place] == ByteClass.colon || isRegisteredNameCharacter(text[place]) else { return false }
        }
        return true
    }

    /// `unreserved` and `sub-delims` of RFC 3986 §2.
    private static func isRegisteredNameCharacter(_ byte: UInt8) -> Bool {
        if ByteClass.isLetter(byte) || ByteClass.isDigit(byte) { return true }
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E: return true  // - . _ ~
        case 0x21, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x3B, 0x3D: return true  // ! $ & ' ( ) * + , ; =
        default: return false
        }
    }
}
