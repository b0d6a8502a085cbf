import HTTPCore
import HTTPTypes
import Testing

extension Rule {
    static let all =
        requestLines + targets + hosts + fields + bodyLengths + transferCodings + chunks + chunkExtensions + trailers + connections
        + expectations
}

@Test("Each rule of the RFCs is kept in every split", arguments: Rule.all)
func ruleIsKept(rule: Rule) {
    if let violation = rule.violation() { Issue.record("\(violation)") }
}
