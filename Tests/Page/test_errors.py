"""What goes wrong is said in words, what was there before stays, and all is well once it goes well again."""
import json

import pytest
from lens_page import SENTENCE
from playwright.sync_api import expect

# Chromium itself writes this for each request that fails.
FAILED_REQUEST = "^Failed to load resource"


@pytest.fixture
def notice(lens):
    lens.forgiven.append(FAILED_REQUEST)
    return lens.page.locator("#errors")


def write(lens, text):
    lens.page.locator("#text").fill(text)
    lens.page.keyboard.press("Enter")


def test_a_server_that_has_ended_is_said_to_have_and_the_page_goes_on_with_the_next(make_lens, start):
    server = start()
    lens = make_lens(server.addresses[0] + "/")
    lens.forgiven.append(FAILED_REQUEST)
    lens.open("head")
    server.stop()
    write(lens, "Is anybody there?")
    expect(lens.page.locator("#errors")).to_contain_text("does not answer. Is it still running?")
    expect(lens.page.locator("#answer")).to_contain_text("There is no answer")
    expect(lens.page.locator("#lens-note")).to_contain_text("could not be read")


def test_a_text_too_long_for_the_server_is_refused_in_words(make_lens, start):
    lens = make_lens(start("--limit", "body_bytes=8192").addresses[0] + "/")
    lens.forgiven.append(FAILED_REQUEST)
    lens.open("head")
    write(lens, "word " * 3000)
    expect(lens.page.locator("#errors")).to_contain_text("8192")
    write(lens, "Short again.")
    expect(lens.page.locator("#errors")).to_be_empty()
    lens.wait_until_drawn()


def test_a_text_longer_than_the_model_reads_is_cut_and_drawn(lens):
    lens.open("matrix", text="word " * 600)
    expect(lens.readout).to_contain_text("512 tokens")


def test_a_busy_server_is_said_to_be_busy_and_enter_asks_again(lens, notice):
    lens.open("head")
    refusal = {"error": {"message": "Too many texts are waiting.", "type": "rate_limit_error", "code": "queue_full", "param": None}}
    lens.page.route("**/v1/classify", lambda route: route.fulfill(
        status=429, headers={"Retry-After": "1", "Content-Type": "application/json"}, body=json.dumps(refusal)))
    write(lens, "Again and again.")
    expect(notice).to_have_text("Too many texts are waiting. (try again in 1 s)×")
    lens.page.unroute("**/v1/classify")
    lens.page.locator("#text").press("Enter")
    expect(notice).to_be_empty()
    expect(lens.page.locator("#answer .bars li")).to_have_count(3)


def test_attention_that_could_not_be_read_is_read_when_asked_again(lens, notice):
    lens.page.route("**/v1/attention", lambda route: route.abort())
    lens.page.goto(lens.address + f"#text={SENTENCE}")
    expect(lens.page.locator("#lens-note")).to_contain_text("could not be read")
    lens.page.unroute("**/v1/attention")
    lens.page.locator("#text").press("Enter")
    lens.wait_until_drawn()


def test_an_answer_of_something_between_is_said_by_its_status(lens, notice):
    lens.open("head")
    lens.page.route("**/v1/classify", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>"))
    write(lens, "Through a proxy.")
    expect(notice).to_contain_text("The server answered 502 Bad Gateway")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_empty()


@pytest.mark.parametrize("view", ["model", "neuron", "statistics", "rollout", "explanation"])
def test_a_view_whose_numbers_do_not_come_says_so(lens, notice, view):
    lens.open("head")
    lens.page.route("**/v1/*", lambda route: route.fulfill(status=503, body="no"))
    lens.page.locator(f"#tab-{view}").click()
    expect(notice).to_contain_text("The server answered 503")


def test_markup_in_a_text_stays_text(lens):
    text = "<img src=x onerror=alert(1)> <b>bold</b>"
    lens.open("head", text=text)
    for view in ["matrix", "rollout", "explanation"]:
        lens.show(view)
    assert lens.page.locator("main img[src=x], main b").count() == 0
    expect(lens.page.locator("#text")).to_have_value(text)
