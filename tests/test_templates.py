"""The templates as they are written: what renders alone, what polls, and what they must not hold."""

import ast
import json
import re
from pathlib import Path

import pytest

from lcweb.domain.reminders import Kind
from tests.html import Element, parse

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
FRAGMENTS = [name for name in PAGES if Path(name).name.startswith("_")]
#: htmx 4 inherits nothing, and everything else of it needs eval or an extension.
ALLOWED = {"hx-get", "hx-post", "hx-trigger", "hx-target", "hx-swap", "hx-sync", "hx-disable", "hx-confirm"}
REFERENCE = re.compile(r"""{%-?\s*(?:include|extends|import|from)\s+"([^"]+)\"""")
INCLUDE = re.compile(r"""{%-?\s*include\s+"([^"]+)"\s*-?%}""")
MACRO = re.compile(r"{%-?\s*macro\b.*?endmacro\s*-?%}", re.DOTALL)
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def markup(name: str) -> str:
    """The HTML of a template and of what it includes, every branch of it, without Jinja's own words."""
    own = MACRO.sub("", source(name)) if name in FRAGMENTS else source(name)
    return JINJA.sub("", INCLUDE.sub(lambda found: markup(found[1]), own))


def tree(name: str) -> Element:
    return parse(markup(name))


def elements(name: str) -> list[Element]:
    return list(tree(name).find_all())


def hx_of(element: Element) -> set[str]:
    return {attribute for attribute in element.attributes if attribute.startswith("hx-")}


# What renders alone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_has_one_root_with_a_fixed_id(name: str) -> None:
    """What goes elsewhere in the page comes along in htmx's own envelope."""
    top = tree(name).children
    roots = [child for child in top if isinstance(child, Element) and child.tag != "hx-partial"]
    assert len(roots) == 1
    assert [child for child in top if isinstance(child, str) and child.strip()] == []
    assert roots[0].get("id")
    assert f'id="{roots[0]["id"]}"' in "".join(source(included) for included in [name, *included_in(name)])


def included_in(name: str) -> list[str]:
    direct = INCLUDE.findall(source(name))
    return [*direct, *(deeper for included in direct for deeper in included_in(included))]


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_s_root_alone_asks_for_news(name: str) -> None:
    roots = {child["id"] for child in tree(name).children if isinstance(child, Element) and child.tag != "hx-partial"}
    inner = [element for element in elements(name) if element.get("id") not in roots and element.tag != "hx-partial"]
    own_fragments = {"menu-inbox"}  # stands within the envelope of the inbox's answer
    assert [element for element in inner if hx_of(element) and element.get("id") not in own_fragments] == []


# htmx -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_only_the_allowed_attributes_of_htmx_are_used(name: str) -> None:
    used = {attribute for element in elements(name) for attribute in hx_of(element)}
    assert used <= ALLOWED
    assert re.findall(r"\b(?:js:|hx-on|hx-boost|hx-push-url|hx-ext|hx-vals|hx-headers)", source(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_whoever_asks_says_when_for_what_and_how_to_put_it_in(name: str) -> None:
    known = {element["id"] for page in PAGES for element in elements(page) if element.get("id")}
    for element in elements(name):
        if hx_of(element) & {"hx-get", "hx-post"}:
            assert {"hx-trigger", "hx-target", "hx-swap"} <= hx_of(element)
        target = element.get("hx-target")
        assert target == "" or target.removeprefix("#") in known


@pytest.mark.parametrize("name", PAGES)
def test_a_polled_element_replaces_itself_and_holds_no_form(name: str) -> None:
    """A form that is filled in must not be swapped away under the person's hands."""
    for element in elements(name):
        assert ("data-poll" in element.attributes) == (element.get("hx-trigger") == "poll")
        if "data-poll" in element.attributes:
            assert element["hx-target"] == f"#{element['id']}"
            within = {inner.tag for inner in element.find_all()}
            assert within & {"form", "input", "select", "textarea"} == set()


@pytest.mark.parametrize("name", PAGES)
def test_what_keeps_focus_over_a_swap_has_an_id(name: str) -> None:
    for element in elements(name):
        if "data-poll" in element.attributes:
            loose = [
                inner for inner in element.find_all() if inner.tag in ("a", "button") and "id" not in inner.attributes
            ]
            assert loose == []


def test_htmx_is_told_what_not_to_do() -> None:
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", source("base.html"))[1])
    assert {204, 304, "4xx", "5xx"} <= set(config["noSwap"])
    assert (config["history"], config["extensions"], config["includeIndicatorCSS"]) == ("reload", "none", False)


# What no template holds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_shown_unescaped_and_nothing_runs_or_is_styled_in_the_page(name: str) -> None:
    assert re.findall(r"\|\s*safe\b|autoescape|Markup|javascript:", source(name)) == []
    for element in elements(name):
        assert [name for name in element.attributes if name.startswith("on") or name == "style"] == []
        assert element.tag not in ("style", "object", "embed", "iframe")
        assert element.tag != "script" or "src" in element.attributes


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_changes_something_carries_a_token_and_one_alone_a_file(name: str) -> None:
    """S4. A form is a POST with a token, or a GET that says so. An import's table is the one file that is taken."""
    for form in re.findall(r"<form\b.*?</form>", source(name), re.DOTALL):
        assert 'method="get"' in form or "csrf()" in form or "csrf_token()" in form
        takes_file = "multipart" in form or 'type="file"' in form
        assert not takes_file or name == "imports/show.html"


# Use ------------------------------------------------------------------------------------------------------------------


def test_every_page_and_fragment_is_used_and_every_used_one_exists() -> None:
    used = {found for name in PAGES for found in REFERENCE.findall(source(name))}
    for path in (ROOT / "lcweb").rglob("*.py"):
        strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
        used |= {text for text in strings if isinstance(text, str) and re.fullmatch(r"[\w/]+\.html", text)}
    assert used == set(PAGES)


def test_every_mail_has_a_subject_and_a_body_and_no_other_has() -> None:
    found = {path.relative_to(TEMPLATES / "email").as_posix() for path in (TEMPLATES / "email").rglob("*.txt")}
    assert found == {f"{kind.value}/{part}.txt" for kind in Kind for part in ("subject", "body")}
