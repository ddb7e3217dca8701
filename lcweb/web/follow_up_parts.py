"""Parts of the follow-up pages, each rendered once for all who ask the same before anything is counted anew."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date

from flask import current_app, render_template
from markupsafe import Markup

from lcweb.queries.follow_up import View
from lcweb.web import charts, figure_words

#: Renderings kept by one process: up to two hundred kilobytes each where there are hundreds of units.
KEPT = 50


def figures(found: View, *, today: date, asked: Hashable = None, address: Callable[[int], str] | None = None) -> Markup:
    """Figures and units' names: the same for everybody who may see the place.

    `address`: of a unit's own figures, which depends on nothing but `asked`; none where they are not linked.
    """

    def render() -> Markup:
        return _render(
            "follow_up/_figures.html",
            found=found,
            figures=figure_words,
            charts=charts.trend(found.trend, today=today),
            calendar=charts.calendar(found.days),
            address=address,
        )

    return render() if found.edition is None else _once((found.edition, asked), render)


def places(choices: Mapping[str, str], chosen: str) -> Markup:
    """The options of `plats`, which can be hundreds. `choices`: value → name."""
    key = tuple(choices.items()), chosen
    return _once(key, lambda: _render("follow_up/_places.html", choices=choices, chosen=chosen))


def _once(key: Hashable, render: Callable[[], Markup]) -> Markup:
    kept: dict[Hashable, Markup] = current_app.extensions.setdefault("lcweb_follow_up_parts", {})
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[key] = render()
    return found


def _render(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))
