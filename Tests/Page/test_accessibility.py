"""Accessible to keyboards and screen readers: axe's rules for WCAG 2 A and AA, and the way of the Tab key."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from lens_page import VIEWS
from playwright.sync_api import expect

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}, "resultTypes": ["violations"]}
COMPARED = {"other_text": "time flies like a bird", "other_model": "sentiment"}


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_a_view(make_lens, server, view, theme):
    lens = make_lens(server, color_scheme=theme, reduced_motion="reduce")
    lens.open(view, token=2, **COMPARED)
    if view in ("statistics", "explanation"):
        lens.panel.get_by_text("The numbers as a table").click()
    assert violations(lens.page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_menu_the_edits_and_an_error(make_lens, server, theme):
    lens = make_lens(server, color_scheme=theme, reduced_motion="reduce")
    lens.forgiven.append("^Failed to load resource")
    lens.open("head", text="A good film with a pair", pair="and another")
    lens.what_if("good", "instead", "bad")
    lens.tokens().nth(3).click()
    assert violations(lens.page) == []
    lens.page.keyboard.press("Escape")
    lens.page.route("**/v1/classify", lambda route: route.fulfill(status=500, body=""))
    lens.page.locator("#text").fill("What is wrong?")
    lens.page.keyboard.press("Enter")
    expect(lens.page.locator("#errors")).to_contain_text("500")
    assert violations(lens.page) == []


@pytest.mark.parametrize(("task", "route"), [("Embed", "embeddings"), ("Attention", "attention"), ("Tokenize", "tokenize")])
def test_axe_finds_nothing_in_the_answer_of_a_task(make_lens, server, task, route):
    lens = make_lens(server, reduced_motion="reduce")
    lens.open()
    lens.page.locator("#tasks").get_by_text(task, exact=True).click()
    expect(lens.page.locator("#command")).to_contain_text(f"/v1/{route} ")
    expect(lens.page.locator("#answer")).to_have_attribute("aria-busy", "false")
    lens.page.locator("#raw summary").click()
    assert violations(lens.page) == []


# What the Tab key has come to: the element, and whether one sees that it has.
FOCUSED = """() => {
  const element = document.activeElement;
  const shows = (one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
  element.dataset.visited = "yes";
  const name = element.id || element.getAttribute("aria-label") || element.textContent.trim().slice(0, 30) || element.tagName;
  return { name, tag: element.tagName, seen: shows(element) || shows(element.nextElementSibling) };
}"""
# Controls in sight that the Tab key did not come to. Of a group with one stop, the arrow keys reach the others.
MISSED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, canvas")]
  .filter((element) => element.checkVisibility() && !element.disabled && !element.dataset.visited)
  .filter((element) => !element.closest("[role=tablist], .tokens, .heads, .painted") && element.type !== "radio")
  .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("view", VIEWS)
def test_tab_comes_to_every_control_of_a_view_and_one_sees_where_it_is(lens, view):
    lens.open(view, token=2, **COMPARED)
    unseen, names = [], []
    while len(names) < 150:
        lens.page.keyboard.press("Tab")
        focused = lens.page.evaluate(FOCUSED)
        if focused["tag"] == "BODY" or focused["name"] in names[:1] and len(names) > 5:
            break
        names.append(focused["name"])
        if not focused["seen"]:
            unseen.append(focused["name"])
    assert unseen == []
    assert lens.page.evaluate(MISSED) == []
    assert f"tab-{view}" in names


def test_tabs_and_heads_are_walked_with_the_arrow_keys(lens):
    lens.open("head")
    lens.page.locator("#tab-head").focus()
    for view in [*VIEWS[1:], "head"]:
        lens.page.keyboard.press("ArrowRight")
        expect(lens.page.locator(f"#tab-{view}")).to_be_focused()
    lens.page.locator("#controls .heads button").first.focus()
    lens.page.keyboard.press("ArrowRight")
    lens.page.keyboard.press("Enter")
    expect(lens.readout).to_contain_text("head 1.")


def test_what_is_read_out_is_in_live_regions(lens):
    lens.open("head")
    expect(lens.readout).to_have_attribute("aria-live", "polite")
    expect(lens.page.locator("#errors")).to_have_attribute("role", "alert")
    expect(lens.page.locator("#answer")).to_have_attribute("aria-live", "polite")
    expect(lens.canvas).to_have_attribute("aria-label", "Attention from queries, on the left, to keys, on the right")


def test_who_wants_less_motion_gets_none(make_lens, server):
    lens = make_lens(server, reduced_motion="reduce")
    lens.open("head")
    assert lens.page.locator("#answer .bar").first.evaluate("(bar) => getComputedStyle(bar).transitionDuration") in ("0s", "")
    assert lens.page.locator("#panel").evaluate("(panel) => getComputedStyle(panel).transitionProperty") == "none"
