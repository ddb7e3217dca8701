"""A thread's page, read."""

from tests.html import Element
from tests.page import Page


def facts(page: Page) -> dict[str, str]:
    groups = page.root.get_one("dl", class_="facts").find_all("div")
    return {group.get_one("dt").text: group.get_one("dd").text for group in groups}


def messages(page: Page) -> list[Element]:
    return [item for item in page.root.find_all("li") if item.get("id").startswith("message-")]


def delivery(page: Page) -> list[str]:
    return [message.get_one(class_="delivery").text for message in messages(page)]


def history(page: Page) -> list[str]:
    return [item.text for item in page.root.get_one("ol", class_="messages").find_all("li", class_="event")]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def problem(page: Page) -> str:
    return page.root.get_one(id="error-summary").get_one("li").text
