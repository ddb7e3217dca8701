"""`python -m tests.pictures` makes the README's pictures from the real app with demo data, always the same moment."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, Page, sync_playwright

from lcweb import clock, demo
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.services import follow_up
from tests.at import at
from tests.browser.png import squeezed
from tests.browser.screen import fill_in_message, sign_in
from tests.databases import make_settings, migrate, opened, sqlite_url
from tests.live import CHROMIUM_ARGS, Live, served

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
NOW = at("Tue 2026-11-17 10:42")
DESK, PHONE, PHONE_HEIGHT = 1280, 400, 1400
LETTER = """Hej!

Patienten kom hem från korttidsboendet i går. Såret på vänster underben läggs om måndag, onsdag och fredag. Kan ni ta \
över omläggningarna från måndag 23 november? Material finns hemma för en vecka.

Sårkontroll hos oss torsdag 26 november klockan 10."""
#: Letters as wide as those of most people's computers, whatever this one has.
FONTS = """<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family" qual="all" compare="not_eq"><string>monospace</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>"""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _demo_site() as site, chromium() as browser:
        for name, show in PICTURES.items():
            _take(browser, site, name, show)


@contextmanager
def _demo_site() -> Iterator[Live]:
    with tempfile.TemporaryDirectory() as folder, patch.object(clock, "now", lambda: NOW):
        url = sqlite_url(Path(folder) / "lcweb.db")
        migrate(url, Path(folder))
        settings = make_settings(url, Path(folder), demo=True)
        with opened(settings) as app:
            with app.app_context():
                demo.load(now=NOW, rules=settings.rules)
                follow_up.rebuild(now=NOW, rules=settings.rules)
            with served(app, settings) as site:
                yield site


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, tempfile.NamedTemporaryFile("w", suffix=".conf") as fonts:
        fonts.write(FONTS)
        fonts.flush()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=CHROMIUM_ARGS,
            env=os.environ | {"FONTCONFIG_FILE": fonts.name},
        )
        yield browser
        browser.close()


def _take(browser: Browser, site: Live, name: str, show: Callable[[Page, Live], None]) -> None:
    on_phone = "mobil" in name
    page = browser.new_page(
        viewport={"width": PHONE, "height": PHONE_HEIGHT} if on_phone else {"width": DESK, "height": 800},
        color_scheme="dark" if "mork" in name else "light",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
    )
    show(page, site)
    picture = page.screenshot(full_page=not on_phone, animations="disabled", caret="hide")
    (FOLDER / f"{name}.png").write_bytes(squeezed(picture))
    page.close()


# What is on them ------------------------------------------------------------------------------------------------------


def _inbox(page: Page, site: Live) -> None:
    sign_in(page, site, "kommun", DEMO_PASSWORD)


def _sign_in_page(page: Page, site: Live) -> None:
    page.goto(f"{site.url}/logga-in")


def _thread(page: Page, site: Live) -> None:
    """The first one that has gone to and fro."""
    _inbox(page, site)
    page.locator("#inbox tbody tr", has_text="3 meddelanden").first.get_by_role("link").click()
    page.wait_for_url("**/arenden/*")
    page.wait_for_load_state()


def _compose(page: Page, site: Live) -> None:
    sign_in(page, site, "vardcentral", DEMO_PASSWORD)
    page.goto(f"{site.url}/arenden/ny?municipality=Halmstad&case_type=general")
    unit = page.get_by_label("Mottagande enhet")
    unit.select_option(unit.locator("option", has_text="Hemsjukvård Norr").first.inner_text())
    page.locator("#acute-phone").wait_for()
    fill_in_message(page)
    page.get_by_label("Meddelande", exact=True).fill(LETTER)
    page.get_by_label("Meddelande", exact=True).blur()


def _recipient_list(page: Page, site: Live) -> None:
    sign_in(page, site, "listadmin", DEMO_PASSWORD)
    page.goto(f"{site.url}/admin/mottagare/Halmstad/general")


def _calendar(page: Page, site: Live) -> None:
    sign_in(page, site, "admin", DEMO_PASSWORD)
    page.goto(f"{site.url}/admin/kalender?ar=2027")


def _follow_up(page: Page, site: Live) -> None:
    sign_in(page, site, "enhetschef", DEMO_PASSWORD)
    page.goto(f"{site.url}/uppfoljning?period=manad&dag=2026-10-15")


def _log_review(page: Page, site: Live) -> None:
    sign_in(page, site, "loggranskare", DEMO_PASSWORD)
    page.goto(f"{site.url}/logg/granskning")


PICTURES: dict[str, Callable[[Page, Live], None]] = {
    "logga-in": _sign_in_page,
    "inkorg": _inbox,
    "inkorg-mork": _inbox,
    "inkorg-mobil": _inbox,
    "arende": _thread,
    "nytt": _compose,
    "mottagarlista": _recipient_list,
    "kalender": _calendar,
    "uppfoljning": _follow_up,
    "granskning": _log_review,
}

if __name__ == "__main__":
    main()
