"""What is shown as a file: the same picture, the same numbers."""
import io
import json
import xml.etree.ElementTree as ElementTree

import numpy
import pytest
from lens_page import SENTENCE, VIEWS
from PIL import Image

PICTURES = [view for view in VIEWS if view != "explanation"]
REQUEST = {"model": "sentiment", "inputs": SENTENCE, "layers": [0], "heads": [8]}
# A weight below 1 rounded to 16 bits is off by 2^-12 at most.
HALF = 2 ** -12


def download(lens, kind):
    with lens.page.expect_download() as caught:
        lens.page.locator("#downloads").get_by_role("button", name=kind, exact=True).click()
    return caught.value.suggested_filename, caught.value.path().read_bytes()


def shown(lens, view):
    return lens.open(view, layer=0, heads=8, **({"other_text": "time flies like a bird", "other_model": "sentiment"} if view == "compare" else {}))


@pytest.mark.parametrize("view", PICTURES)
def test_a_view_is_saved_as_png_and_as_svg(lens, view):
    shown(lens, view)
    name, content = download(lens, "PNG")
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert name == f"sentiment-{view}.png"
    assert min(picture.size) > 200 and len(picture.getcolors(1 << 24)) > 12
    name, content = download(lens, "SVG")
    drawing = ElementTree.fromstring(content)
    assert name == f"sentiment-{view}.svg"
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg" and len(list(drawing.iter())) > 10
    assert b"http" not in content.replace(b"http://www.w3.org", b"")


@pytest.mark.parametrize("view", VIEWS)
def test_the_npy_and_the_json_of_a_view_hold_the_same_numbers(lens, view):
    shown(lens, view)
    name, content = download(lens, "npy")
    array = numpy.load(io.BytesIO(content))
    assert (name, array.dtype) == (f"sentiment-{view}.npy", numpy.float32)
    _, text = download(lens, "JSON")
    saved = json.loads(text)
    assert (saved["model"], saved["inputs"], saved["view"], saved["shape"]) == ("sentiment", SENTENCE, view, list(array.shape))
    assert numpy.array_equal(numpy.array(saved["values"], numpy.float32), array.ravel())


@pytest.mark.parametrize("view", ["head", "matrix"])
def test_page_npy_and_json_are_the_numbers_of_the_api(lens, ask, view):
    exact = numpy.array(ask("v1/attention", REQUEST)["results"][0]["attentions"][0][0])
    binary = numpy.load(io.BytesIO(ask("v1/attention", {**REQUEST, "format": "npy"}, raw=True))).reshape(exact.shape)
    shown(lens, view)
    page = numpy.load(io.BytesIO(download(lens, "npy")[1])).reshape(exact.shape)
    saved = json.loads(download(lens, "JSON")[1])
    assert saved["tokens"] == ["[CLS]", *SENTENCE.split(), "[SEP]"] and saved["layer"] == 0 and saved["heads"] == [8]
    assert numpy.allclose(binary, exact, rtol=0, atol=1e-7)
    assert numpy.abs(page - exact).max() <= HALF
    assert numpy.array_equal(numpy.array(saved["values"], numpy.float32).reshape(exact.shape), page)


def test_the_statistics_saved_are_those_of_the_api_in_its_order(lens, ask):
    shown(lens, "statistics")
    saved = numpy.load(io.BytesIO(download(lens, "npy")[1]))
    answer = ask("v1/attention", {"model": "sentiment", "inputs": SENTENCE, "statistics": True})["results"][0]["statistics"]
    names = ["entropy", "mean_distance", "first", "separators", "previous", "same", "next"]
    assert numpy.allclose(saved, [[[head[name] for name in names] for head in layer] for layer in answer], rtol=0, atol=1e-4)
