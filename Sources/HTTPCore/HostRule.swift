/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
enum HostRule {
    /// Whether `value` is a well-formed host; empty is (RFC 9112 §3.2), user information is not (RFC 9110 §4.2.4).
    static func isValid(_ value: Span<UInt8>) -> Bool {
        var index = 0
        if value.count > 0, value[0] == 0x5B {  // "[" begins an IP literal
            index = 1
            while index < value.count, value[index] != 0x5D {
                guard isAddressCharacter(value[index]) else { return false }
                index += 1
            }
            guard index > 1, index < value.count else { return false }
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

    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        byte == ByteClass.colon || isRegisteredNameCharacter(byte)
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
