/// What this build is.
public enum BuildInformation {
    public static let version = "0.1.0"
}
