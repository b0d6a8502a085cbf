/// IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
public enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"].map { Array($0.utf8) }
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .map { Array($0.utf8) }

    /// - Parameter seconds: since 1970-01-01 00:00:00 UTC, not negative.
    public static func format(secondsSinceEpoch seconds: Int) -> [UInt8] {
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civil(daysSinceEpoch: days)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text += weekdays[days % 7]
        text += [ByteClass.comma, ByteClass.space]
        appendTwoDigits(day, to: &text)
        text.append(ByteClass.space)
        text += months[month - 1]
        text.append(ByteClass.space)
        appendTwoDigits(year / 100, to: &text)
        appendTwoDigits(year % 100, to: &text)
        text.append(ByteClass.space)
        appendTwoDigits(secondOfDay / 3600, to: &text)
        text.append(ByteClass.colon)
        appendTwoDigits(secondOfDay / 60 % 60, to: &text)
        text.append(ByteClass.colon)
        appendTwoDigits(secondOfDay % 60, to: &text)
        text += Array(" GMT".utf8)
        return text
    }

    /// The Gregorian date. Counting years from 1 March puts the leap day last, so that month lengths follow a line (153 days in 5 months).
    private static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let daysInEra = 146_097  // 400 years
        let shifted = daysSinceEpoch + 719_468  // from 0000-03-01
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: daysInEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func appendTwoDigits(_ number: Int, to text: inout [UInt8]) {
        text.append(UInt8(48 + number / 10 % 10))
        text.append(UInt8(48 + number % 10))
    }
}
