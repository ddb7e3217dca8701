"""A page looked at in light, in dark and on a phone: what axe-core finds, and what does not fit."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
#: All of WCAG 2.2 A and AA, and axe's own best practices; in dark only what colours can break.
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
DESK, PHONE, NARROWEST = 1280, 400, 320
_RUN = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(
  (result) => result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary}`)))"""
_TOO_WIDE = """() => {
  const wide = (element) => element.getBoundingClientRect().right > innerWidth + 1;
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => wide(element) && ![...element.children].some(wide))
    .map((element) => `wider than ${innerWidth} px: ${element.outerHTML.slice(0, 120)}`);
}"""


def faults(page: Page) -> list[str]:
    """In words, of the page as it stands; it is afterwards in light and as wide as a desk again."""
    _inject(page)
    found = [f"light: {fault}" for fault in page.evaluate(_RUN, ALL)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in page.evaluate(_RUN, COLOURS)]
    page.emulate_media(color_scheme="light")
    _widen(page, PHONE)
    found += [f"phone: {fault}" for fault in page.evaluate(_RUN, ALL)]
    found += page.evaluate(_TOO_WIDE)
    _widen(page, NARROWEST)
    found += page.evaluate(_TOO_WIDE)
    _widen(page, DESK)
    return found + page.evaluate(_TOO_WIDE)


def _widen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def _inject(page: Page) -> None:
    """Through the debugger: the pages' own policy lets no script in, and shall not be loosened for a test."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    session.detach()
