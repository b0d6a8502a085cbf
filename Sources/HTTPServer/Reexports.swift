public import HTTPCore
public import Transport

// The API layer imports HTTPServer alone; these are the names of the layers below that its own signatures need.
public typealias HTTPError = HTTPCore.HTTPError
public typealias TransportError = Transport.TransportError
public typealias BoundAddress = Transport.BoundAddress
public typealias ListenAddress = Transport.ListenAddress
public typealias TLSConfiguration = Transport.TLSConfiguration
public typealias TLSCredentials = Transport.TLSCredentials
public typealias TLSError = Transport.TLSError
public typealias ApplicationProtocol = HTTPCore.ApplicationProtocol
