"""The page as a person has it before them: opened, looked at, pointed at. Nothing here waits for a time, all for a condition."""
import re
from urllib.parse import urlencode

from playwright.sync_api import expect

VIEWS = ["head", "model", "matrix", "neuron", "statistics", "rollout", "explanation", "compare"]
SENTENCE = "time flies like an arrow"
PATIENCE = 20000  # milliseconds

# Whether each canvas of the open view that is in sight holds a drawing: more colours than a frame and a ground have.
IS_DRAWN = """() => {
  const canvases = [...document.querySelectorAll("#panel canvas")].filter((canvas) => canvas.checkVisibility() && canvas.clientHeight > 1);
  return canvases.length > 0 && canvases.every((canvas) => {
    if (canvas.width < 2 || canvas.height < 2) return false;
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [500, 300];
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingEnabled = false; // so that no colours come about by shrinking
    context.drawImage(canvas, 0, 0, copy.width, copy.height);
    const colours = new Set(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer));
    return colours.size > 12;
  });
}"""


class LensPage:
    """`page` is Playwright's, `address` the page's own, ending with a slash."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.forgiven = []  # patterns of console messages that a test provokes

    def open(self, view=None, **state):
        """Opens the page as a link with this state does; without one as it is first seen."""
        if view:
            state = {"model": "sentiment", "text": SENTENCE, **state, "view": view}
        self.page.goto(self.address + (f"#{urlencode(state)}" if state else ""))
        if state.get("view") == "compare" and "other_text" not in state:
            expect(self.panel).to_contain_text("Write another text")
        else:
            self.wait_until_drawn()
        return self

    def wait_until_drawn(self):
        expect(self.page.locator("#lens-body")).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("#answer")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        expect(self.panel).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        if self.open_view == "explanation":
            expect(self.panel.locator(".piece").first).to_be_visible(timeout=PATIENCE)
        else:
            self.page.wait_for_function(IS_DRAWN, polling=50, timeout=PATIENCE)
        if self.open_view == "model":
            expect(self.panel.locator("progress")).to_be_hidden(timeout=PATIENCE)

    @property
    def open_view(self):
        return self.page.locator("#tabs [aria-selected=true]").get_attribute("id").removeprefix("tab-")

    def show(self, view):
        self.page.locator(f"#tab-{view}").click()
        expect(self.page.locator(f"#tab-{view}")).to_have_attribute("aria-selected", "true")
        self.wait_until_drawn()

    @property
    def panel(self):
        return self.page.locator("#panel")

    @property
    def canvas(self):
        return self.panel.locator("canvas:visible").first

    @property
    def readout(self):
        return self.panel.locator("output.stage-readout:visible").first

    def tokens(self):
        return self.page.locator("#strip button")

    def head(self, head):
        """Chooses this head alone."""
        button = self.page.locator("#controls").get_by_role("button", name=f"Head {head}", exact=True)
        if button.get_attribute("aria-pressed") != "true" or self.page.locator("#controls .heads [aria-pressed=true]").count() > 1:
            button.click()
        expect(self.page.locator("#controls .heads [aria-pressed=true]")).to_have_count(1)

    def point_until(self, pattern, left=0, top=0, step=24):
        """Moves the mouse over the canvas, from `left` and `top` on (CSS pixels), until the readout says what `pattern` does; returns where."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        height = min(box["height"], self.page.viewport_size["height"] - box["y"])
        for y in range(top + step // 2, int(height), step):
            for x in range(left + step // 2, int(box["width"]), step):
                self.page.mouse.move(box["x"] + x, box["y"] + y)
                if re.search(pattern, self.readout.text_content()):
                    return box["x"] + x, box["y"] + y
        raise AssertionError(f"nothing under the mouse says {pattern}: {self.readout.text_content()}")

    def what_if(self, token, action, word=None):
        """Masks, removes or replaces a token of the text by its menu."""
        self.tokens().filter(has_text=re.compile(f"^{re.escape(token)}")).first.click()
        menu = self.page.get_by_role("dialog", name="What if")
        if word is None:
            menu.get_by_role("button", name=action).click()
        else:
            menu.get_by_role("textbox", name="Another word").fill(word)
            menu.get_by_role("button", name=action).click()
        expect(menu).to_be_hidden()
        expect(self.page.locator("#what-if")).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE)

    def is_same_picture(self, before):
        return self.panel.screenshot() == before
