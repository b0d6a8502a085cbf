"""A link shows the same again; the page works wherever it is served."""
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from lens_page import SENTENCE
from playwright.sync_api import expect
from sub_path_proxy import below


def test_the_address_follows_what_is_shown_and_shows_it_again(lens, make_lens, server):
    lens.open("matrix")
    lens.head(5)
    lens.page.locator("#layer").fill("3")
    lens.page.get_by_label("Threshold").fill("0.2")
    lens.page.get_by_label("Hide special tokens").check()
    lens.page.get_by_label("Log scale").check()
    expect(lens.readout).to_contain_text("Layer 3, head 5: 5 tokens")
    lens.page.wait_for_url(re.compile("logScale=1"))
    link = lens.page.url
    assert parse_qs(urlsplit(link).fragment) == {
        "model": ["sentiment"], "task": ["classify"], "text": [SENTENCE], "view": ["matrix"], "layer": ["3"], "threshold": ["0.2"], "heads": ["5"],
        "hideSpecial": ["1"], "logScale": ["1"]}
    again = make_lens(server)
    again.page.goto(link)
    again.wait_until_drawn()
    expect(again.readout).to_have_text(lens.readout.text_content())
    expect(again.page.get_by_label("Hide special tokens")).to_be_checked()
    expect(again.page.locator("#text")).to_have_value(SENTENCE)


def test_a_link_holds_what_if_edits(lens):
    lens.open("head", text="A good film", edits="2:replace:bad")
    expect(lens.page.locator("#what-if .quoted").nth(1)).to_have_text("A bad film")


def test_a_link_holds_what_is_compared(lens):
    lens.open("compare", other_text="A bad film", other_model="again")
    expect(lens.panel.get_by_label("The other text")).to_have_value("A bad film")
    expect(lens.panel.get_by_label("The other model")).to_have_value("again")


def test_the_link_is_copied(browser, make_lens, server):
    lens = make_lens(server, permissions=["clipboard-read", "clipboard-write"])
    lens.open("rollout")
    lens.page.get_by_role("button", name="Copy link").click()
    expect(lens.page.get_by_role("button", name="Copied")).to_be_visible()
    assert "view=rollout" in lens.page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("state", [
    "layer=999&heads=77,3&token=4000&view=nothing&threshold=x&filter=zz&text=Odd", "model=gone&text=Odd&task=fly", "edits=99:mask|x:y|1:remove&text=Odd"])
def test_a_link_from_elsewhere_shows_what_there_is(lens, state):
    lens.page.goto(lens.address + "#" + state)
    lens.wait_until_drawn()
    assert lens.tokens().first.text_content() == "[CLS]"


def test_another_link_in_the_same_tab_is_followed(lens):
    lens.open("head")
    lens.page.evaluate("location.hash = 'text=Another+one&view=matrix'")
    expect(lens.tokens().filter(has_text="another")).to_have_count(1)
    expect(lens.page.locator("#tab-matrix")).to_have_attribute("aria-selected", "true")


def test_the_page_works_below_a_path(make_lens, server):
    with below("/models/attendant/", server) as address:
        lens = make_lens(address)
        lens.open("head")
        lens.show("explanation")
        assert f"curl {address}v1/classify" in lens.page.locator("#command").text_content()
        paths = lens.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")
        assert paths and all(path.startswith("/models/attendant/") for path in paths)
