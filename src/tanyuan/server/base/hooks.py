"""What a lower app needs from a higher one, registered when the higher one starts.

guard: may this move happen? Raises `Refused` if not. watcher: this has happened. dependants: what
rests on this thing. All run in the caller's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

Hook = Callable[..., Any]

_hooks: dict[tuple[str, str], list[Hook]] = defaultdict(list)


def register(kind: str, move: str, hook: Hook) -> None:
    """Register a hook of a kind for a move such as `footprint.seal`."""
    if kind not in ("guard", "watcher", "dependants"):
        raise ValueError(f"no such kind of hook: {kind}")
    _hooks[kind, move].append(hook)


def guard(move: str, **subject: Any) -> None:
    """Ask every guard of a move; the first that objects raises."""
    for hook in _hooks["guard", move]:
        hook(**subject)


def tell(move: str, **subject: Any) -> None:
    """Tell every watcher that a move has happened."""
    for hook in _hooks["watcher", move]:
        hook(**subject)


def dependants(move: str, **subject: Any) -> Iterable[Any]:
    """All that rests on a thing."""
    for hook in _hooks["dependants", move]:
        yield from hook(**subject)
