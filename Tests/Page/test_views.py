"""Each view reacts to the mouse and to keys, and reads out the numbers that the API gives."""
import re

import pytest
from lens_page import SENTENCE, VIEWS
from playwright.sync_api import expect

LAYER, HEAD = 0, 8
TOKENS = ["[CLS]", *SENTENCE.split(), "[SEP]"]
# As near as numbers of 16 bits, read out with three digits, can be.
TOLERANCE = 2e-3


@pytest.fixture(scope="module")
def weights(ask):
    answer = ask("v1/attention", {"model": "sentiment", "inputs": SENTENCE, "layers": [LAYER], "heads": [HEAD]})
    return answer["results"][0]["attentions"][0][0]


def read(text):
    return float(text.replace("−", "-").replace("+", ""))


def open_head(lens, view, **state):
    return lens.open(view, layer=LAYER, heads=HEAD, **state)


def strongest(row):
    return TOKENS[max(range(len(row)), key=row.__getitem__)]


def test_the_head_view_says_where_the_token_under_the_mouse_looks(lens, weights):
    open_head(lens, "head")
    lens.point_until(r"“?flies”?.* looks at: ", top=70)
    text = lens.readout.text_content()
    assert strongest(weights[2]) in text.split("looks at:")[1].split(",")[0]
    assert read(re.search(r"([\d.]+)[,.]", text.split("looks at:")[1])[1].rstrip(".")) == pytest.approx(max(weights[2]), abs=TOLERANCE)


def test_keys_move_through_the_head_view_hold_a_token_and_let_it_go(lens, weights):
    open_head(lens, "head")
    lens.canvas.focus()
    for key in ["ArrowDown", "ArrowDown", "ArrowDown"]:
        lens.page.keyboard.press(key)
    expect(lens.readout).to_contain_text(re.compile("flies.*looks at: "))
    lens.page.keyboard.press("ArrowRight")
    expect(lens.readout).to_contain_text(re.compile("flies.*is looked at by: "))
    lens.page.keyboard.press("ArrowLeft")
    lens.page.keyboard.press("Enter")
    expect(lens.tokens().nth(2)).to_have_attribute("aria-current", "true")
    lens.page.keyboard.press("Escape")
    expect(lens.readout).to_contain_text("Point at a token")
    expect(lens.tokens().nth(2)).to_have_attribute("aria-current", "false")


def test_a_head_of_the_model_view_opens_by_mouse_and_by_keys(lens):
    lens.open("model", layer=LAYER)
    x, y = lens.point_until(r"Layer 2, head 5: strongest weight [\d.]+", left=480, top=216)
    lens.page.mouse.click(x, y)
    expect(lens.page.locator("#tab-matrix")).to_have_attribute("aria-selected", "true")
    expect(lens.readout).to_contain_text("Layer 2, head 5")
    lens.show("model")
    lens.page.get_by_label("A click opens").select_option("head")
    lens.canvas.focus()
    for key in ["Home", "ArrowDown", "ArrowRight"]:
        lens.page.keyboard.press(key)
    head = re.search(r"Layer (\d+), head (\d+)", lens.readout.text_content())
    lens.page.keyboard.press("Enter")
    expect(lens.page.locator("#tab-head")).to_have_attribute("aria-selected", "true")
    expect(lens.readout).to_contain_text(f"Layer {head[1]}, head {head[2]}")


def test_the_matrix_view_reads_out_the_weight_under_the_mouse(lens, weights):
    open_head(lens, "matrix")
    lens.point_until("like.* looks at .*time.*: ", top=150)
    text = lens.readout.text_content()
    assert read(re.search(r": ([\d.e-]+) \(layer", text)[1]) == pytest.approx(weights[3][1], abs=TOLERANCE)


def test_keys_reach_each_cell_of_the_matrix(lens, weights):
    open_head(lens, "matrix")
    lens.canvas.focus()
    for key in ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"]:
        lens.page.keyboard.press(key)
    expect(lens.readout).to_contain_text(re.compile("time.* looks at .*like"))
    assert read(re.search(r": ([\d.e-]+) \(layer", lens.readout.text_content())[1]) == pytest.approx(weights[1][3], abs=TOLERANCE)
    lens.page.keyboard.press("Enter")
    expect(lens.tokens().nth(1)).to_have_attribute("aria-current", "true")
    lens.page.keyboard.press("Escape")
    expect(lens.readout).to_contain_text("largest weight")


def test_the_neuron_view_explains_each_weight_by_dot_product_and_softmax(lens, weights):
    open_head(lens, "neuron", token=2)
    lens.point_until("like", top=120)
    before = lens.readout.text_content()
    lens.page.mouse.move(2, 2)
    lens.canvas.focus()
    lens.page.keyboard.press("ArrowDown")
    expect(lens.readout).not_to_have_text(before)
    first = lens.readout.text_content()
    lens.page.keyboard.press("ArrowRight")
    expect(lens.readout).not_to_have_text(first)
    lens.page.get_by_label("Query token").select_option("1")
    expect(lens.tokens().nth(1)).to_have_attribute("aria-current", "true")


def test_the_statistics_view_names_a_head_its_numbers_and_opens_it(lens, ask):
    lens.open("statistics", layer=LAYER)
    x, y = lens.point_until(r"Layer \d+, head \d+: entropy")
    head = re.search(r"Layer (\d+), head (\d+): entropy ([\d.]+) nats, mean distance ([\d.]+)", lens.readout.text_content())
    given = ask("v1/attention", {"model": "sentiment", "inputs": SENTENCE, "layers": [int(head[1])], "heads": [int(head[2])], "statistics": True})
    statistics = given["results"][0]["statistics"][0][0]
    assert [read(head[3]), read(head[4])] == pytest.approx([statistics["entropy"], statistics["mean_distance"]], abs=0.011)
    lens.canvas.focus()
    lens.page.mouse.move(2, 2)
    for key in ["ArrowDown", "ArrowRight", "ArrowDown"]:
        lens.page.keyboard.press(key)
    expect(lens.readout).to_contain_text("Layer 1, head 1")
    lens.page.keyboard.press("Enter")
    expect(lens.page.locator("#tab-head")).to_have_attribute("aria-selected", "true")
    expect(lens.readout).to_contain_text("Layer 1, head 1")


def test_the_numbers_behind_the_statistics_are_a_table_that_sorts(lens):
    lens.open("statistics")
    lens.panel.get_by_text("The numbers as a table").click()
    lens.panel.get_by_role("button", name="Entropy (nats)").click()
    entropies = [read(text) for text in lens.panel.locator("tbody tr td:nth-child(2)").all_text_contents()]
    assert len(entropies) == 6 * 12 and entropies == sorted(entropies, reverse=True)


def test_the_rollout_view_gives_the_share_of_each_token(lens, ask):
    lens.open("rollout")
    rollout = ask("v1/attention", {"model": "sentiment", "inputs": SENTENCE, "reduce": "rollout"})["results"][0]["attentions"]
    names = lens.panel.locator(".piece").evaluate_all("(pieces) => pieces.map((piece) => piece.getAttribute('aria-label'))")
    shares = [read(re.search(r"([\d.]+) %", name)[1]) / 100 for name in names]
    assert shares == pytest.approx(rollout[0], abs=0.006)
    lens.panel.locator(".piece").nth(2).hover()
    expect(lens.readout).to_contain_text(re.compile(r"of “\[CLS\]” .* comes from “flies”"))
    lens.panel.locator(".piece").nth(2).click()
    expect(lens.panel.locator(".piece").nth(2)).to_have_attribute("aria-pressed", "true")
    lens.page.keyboard.press("ArrowRight")
    expect(lens.readout).to_contain_text(re.compile("of “flies” .* comes from “like”"))


def test_the_rollout_view_follows_a_number_of_layers(lens):
    lens.open("rollout")
    expect(lens.readout).to_contain_text("after layer 5")
    lens.panel.get_by_label("Rolled out over").fill("1")
    expect(lens.readout).to_contain_text("after layer 1")


@pytest.mark.parametrize("method", ["occlusion", "rollout"])
def test_the_explanation_view_paints_words_by_the_contributions_of_the_api(lens, ask, method):
    text = "The film was not bad at all, but I would not watch it again."
    lens.open("explanation", text=text)
    lens.panel.get_by_label("Method").select_option(method)
    answer = ask("v1/classify", {"model": "sentiment", "inputs": text, "explain": method})["explanations"][0]
    expect(lens.panel.locator(".verdict")).to_contain_text(answer["label"])
    expect(lens.readout).to_contain_text("The share" if method == "rollout" else "How much the logit")
    pieces = lens.panel.locator(".piece")
    expect(pieces).to_have_count(len(answer["words"]))
    place = next(index for index, word in enumerate(answer["words"]) if word["word"] == "bad")
    pieces.nth(place).hover()
    expect(lens.readout).to_contain_text("“bad”: ")
    said = read(re.search(r": ([+−]?[\d.]+)", lens.readout.text_content())[1])
    assert said == pytest.approx(answer["words"][place]["contribution"] * (100 if method == "rollout" else 1), abs=0.51 if method == "rollout" else 2e-3)
    lens.page.keyboard.press("Tab")
    pieces.nth(0).focus()
    lens.page.keyboard.press("ArrowRight")
    expect(lens.readout).to_contain_text(f"“{answer['words'][1]['word']}”")


def test_the_compare_view_shows_the_difference_of_two_texts(lens, ask):
    other = "time flies like a bird"
    open_head(lens, "compare", other_text=other, other_model="sentiment")
    lens.point_until("here .* other .* difference")
    canvas = lens.canvas
    canvas.focus()
    lens.page.mouse.move(2, 2)
    for key in ["ArrowDown", "ArrowDown", "ArrowRight"]:
        lens.page.keyboard.press(key)
    expect(lens.readout).to_contain_text("“time” → “time”: here")
    here, there = [ask("v1/attention", {"model": "sentiment", "inputs": text, "layers": [LAYER], "heads": [HEAD]})["results"][0]["attentions"][0][0][1][1]
                   for text in (SENTENCE, other)]
    said = [read(number) for number in re.findall(r"([+−]?\d\.\d+)", lens.readout.text_content())]
    assert said == pytest.approx([here, there, there - here], abs=TOLERANCE)


def test_the_compare_view_sets_two_texts_of_other_lengths_side_by_side(lens):
    lens.open("compare")
    lens.panel.get_by_label("The other text").fill("time flies")
    lens.panel.get_by_role("button", name="Compare", exact=True).click()
    expect(lens.panel).to_contain_text("no difference to show")
    lens.wait_until_drawn()
    expect(lens.panel.locator("canvas:visible")).to_have_count(2)


def test_two_models_are_compared(lens):
    lens.open("compare", other_text=SENTENCE, other_model="again")
    expect(lens.panel).to_contain_text("The other: again")
    expect(lens.panel).to_contain_text("There is no difference.")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_one_token_alone_still_draws_or_says_why_not(lens, view):
    lens.open(view, text="a", other_text="a", other_model="sentiment")
    assert lens.panel.locator("output.stage-readout:visible").first.text_content()
