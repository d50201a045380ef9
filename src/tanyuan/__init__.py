"""Tanyuan 探源: product carbon footprints that walk back to their source.

`import tanyuan as ty` is quick; what `tanyuan.api` offers loads when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tanyuan.version import VERSION

if TYPE_CHECKING:
    from tanyuan.api import *  # noqa: F403

__version__ = VERSION


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return getattr(import_module("tanyuan.api"), name)
    except AttributeError:
        raise AttributeError(f"tanyuan has no {name!r}; see tanyuan.api") from None


def __dir__() -> list[str]:
    return [*import_module("tanyuan.api").__all__, "__version__"]
