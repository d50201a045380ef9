"""What an action answers when it may not or cannot do what is asked."""

from __future__ import annotations

from tanyuan.languages import Message


class Refused(Exception):  # noqa: N818 - reads as what it says
    """A move that may not happen now; the message says why and what would make it possible."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))

    def __str__(self) -> str:
        return str(self.message)


class NotFound(Exception):  # noqa: N818
    """There is no such thing for this person: it does not exist, or is not theirs to see."""
