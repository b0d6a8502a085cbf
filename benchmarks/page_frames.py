"""How many frames a second the page draws while somebody uses it, by view; prints a Markdown table.

The server's page shows a text of as many tokens as the bundled classifier takes, in Chromium without a window. In every view the mouse
moves over the picture, the wheel turns, arrow keys are held and, where there is one, the threshold is dragged. The page counts its own
frames by requestAnimationFrame, which comes 60 times a second at most. A row is of the better half of the rounds, since what else runs
on the machine only ever makes frames longer; the target is met where 19 of 20 frames come within a thirtieth of a second. What the page's
own thread computes for a frame, in milliseconds of its processor time, hardly depends on what else runs.
"""
import argparse
import contextlib
import mimetypes
import random
import statistics
import sys
import time
import urllib.parse
from pathlib import Path

from playwright.sync_api import sync_playwright

import machine
from engines import listed
from models import SENTIMENT
from results import FOLDER, Records, print_table, verdict
from servers import attendant_command, running
from texts import text

TARGET = 30  # frames a second
LONG = 50  # milliseconds of a frame that are felt
PATIENCE = 600_000  # milliseconds until a view is drawn: the explanation of a long text takes minutes on a busy machine
SIZE = {"width": 1180, "height": 900}

# Whether a view has another text to compare with, and what in it takes the mouse and the keys: a picture, or pieces of text.
VIEWS = {name: (False, ".stage-canvas") for name in ("head", "model", "matrix", "neuron", "statistics", "rollout")} | {
    "explanation": (False, ".verdict ~ .painted .piece"), "compare": (True, ".stage-canvas >> visible=true")}

COUNT = """() => {
  window.frames_ = [];
  let last = null;
  const count = (now) => {
    if (last !== null) window.frames_.push(now - last);
    last = now;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}"""


class Hand:
    """What a person does in a view; each method does it once, and is called again and again."""

    def __init__(self, page, target):
        self.page, self.target = page, page.locator(target).first
        self.target.scroll_into_view_if_needed()
        page.mouse.wheel(0, 0)
        box = self.target.bounding_box()
        if not target.startswith(".stage-canvas"):  # pieces of text: all of them together
            box = page.locator(".painted >> visible=true").first.bounding_box()
        top = max(0, box["y"])
        # The part that is in sight.
        self.box = box | {"y": top, "height": min(box["y"] + box["height"], SIZE["height"]) - top}

    def mouse(self, step):
        x = self.box["x"] + self.box["width"] * (0.5 + 0.45 * ((step * 0.0131) % 2 - 1))
        y = self.box["y"] + self.box["height"] * (0.1 + 0.8 * ((step * 0.0173) % 1))
        self.page.mouse.move(x, y)

    def wheel(self, step):
        if step == 0:
            self.page.mouse.move(self.box["x"] + self.box["width"] / 2, self.box["y"] + self.box["height"] / 2)
        self.page.mouse.wheel(0, 60 if step // 60 % 2 == 0 else -60)

    def keys(self, step):
        if step == 0:
            self.target.focus()
        self.page.keyboard.press(["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"][step // 40 % 4])

    def threshold(self, step):
        if step == 0:
            slider = self.page.locator("#threshold")
            slider.scroll_into_view_if_needed()
            self.slider = slider.bounding_box()
            self.page.mouse.move(self.slider["x"] + 2, self.slider["y"] + self.slider["height"] / 2)
            self.page.mouse.down()
        self.page.mouse.move(self.slider["x"] + self.slider["width"] * abs((step * 0.004) % 0.4 - 0.2), self.slider["y"] + self.slider["height"] / 2)


def frames_of(page, act, seconds):
    """Milliseconds of each frame while act(0), act(1), ... are done, and the milliseconds that the page's thread computes a frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    act(0)
    page.evaluate("frames_.length = 0")
    before = computed(session)
    stop, step = time.monotonic() + seconds, 0
    while time.monotonic() < stop:
        step += 1
        act(step)
    found = page.evaluate("[...frames_]")
    work = (computed(session) - before) / len(found)
    session.detach()
    page.mouse.up()
    page.mouse.move(1, 1)
    return found, work


def computed(session):
    """Milliseconds that the page's thread has computed since it began."""
    return next(1000 * metric["value"] for metric in session.send("Performance.getMetrics")["metrics"] if metric["name"] == "TaskDuration")


def opened(browser, address, view, options):
    """A page on which the view is drawn, and what went wrong on it."""
    rng = random.Random(5)
    given = {"model": options.model, "view": view, "text": text(rng, options.tokens)}
    if VIEWS[view][0]:
        given |= {"other_model": options.model, "other_text": text(rng, options.tokens)}
    page = browser.new_page(viewport=SIZE, device_scale_factor=options.pixels)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    if options.assets:
        page.route("**/page/*", lambda route: served(route, options.assets))
        page.route("**/page/views/*", lambda route: served(route, options.assets))
        page.route(f"{address}/", lambda route: served(route, options.assets))
    page.goto(f"{address}/#{urllib.parse.urlencode(given)}")
    page.locator(VIEWS[view][1]).first.wait_for(timeout=PATIENCE)
    page.wait_for_load_state("networkidle", timeout=PATIENCE)
    page.wait_for_timeout(1500)
    page.evaluate(COUNT)
    return page, errors


def served(route, folder):
    """Answers from a folder instead of the server."""
    name = urllib.parse.urlparse(route.request.url).path.removeprefix("/page/").lstrip("/") or "index.html"
    kind = mimetypes.guess_type(name)[0] or "text/javascript"
    route.fulfill(body=(Path(folder) / name).read_bytes(), content_type=kind)


def measure(browser, address, options, records):
    """{(view, what was done): the frames of each round, and what a frame took to compute}"""
    found = {}
    for view in options.views:
        page, errors = opened(browser, address, view, options)
        hand = Hand(page, VIEWS[view][1])
        acts = ["mouse", "wheel", "keys"] + ["threshold"] * page.locator("#threshold").is_visible()
        for round_number in range(options.rounds):
            for act in acts:
                frames, work = frames_of(page, getattr(hand, act), options.seconds)
                hand = Hand(page, VIEWS[view][1])
                found.setdefault((view, act), []).append((frames, work))
                records.add("page_frames", view=view, act=act, round=round_number, frames=frames, computed=work)
        page.close()
        if errors:
            sys.exit(f"{view}: {errors[0]}")
        print(f"{view}: done", file=sys.stderr)
    return found


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def row(view, act, rounds):
    best = sorted(rounds, key=lambda round_: percentile(round_[0], 0.95))[:(len(rounds) + 1) // 2]
    frames = [frame for part, _ in best for frame in part]
    late = percentile(frames, 0.95)
    rate = 1000 * len(frames) / sum(frames)
    felt = sum(frame > LONG for frame in frames) / len(frames)
    # Frames come at multiples of a sixtieth of a second, give or take less than a millisecond.
    is_met = rate > TARGET and late < 1000 / TARGET + 1
    return [view, act, f"{rate:.0f}", f"{statistics.median(frames):.1f}", f"{late:.1f}", f"{max(frames):.0f}", f"{100 * felt:.1f} %",
            f"{statistics.median(work for _, work in rounds):.1f}", verdict(is_met)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attendant", help="the release binary")
    parser.add_argument("--address", help="a server whose page is measured instead, such as http://127.0.0.1:8000")
    parser.add_argument("--model", default="sentiment", help="its name for the server (default: %(default)s)")
    parser.add_argument("--assets", help="a folder whose files are taken for the server's own, such as Sources/API/Page/Assets")
    parser.add_argument("--views", type=listed(VIEWS), default=",".join(VIEWS), help="(default: %(default)s)")
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--pixels", type=float, default=1, help="of the screen, for each of the page (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="of each thing that is done")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="(default: %(default)s)")
    parser.add_argument("--idle", type=float, default=20, help="seconds to wait at most until the machine is idle")
    parser.add_argument("--json", default=FOLDER / "page_frames.jsonl", help="where every round is written to (default: %(default)s)")
    options = parser.parse_args()
    if not (options.attendant or options.address):
        parser.error("either --attendant or --address")
    records, description = Records(options.json), machine.described()
    records.add("machine", **description)
    machine.print_machine(description)
    with contextlib.ExitStack() as stack:
        address = options.address
        if not address:
            address = stack.enter_context(running(attendant_command(options.attendant, "sentiment", SENTIMENT, 2, "f32"))).address
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        machine.wait_until_idle(options.idle)
        found = measure(browser, address.rstrip("/"), options, records)
    rows = [row(view, act, rounds) for (view, act), rounds in found.items()]
    title = (f"{options.tokens} tokens, Chromium {SIZE['width']} x {SIZE['height']}, "
             f"the better half of {options.rounds} rounds of {options.seconds:g} s")
    columns = ["view", "what is done", "frames a second", "ms, median", "ms, 95th percentile", "ms, longest", f"over {LONG} ms",
               "ms computed", f"{TARGET} a second"]
    print_table(title, columns, rows, texts=2)


if __name__ == "__main__":
    main()
