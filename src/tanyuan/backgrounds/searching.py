"""Finding factors in the starter library and among the products of backgrounds."""

from __future__ import annotations

from typing import Any

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import offered
from tanyuan.factors.matching import starter_index
from tanyuan.factors.search import Found
from tanyuan.factors.search import search as search_indexes


def search(
    query: str,
    *,
    database: str | None = None,
    licence: str | None = None,
    backgrounds: Library | None = None,
    **options: Any,
) -> Found:
    """The factors that a query names, best first, of the starter library and of backgrounds.

    Args:
        query: words in Chinese or English, an id, a code of the source; empty finds all.
        database: only this background, by name or by the beginning of its hash; empty for the
            starter library alone.
        licence: only backgrounds under these terms of use.
        backgrounds: by default those on this machine.
        options: as `tanyuan.factors.search.search` takes them.

    Raises:
        InputError: there is no such background, or several are called so.
    """
    shelf = Library() if backgrounds is None else backgrounds
    entries = [shelf.find(database)] if database else [] if database == "" else list(shelf)
    among = [
        offered(one).index for one in entries if licence is None or one.about["licence"] == licence
    ]
    if not database and not licence:
        among.insert(0, starter_index())
    return search_indexes(query, among=among, **options)
