/// A JSON object as it was written: every member, in order, repeated names too.
public struct JSONObject: Sendable {
    public var members: [(name: String, value: JSONValue)]

    public init(members: [(name: String, value: JSONValue)] = []) {
        self.members = members
    }

    /// The value of the last member whose name has these UTF-8 bytes. Linear in the number of members.
    public subscript(name: String) -> JSONValue? {
        for member in members.reversed() where member.name.hasSameBytes(as: name) {
            return member.value
        }
        return nil
    }

    /// The first name that an earlier member already had, byte for byte; nil where all names differ.
    public var repeatedName: String? {
        var seen = Set<ByteName>(minimumCapacity: members.count)
        for member in members where !seen.insert(ByteName(string: member.name)).inserted {
            return member.name
        }
        return nil
    }
}

/// A name compared by its bytes: `String` compares by canonical equivalence.
private struct ByteName: Hashable {
    let string: String

    static func == (left: ByteName, right: ByteName) -> Bool {
        left.string.hasSameBytes(as: right.string)
    }

    func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Equality of the UTF-8 bytes, where `==` is canonical equivalence.
    public func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
