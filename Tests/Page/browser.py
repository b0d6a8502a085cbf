"""The system's Chromium, and contexts in which no request leaves for another host."""
import contextlib
import mimetypes
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

# As the server sends it: edited files must do under the same policy.
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
          "base-uri 'none'; form-action 'none'")


@contextlib.contextmanager
def chromium():
    executable = shutil.which("chromium")
    if not executable:
        raise RuntimeError("There is no chromium on the PATH.")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


def serve_edited(context):
    """With ATTENDANT_PAGE_ASSETS, the page's files are those of that folder: edits are seen without building the server."""
    folder = os.environ.get("ATTENDANT_PAGE_ASSETS")
    if not folder:
        return
    folder = Path(folder).resolve()

    def answer(route):
        path = urlsplit(route.request.url).path
        file = folder / (path.split("/page/", 1)[1] if "/page/" in path else "index.html")
        if not file.is_file():
            return route.fulfill(status=404)
        kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file)[0]
        return route.fulfill(body=file.read_bytes(), content_type=kind, headers={"Content-Type": kind, "Content-Security-Policy": POLICY})

    context.route("**/page/**", answer)
    context.route(lambda address: urlsplit(address).path.endswith("/"), answer)
