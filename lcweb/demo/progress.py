"""How the loading tells whoever waits how far it has come."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    def __call__(self, items: Sequence[T], label: str, /) -> Iterable[T]:
        """Hands out `items` one by one while it shows that `label` goes on."""


def silent(items: Sequence[T], _label: str, /) -> Iterator[T]:
    return iter(items)
