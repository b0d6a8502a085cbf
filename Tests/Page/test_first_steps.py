"""What a person does first: look, write a text of one's own, look again."""
import re

import pytest
from lens_page import SENTENCE, VIEWS
from playwright.sync_api import expect


def test_a_fresh_page_shows_an_answer_and_what_it_attends_to(lens):
    lens.open()
    expect(lens.page.locator("#answer .bars li")).to_have_count(3)
    expect(lens.readout).to_contain_text("Layer")
    assert lens.open_view == "head"


def test_ones_own_sentence_is_in_the_head_view_after_one_click_and_enter(lens):
    lens.open()
    lens.page.locator("#text").click()
    lens.page.locator("#text").fill(SENTENCE)
    lens.page.keyboard.press("Enter")
    expect(lens.tokens()).to_have_text(["[CLS]", *SENTENCE.split(), "[SEP]"])
    lens.wait_until_drawn()
    assert lens.open_view == "head"


def test_the_answer_follows_while_one_writes(lens):
    lens.open()
    expect(lens.page.locator("#answer .bars li").first).to_contain_text("positive")
    lens.page.locator("#text").fill("What a terrible, boring film!")
    expect(lens.page.locator("#answer .bars li").first).to_contain_text("negative")


def test_an_example_is_one_click(lens):
    lens.open()
    lens.page.get_by_role("button", name="Who is it?").click()
    expect(lens.tokens().filter(has_text="animal")).to_have_count(1)
    lens.wait_until_drawn()


@pytest.mark.parametrize(("task", "route"), [
    ("Classify", "classify"), ("Embed", "embeddings"), ("Attention", "attention"), ("Tokenize", "tokenize")])
def test_each_task_answers(lens, task, route):
    lens.open()
    lens.page.locator("#tasks").get_by_text(task, exact=True).click()
    expect(lens.page.locator("#command")).to_contain_text(f"/v1/{route} ")
    expect(lens.page.locator("#answer")).to_have_attribute("aria-busy", "false")
    expect(lens.page.locator("#figures")).to_contain_text("ms in all")
    expect(lens.page.locator("#answer")).not_to_be_empty()


def test_each_view_is_one_click_away_and_draws(lens):
    lens.open("head")
    for view in VIEWS[1:-1]:
        lens.show(view)
        assert lens.page.locator("#view-description").text_content()


def test_a_model_of_which_one_sees_the_other_attends_alike(lens):
    lens.open("head")
    lens.page.locator("#model").select_option("again")
    lens.wait_until_drawn()
    expect(lens.page.locator("#command")).to_contain_text('"model":"again"')


def test_the_head_view_hides_special_tokens_and_merges_word_pieces(lens):
    lens.open("head", text="Unbelievable antidisestablishmentarianism")
    pieces = lens.tokens().count()
    lens.page.get_by_label("Hide special tokens").check()
    lens.page.get_by_label("Merge word pieces").check()
    lens.show("matrix")
    shown = int(re.search(r"(\d+) tokens", lens.readout.text_content())[1])
    assert shown == 2 < pieces


def test_a_threshold_leaves_lines_out(lens):
    lens.open("head")
    before = lens.panel.screenshot()
    lens.page.get_by_label("Threshold").fill("0.5")
    expect(lens.page.locator("output[for=threshold]")).to_have_text("0.50")
    lens.page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    assert not lens.is_same_picture(before)
