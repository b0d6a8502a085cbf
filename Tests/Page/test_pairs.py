"""Two texts: the second field, and the filter by direction."""
import re

from lens_page import PATIENCE
from playwright.sync_api import expect

FIRST, SECOND = "The room was clean.", "But the staff was rude."


def test_a_second_text_is_added_and_removed(lens):
    lens.open("head", text=FIRST)
    lens.page.get_by_role("button", name="Add a second text").click()
    lens.page.locator("#pair").fill(SECOND)
    lens.page.keyboard.press("Enter")
    expect(lens.tokens().filter(has_text="rude")).to_have_count(1, timeout=PATIENCE)
    lens.wait_until_drawn()
    lens.page.get_by_role("button", name="Remove the second text").click()
    expect(lens.tokens().filter(has_text="rude")).to_have_count(0, timeout=PATIENCE)


def test_the_direction_filter_leaves_only_weights_from_one_text_to_the_other(lens, ask):
    lens.open("matrix", text=FIRST, pair=SECOND, layer=1, heads=2)
    answer = ask("v1/attention", {"model": "sentiment", "inputs": {"text": FIRST, "text_pair": SECOND}, "layers": [1], "heads": [2]})["results"][0]
    second = answer["sentence_b_start"]
    parts = {"aa": (slice(0, second), slice(0, second)), "ab": (slice(0, second), slice(second, None)),
             "ba": (slice(second, None), slice(0, second)), "bb": (slice(second, None), slice(second, None))}
    for direction, (queries, keys) in parts.items():
        lens.page.get_by_label("Direction").select_option(direction)
        largest = max(max(row[keys]) for row in answer["attentions"][0][0][queries])
        expect(lens.readout).to_contain_text(f"largest weight {float(f'{largest:.3g}'):g}"[:-1])


def test_there_is_no_direction_to_choose_for_one_text(lens):
    lens.open("matrix")
    expect(lens.page.get_by_label("Direction")).to_be_hidden()


def test_the_head_view_of_a_pair_follows_the_filter(lens):
    lens.open("head", text=FIRST, pair=SECOND, layer=1, heads=2, filter="ab")
    rude = lens.tokens().all_text_contents().index("rude")
    lens.tokens().nth(rude).click()
    lens.page.keyboard.press("Escape")
    expect(lens.readout).to_contain_text(re.compile("rude.* looks at: nothing that is shown"))
