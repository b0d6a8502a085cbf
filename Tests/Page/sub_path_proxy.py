"""A reverse proxy that serves another server below a path, as nginx is often set up to."""
import contextlib
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@contextlib.contextmanager
def below(path, server):
    """Serves `server` (http://HOST:PORT) below `path` (/such/as/this/); nothing else is found. Yields the address, ending with the path."""
    target = urlsplit(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self):
            if not self.path.startswith(path):
                self.send_error(404)
                return
            upstream = http.client.HTTPConnection(target.hostname, target.port)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            upstream.request(self.command, "/" + self.path.removeprefix(path), body or None, headers)
            response = upstream.getresponse()
            content = response.read()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            upstream.close()

        do_GET = do_POST = forward

        def log_message(self, *_):
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}{path}"
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
