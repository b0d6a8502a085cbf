"""Light and dark, wide and narrow: nothing is cut off, and each theme has its colours."""
import io

import pytest
from lens_page import VIEWS
from PIL import Image, ImageStat

COMPARED = {"other_text": "time flies like a bird", "other_model": "sentiment"}


def brightness(locator):
    return ImageStat.Stat(Image.open(io.BytesIO(locator.screenshot())).convert("L")).mean[0]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_is_drawn_in_the_colours_of_the_theme(make_lens, server, theme):
    lens = make_lens(server, color_scheme=theme)
    lens.open("head", **COMPARED)
    for view in VIEWS:
        lens.show(view)
        assert (brightness(lens.panel) > 128) == (theme == "light"), view


def test_a_theme_that_changes_is_followed_at_once(make_lens, server):
    lens = make_lens(server, color_scheme="light")
    lens.open("matrix")
    lens.page.emulate_media(color_scheme="dark")
    lens.page.wait_for_function("getComputedStyle(document.body).backgroundColor === 'rgb(17, 20, 26)'")
    lens.page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    assert brightness(lens.canvas) < 128


@pytest.mark.parametrize("width", [390, 768])
def test_a_narrow_window_shows_every_view_without_scrolling_sideways(make_lens, server, width):
    lens = make_lens(server, viewport={"width": width, "height": 844}, has_touch=width < 500, device_scale_factor=2)
    lens.open("head", **COMPARED)
    for view in VIEWS:
        lens.show(view)
        assert overflow(lens.page) <= 0, view


def test_edits_and_long_words_stay_in_a_narrow_window(make_lens, server):
    lens = make_lens(server, viewport={"width": 390, "height": 844})
    lens.open("head", text="A " + "wonderful" * 20 + " film", edits="1:mask")
    assert overflow(lens.page) <= 0


def test_a_long_text_is_drawn_where_it_is_in_sight(lens):
    lens.open("head", text="The quick brown fox jumps over the lazy dog. " * 40)
    assert lens.canvas.bounding_box()["height"] <= 900
    lens.canvas.focus()
    lens.page.keyboard.press("End")
    lens.page.wait_for_function("document.querySelector('#panel .stage-scroller').scrollTop > 1000")
    lens.wait_until_drawn()
