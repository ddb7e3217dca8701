"""What a field takes the id of."""

from collections.abc import Mapping
from typing import NamedTuple


class Takes(NamedTuple):
    """`kind`: a name of tests/web/foreign.py's. With "any" before it every living one will do, whoever's it is.

    "version" is a number that says how far the person has read. `ignored`: what does not fit only narrows or chooses
    what is shown, so that the page comes as if nothing had been sent. `optional`: what is no id at all counts as none.
    `by`: the only one of the strangers who is asked for it. `along`: what the field is sent with.
    """

    kind: str
    ignored: bool = False
    optional: bool = False
    by: str = ""
    along: Mapping[str, str] = {}
