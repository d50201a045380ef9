"""What must hold before the server starts; each gate that does not hold says so in a sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tanyuan.languages import Message

SAFE_SQLITE = (3, 51, 3)
OLD_SCHEMA = Message("The database has an old schema: back it up, then run: tanyuan migrate")
_claims: list[IO[str]] = []


def closed_gates() -> Iterator[Message]:
    """Why the server may not start; nothing where all is well."""
    if settings.PRODUCTION and settings.DEBUG:
        yield Message("Debugging is on in production: take TANYUAN_DEBUG away.")
    if settings.PRODUCTION and settings.DEMONSTRATION:
        yield Message(
            "The demonstration region is on in production: take TANYUAN_DEMONSTRATION away."
        )
    if settings.PRODUCTION and "*" in settings.ALLOWED_HOSTS:
        yield Message("TANYUAN_HOSTS is *: name the hosts that the platform is reached by.")
    if settings.PRODUCTION and not settings.SECOND_FACTOR:
        yield Message("The second factor is off in production: take TANYUAN_SECOND_FACTOR away.")
    if waiting_migrations():
        yield OLD_SCHEMA


def warnings() -> Iterator[Message]:
    """What an operator should know, though the server starts."""
    if on_sqlite() and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Message(
            "SQLite {version} can damage its log with several writing processes; this server "
            "writes from one process only. Never open the file with another program.",
            version=sqlite3.sqlite_version,
        )


def on_sqlite() -> bool:
    """Whether the embedded database is in use."""
    return connection.vendor == "sqlite"


def claim_data() -> bool:
    """Claim the data folder for this process and its children until they end.

    Returns:
        False where another process has it.
    """
    import fcntl  # noqa: PLC0415 - not on every system that has the command line

    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _claims.append(lock)
    return True


def waiting_migrations() -> bool:
    """Whether the database lacks a change of schema."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
