"""A page as a small tree, for tests that ask what stands where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class Element:
    """`attributes` without a value are empty strings."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None
    _below: "list[Element] | None" = field(default=None, repr=False, compare=False)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def text(self) -> str:
        """All text within, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    def find(self, tag: str = "*", **attributes: str) -> "Element | None":
        """The first that fits: `find("input", name="subject")`; `class_`, `data_x` for class and data-x."""
        return next(self.find_all(tag, **attributes), None)

    def get_one(self, tag: str = "*", **attributes: str) -> "Element":
        """AssertionError unless there is exactly one."""
        found = list(self.find_all(tag, **attributes))
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]

    def find_all(self, tag: str = "*", **attributes: str) -> Iterator["Element"]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        kind = wanted.pop("class", None)
        return (
            element
            for element in self._descendants()
            if tag in ("*", element.tag)
            and wanted.items() <= element.attributes.items()
            and (kind is None or kind in element.classes)
        )

    def within(self, tag: str) -> "Element | None":
        """The nearest ancestor of that kind."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above

    def _descendants(self) -> list["Element"]:
        """As the page has them, noted down the first time: by then the tree is whole."""
        if self._below is None:
            nearest = [child for child in self.children if isinstance(child, Element)]
            self._below = [element for child in nearest for element in (child, *child._descendants())]
        return self._below

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style", "template"):
                yield from child._pieces()
                yield "" if child.tag in ("a", "abbr", "b", "em", "i", "span", "strong", "time") else " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.current = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.current)
        assert len(attrs) == len(element.attributes), f"an attribute stands twice on <{tag}>"
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert tag == self.current.tag, f"</{tag}> closes <{self.current.tag}>"
        assert self.current.parent is not None
        self.current = self.current.parent

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path/>` of an SVG."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.current.children.append(data)


def parse(text: str) -> Element:
    """AssertionError when an element is not closed where it should be: our templates write every end tag."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert builder.current is builder.root, f"<{builder.current.tag}> is never closed"
    return builder.root
