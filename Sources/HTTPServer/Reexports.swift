public import HTTPCore
public import Transport

// The API layer imports HTTPServer alone; these are the names of the layers below that its own signatures need.
public typealias HTTPError = HTTPCore.HTTPError
public typealias TransportError = Transport.TransportError
public typealias BoundAddress = Transport.BoundAddress
