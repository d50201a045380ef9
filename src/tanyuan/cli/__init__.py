"""The command line: `tanyuan`."""

import signal
import sys
from types import FrameType

INTERRUPTED = 130

_interruptions: list[int] = []


def main() -> None:
    """Run the command line; Ctrl-C ends it without a trace, also while it is loading."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        from tanyuan.cli.app import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def end_if_interrupted() -> None:
    """End after all: Python drops a Ctrl-C that meets a destructor or a callback."""
    if _interruptions:
        raise KeyboardInterrupt


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _interruptions.append(number)
    raise KeyboardInterrupt


__all__ = ["end_if_interrupted", "main"]
