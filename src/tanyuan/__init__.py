"""Tanyuan 探源: product carbon footprints that walk back to their source.

`import tanyuan as ty` is quick; what `tanyuan.api` offers loads when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanyuan.version import VERSION

if TYPE_CHECKING:
    from tanyuan.api import *  # noqa: F403

__version__ = VERSION


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    from tanyuan import api  # noqa: PLC0415 - the point of this function

    try:
        return getattr(api, name)
    except AttributeError:
        raise AttributeError(f"tanyuan has no {name!r}; see tanyuan.api") from None


def __dir__() -> list[str]:
    from tanyuan import api  # noqa: PLC0415

    return [*api.__all__, "__version__"]
