"""What is short is told from what is wrong."""

import errno
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError

from tanyuan.server.base.shortage import shortage


def of_database(kind=OperationalError, **facts):
    cause = sqlite3.OperationalError("x") if "sqlite_errorcode" in facts else Exception("x")
    for name, value in facts.items():
        setattr(cause, name, value)
    error = kind("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (OSError(errno.ENOSPC, "x"), "disk"),
        (OSError(errno.EDQUOT, "x"), "disk"),
        (of_database(sqlite_errorcode=sqlite3.SQLITE_FULL), "disk"),
        (of_database(sqlite_errorcode=sqlite3.SQLITE_IOERR_WRITE), "disk"),
        (of_database(sqlite_errorcode=sqlite3.SQLITE_BUSY), "database"),
        (of_database(sqlite_errorcode=sqlite3.SQLITE_BUSY_SNAPSHOT), "database"),
        (of_database(sqlstate="53100"), "disk"),
        (of_database(sqlstate="55P03"), "database"),
        (of_database(sqlstate="57014"), "database"),
        (of_database(sqlstate="40P01"), "database"),
        (of_database(InterfaceError), "database"),
        (OperationalError("no connection"), "database"),
    ],
)
def test_a_shortage_says_of_what(error, word):
    outer = RuntimeError("outer")
    outer.__cause__ = error
    for one in (error, outer):
        assert f"The server's {word}" in str(shortage(one))


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("x"),
        OSError(errno.ENOENT, "x"),
        of_database(sqlite_errorcode=sqlite3.SQLITE_ERROR),
        of_database(sqlstate="42P01"),
    ],
)
def test_all_else_is_a_fault(error):
    assert shortage(error) is None
