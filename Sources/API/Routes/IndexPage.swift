import HTTPServer
import Inference

/// `GET /`: a page that names the models and the routes.
struct IndexPage: Sendable {
    let registry: ModelRegistry
    /// Method, path and what it is for, in the order to show.
    let routes: [(method: String, path: String, purpose: String)]

    func answer(_ request: ServerRequest) -> ServerResponse {
        ServerResponse(
            status: .ok,
            headerFields: [
                .contentType: "text/html; charset=utf-8",
                // The page needs nothing but itself; a model's name must never become a script.
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
            ],
            body: .bytes(Array(html(address: request.head.authority ?? "localhost").utf8)))
    }

    /// - Parameter address: the host and port under which the client came here.
    private func html(address: String) -> String {
        let models = registry.entries.map { entry in
            let state = switch entry.state {
            case .ready(let model): "\(model.summary.architecture): \(model.tasks.map(\.rawValue).joined(separator: ", "))"
            case .failed(let reason): "failed: \(reason)"
            }
            return "<tr><td><code>\(escape(entry.name))</code></td><td>\(escape(state))</td></tr>"
        }
        let rows = routes.map { "<tr><td><code>\($0.method) \($0.path)</code></td><td>\(escape($0.purpose))</td></tr>" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Attendant</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
            td { border-top: 1px solid #8884; padding: .4rem 1rem .4rem 0; vertical-align: top; }
            pre { background: #8881; padding: 1rem; overflow-x: auto; border-radius: 6px; }
            </style>
            </head>
            <body>
            <h1>Attendant</h1>
            <p>This server runs Transformer models and shows what they attend to.</p>
            <pre>curl http://\(escape(address))/v1/classify \\
              -H 'Content-Type: application/json' \\
              -d '{"inputs": "What a wonderful film!"}'</pre>
            <h2>Models</h2>
            <table>\(models.joined(separator: "\n"))</table>
            <h2>Routes</h2>
            <table>\(rows.joined(separator: "\n"))</table>
            </body>
            </html>

            """
    }

    private func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
