"""What if a token were masked, removed or another word: the answer and the view change, and come back."""
import pytest
from playwright.sync_api import expect

TEXT = "The film was wonderful and I loved it."


def edited(lens):
    return lens.page.locator("#what-if .quoted").nth(1)


@pytest.mark.parametrize(("action", "word", "then"), [
    ("masked", None, "The film was [MASK] and I loved it."),
    ("removed", None, "The film was and I loved it."),
    ("instead", "dreadful", "The film was dreadful and I loved it."),
])
def test_a_token_is_masked_removed_or_replaced_and_that_is_undone(lens, ask, action, word, then):
    lens.open("head", text=TEXT)
    lens.what_if("wonderful", action, word)
    expect(edited(lens)).to_have_text(then)
    expect(lens.page.locator("#panel .view")).to_have_count(2)
    lens.wait_until_drawn()
    scores = [[float(text) if "%" not in text else float(text.rstrip(" %")) / 100 for text in side.locator(".value").all_text_contents()]
              for side in lens.page.locator("#what-if .side").all()]
    assert scores[0] != scores[1]
    before, after = ask("v1/classify", {"model": "sentiment", "inputs": [TEXT, then]})["predictions"]
    assert max(scores[0]) == pytest.approx(before[0]["score"], abs=0.006)
    assert sorted(scores[1], reverse=True) == pytest.approx([label["score"] for label in after], abs=0.006)
    expect(lens.page.locator("#what-if")).to_contain_text("The answer")
    lens.page.locator("#what-if").get_by_role("button", name="Undo").click()
    expect(lens.page.locator("#what-if")).to_be_hidden()
    expect(lens.page.locator("#panel .view")).to_have_count(1)
    lens.wait_until_drawn()


def test_two_edits_are_undone_one_at_a_time_or_both_at_once(lens):
    lens.open("matrix", text=TEXT)
    lens.what_if("wonderful", "masked")
    lens.what_if("loved", "instead", "hated")
    expect(edited(lens)).to_have_text("The film was [MASK] and I hated it.")
    lens.page.get_by_role("button", name="Undo").click()
    expect(edited(lens)).to_have_text("The film was [MASK] and I loved it.")
    lens.page.get_by_role("button", name="Back to the text").click()
    expect(lens.page.locator("#what-if")).to_be_hidden()


def test_a_word_of_several_pieces_is_changed_as_a_whole(lens):
    lens.open("head", text="An antidisestablishmentarian film")
    lens.page.get_by_role("group", name="Tokens").get_by_text("##", exact=False).first.click()
    expect(lens.page.get_by_role("dialog", name="What if")).to_contain_text("its whole word")
    lens.page.get_by_role("dialog", name="What if").get_by_role("button", name="removed").click()
    expect(edited(lens)).to_have_text("An film")


def test_the_menu_is_used_by_keys_alone(lens):
    lens.open("head", text=TEXT)
    lens.tokens().nth(1).focus()
    for key in ["ArrowRight", "ArrowRight", "ArrowRight", "Enter"]:
        lens.page.keyboard.press(key)
    menu = lens.page.get_by_role("dialog", name="What if")
    expect(menu).to_contain_text("wonderful")
    expect(menu.get_by_role("button", name="masked")).to_be_focused()
    lens.page.keyboard.press("Tab")
    lens.page.keyboard.press("Enter")
    expect(edited(lens)).to_have_text("The film was and I loved it.")
    lens.tokens().nth(5).click()
    expect(menu).to_be_visible()
    lens.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
