"""How one comes to the states of a session."""

from playwright.sync_api import Page, expect

from lcweb.services import sessions
from tests.browser.scene import Scene
from tests.browser.ways import go, thread
from tests.factories import PASSWORD


def several(page: Page, halmstad: Scene) -> None:
    """`soder` is signed in elsewhere, too."""
    with halmstad.site.context():
        sessions.sign_in("soder", PASSWORD, address="::1", lifetime=halmstad.site.settings.idle, now=halmstad.clock.now,
                         demo=False, browser="Samsung Internet, Android")  # fmt: skip
    go("/konto/inloggningar", page, halmstad)
    expect(page.get_by_role("button", name="Avsluta alla andra")).to_be_visible()


def warned(page: Page, halmstad: Scene) -> None:
    """The page is told to ask what is left, and hears that it is little."""
    page.route("**/poll/session", lambda route: route.fulfill(json={"seconds": "100", "why": "idle"}))
    thread("forwarded")(page, halmstad)
    page.evaluate("() => new BroadcastChannel('session').postMessage('look')")
    expect(page.get_by_role("button", name="Fortsätt arbeta")).to_be_visible()


def handed_over(page: Page, halmstad: Scene) -> None:
    """Last: nobody is signed in afterwards."""
    page.unroute("**/poll/session")
    page.get_by_role("button", name="Byt person").click()
    expect(page.get_by_role("button", name="Glöm enheten")).to_be_visible()
