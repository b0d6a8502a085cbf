/// What must hold for every input, and does not for this one.
public struct FuzzFinding: Error, CustomStringConvertible {
    public let description: String
}

func check(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(FuzzFinding) {
    guard holds else { throw FuzzFinding(description: otherwise()) }
}
