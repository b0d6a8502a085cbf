"""Draws docs/images/*.png: the page's views of sentences that show something, in Chromium, against a server of its own."""
import io
import os
import sys
from pathlib import Path

from attendant_process import AttendantProcess
from browser import chromium, serve_edited
from lens_page import LensPage
from PIL import Image

WHO = "The animal didn't cross the street because it was too tired."
FILM = "The film was not bad at all, but I would not watch it again."

# The view, what the page's address says, the theme, what the readout says where the mouse is to rest, and from where on that is sought.
PICTURES = [
    ("head", {"text": WHO, "layer": 4, "heads": "3,4,6,11"}, "light", "it.* looks at: ", (280, 320)),
    ("model", {"text": WHO}, "dark", "Layer 2, head 5", (524, 210)),
    ("matrix", {"text": WHO, "layer": 4, "heads": "4"}, "light", "it.* looks at .*animal", (60, 360)),
    ("neuron", {"text": "time flies like an arrow", "layer": 0, "heads": "8", "token": 2}, "light", "like", (300, 130)),
    ("statistics", {"text": WHO, "layer": 2, "heads": "5"}, "light", None, None),
    ("rollout", {"text": FILM}, "light", None, None),
    ("explanation", {"text": FILM}, "light", None, None),
    ("compare", {"text": "The film was not bad at all.", "other_text": "The film was not good at all.", "other_model": "sentiment",
                 "layer": 2, "heads": "5"}, "light", "“was” → “was”", (60, 180)),
]
COLOURS = 256


def save(picture, file):
    """As few colours as one does not miss."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {image.width} x {image.height}, {file.stat().st_size // 1024} KB")


def part(lens):
    """From the tabs to the end of the view, with a little ground around them."""
    boxes = [lens.page.locator(place).bounding_box() for place in ("#tabs", "#panel")]
    margin = 10
    top = min(box["y"] for box in boxes) - margin
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    return {"x": boxes[0]["x"] - margin, "y": top, "width": boxes[0]["width"] + 2 * margin, "height": bottom - top}


def main(folder, chosen):
    folder.mkdir(parents=True, exist_ok=True)
    with AttendantProcess(os.environ["ATTENDANT_BINARY"], ["http://127.0.0.1:0"]) as server, chromium() as browser:
        for view, state, theme, points_at, place in PICTURES:
            if chosen and view not in chosen:
                continue
            # Tall enough that nothing is scrolled out of sight.
            context = browser.new_context(viewport={"width": 1254, "height": 1700}, color_scheme=theme, reduced_motion="reduce")
            serve_edited(context)
            lens = LensPage(context.new_page(), server.addresses[0] + "/")
            lens.open(view, **state)
            if view == "explanation":
                lens.panel.locator(".piece", has_text="watch").hover()
            elif view == "rollout":
                lens.panel.locator(".piece", has_text="bad").hover()
            elif view == "statistics":
                lens.canvas.press("ArrowDown")  # begins at the head that is chosen
            else:
                lens.point_until(points_at, *place)
            lens.wait_until_drawn()
            save(lens.page.screenshot(clip=part(lens), animations="disabled"), folder / f"{view}.png")
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
