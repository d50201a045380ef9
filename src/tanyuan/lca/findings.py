"""Problems found in arrays: the entries of a table that are wrong, the first hundred by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tanyuan.languages import Message
from tanyuan.lca.exchanges import Mask
from tanyuan.problems import Place, Problems

LISTED = 100

Label = Callable[[int], str]
"""What a row or a column is called in messages."""


class Findings:
    """Problems of one stage of the checks, of which the first hundred are listed."""

    def __init__(self) -> None:
        self._problems = Problems()
        self._unlisted = 0

    def note(
        self, code: str, table: str, wrong: Mask, cause: Callable[[int], Message], mend: Message
    ) -> None:
        """Note the entries of a table that are wrong."""
        entries = np.flatnonzero(wrong).tolist()
        room = LISTED - len(self._problems.found)
        for entry in entries[:room]:
            self._problems.add(code, cause(entry), mend, Place(sheet=table, row=entry + 1))
        self._unlisted += len(entries[room:])

    def raise_if_any(self) -> None:
        """Raise what was found."""
        if self._unlisted:
            self._problems.add(
                "more-problems",
                Message("{count} more problems are not listed.", count=self._unlisted),
                Message("Mend those listed first, then check again."),
            )
        self._problems.raise_if_any()
