"""What the server lacks for a moment: the disk is full, the database is busy. Nothing is wrong."""

from __future__ import annotations

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

from tanyuan.languages import Message

RETRY_SECONDS = 30

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_SQLITE_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# PostgreSQL's classes of errors: 53 resources, 55 locks, 57 stopped or told to stop, 58 system
_STATES = ("40001", "40P01", "53", "55", "57", "58")


def shortage(error: BaseException | None) -> Message | None:
    """What is short, if that is what went wrong; a change that met it was undone as a whole."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return _disk()
        if isinstance(error, OperationalError | InterfaceError):
            return _of_database(error.__cause__)
        error = error.__cause__ or error.__context__
    return None


def _disk() -> Message:
    return Message(
        "The server's disk is full or cannot be written. Nothing was saved; try again later."
    )


def _of_database(cause: BaseException | None) -> Message | None:
    code = getattr(cause, "sqlite_errorcode", None)
    state = getattr(cause, "sqlstate", None)
    if (code is not None and code & 0xFF in _SQLITE_FULL) or state == "53100":
        return _disk()
    if code is not None and code & 0xFF not in _SQLITE_BUSY:
        return None
    if state is not None and not state.startswith(_STATES):
        return None
    return Message(
        "The server's database does not answer just now. Nothing was saved; try again in a moment."
    )
