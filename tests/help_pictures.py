"""`python -m tests.help_pictures [name …]` makes the help's pictures from the real app, always at the same moment."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from playwright.sync_api import Browser, FloatRect, Locator, Page

from lcweb import clock
from tests.at import at
from tests.browser import scene
from tests.browser.png import squeezed
from tests.browser.scene import Cast
from tests.browser.screen import sign_in
from tests.databases import make_settings, migrate, opened, sqlite_url
from tests.live import Live, served
from tests.pictures import chromium

FOLDER = Path(__file__).resolve().parent.parent / "static" / "img" / "hjalp"
NOW = at("Tue 2026-11-17 10:00")
COMPOSE = "/arenden/ny?municipality=Halmstad&case_type=general"
WIDTH, MARGIN = 760, 8  # pixels

#: As a Swedish browser shows it; this one may have English words only.
_SWEDISH_DAYS = """() => document.querySelectorAll("input[type=date]").forEach((field) => {
  const day = field.value;
  Object.assign(field, { type: "text", value: day, placeholder: "åååå-mm-dd" });
})"""

Step = Callable[[Page], None]


class Picture(NamedTuple):
    """What lies within `selector`, all of its elements, after `step`. `{today}` in `path`: that thread of the cast."""

    person: str
    path: str
    selector: str
    step: Step | None = None


def _write_reply(page: Page) -> None:
    box = page.get_by_label("Svar", exact=True)
    box.fill("Ja, vi kommer på måndag förmiddag.")
    box.blur()


def _keep_draft(page: Page) -> None:
    _write_reply(page)
    page.get_by_role("button", name="Spara utkast").click()
    page.locator("#own-draft").wait_for()


def _promise(page: Page) -> None:
    page.locator("#callback > summary").click()
    day = page.get_by_label("Jag återkommer senast")
    day.fill("2026-11-24")
    day.blur()


def unfolded(part: str) -> Step:
    return lambda page: page.locator(f"#{part} > summary").click()


PICTURES: dict[str, Picture] = {
    "skicka": Picture("vardcentral", f"{COMPOSE}&recipient_unit={{home_care}}", "#recipient"),
    "inkorgen": Picture("kommun", "/inkorg", ".heading-row, .reading, .tabs"),
    "lasa": Picture("kommun", "/arenden/{moved}", "#thread .message"),
    "ta": Picture("kommun", "/arenden/{today}", "main h1, #thread .facts"),
    "svara": Picture("kommun", "/arenden/{today}", "section[aria-labelledby=reply-heading]", _write_reply),
    "kvittera": Picture("kommun", "/arenden/{reserve}", "#moves > .buttons"),
    "aterkomma": Picture("kommun", "/arenden/{today}", "#callback", _promise),
    "vidarebefordra": Picture("kommun", "/arenden/{today}", "#forward", unfolded("forward")),
    "atersand": Picture("kommun", "/arenden/{today}", "#return", unfolded("return")),
    "aterta": Picture("vardcentral", "/arenden/{information}", "#withdraw", unfolded("withdraw")),
    "makulera": Picture("vardcentral", "/arenden/{answered}", "#void", unfolded("void")),
    "ratta": Picture("vardcentral", "/arenden/{answered}", "#correct", unfolded("correct")),
    "avsluta": Picture("vardcentral", "/arenden/{answered}", "#moves > .buttons"),
    "oppna-igen": Picture("vardcentral", "/arenden/{closed}", "#moves > .buttons"),
    "anteckning": Picture("kommun", "/arenden/{today}", "#note", unfolded("note")),
    "fraser": Picture("vardcentral", f"{COMPOSE}&recipient_unit={{home_care}}", ".ds-field:has(> #body), #outline"),
    "utkast": Picture("kommun", "/arenden/{reserve}", "#reply-heading, #own-draft", _keep_draft),
    "skriv-ut": Picture("vardcentral", "/arenden/{answered}/utskrift", ".not-on-paper, .sheet-head"),
    "sok": Picture("vardcentral", "/sok", "main h1, form[role=search]"),
}  # fmt: skip


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _site() as (site, cast), chromium() as browser:
        for name in names or PICTURES:
            (FOLDER / f"{name}.png").write_bytes(_taken(browser, site, cast, PICTURES[name]))


@contextmanager
def _site() -> Iterator[tuple[Live, Cast]]:
    with tempfile.TemporaryDirectory() as folder, patch.object(clock, "now", lambda: NOW):
        url = sqlite_url(Path(folder) / "lcweb.db")
        migrate(url, Path(folder))
        settings = make_settings(url, Path(folder))
        with opened(settings) as app:
            with app.app_context():
                cast = scene.built()
            with served(app, settings) as site:
                yield site, cast


def _taken(browser: Browser, site: Live, cast: Cast, picture: Picture) -> bytes:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
    )
    sign_in(page, site, picture.person)
    page.goto(site.url + picture.path.format(**cast.threads, home_care=cast.people.home_nurse.unit_id))
    if picture.step:
        picture.step(page)
    page.evaluate(_SWEDISH_DAYS)
    page.evaluate("() => scrollTo(0, 0)")  # so that an element's place in the window is its place on the page
    taken = page.screenshot(
        full_page=True, clip=_around(page.locator(picture.selector)), animations="disabled", caret="hide"
    )
    page.close()
    return squeezed(taken)


def _around(parts: Locator) -> FloatRect:
    """From the first of them to the last, with a margin. AssertionError when there is none."""
    boxes = [box for box in (part.bounding_box() for part in parts.all()) if box]
    assert boxes, f"nothing to be seen at {parts}"
    left, top = min(box["x"] for box in boxes) - MARGIN, min(box["y"] for box in boxes) - MARGIN
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {
        "x": max(left, 0),
        "y": max(top, 0),
        "width": min(right, WIDTH) - max(left, 0),
        "height": bottom - max(top, 0),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
