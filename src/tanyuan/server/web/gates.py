"""What must hold before the server starts; each gate that does not hold says so in a sentence."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

SAFE_SQLITE = (3, 51, 3)


def closed_gates() -> Iterator[str]:
    """Why the server may not start; nothing where all is well."""
    if settings.PRODUCTION and settings.DEBUG:
        yield "Debugging is on in production: take TANYUAN_DEBUG away."
    if settings.PRODUCTION and settings.DEMONSTRATION:
        yield "The demonstration region is on in production: take TANYUAN_DEMONSTRATION away."
    if settings.PRODUCTION and "*" in settings.ALLOWED_HOSTS:
        yield "TANYUAN_HOSTS is *: name the hosts that the platform is reached by."
    if settings.PRODUCTION and not settings.SECOND_FACTOR:
        yield "The second factor is off in production: take TANYUAN_SECOND_FACTOR away."
    if waiting_migrations():
        yield "The database has an old schema: back it up, then run: tanyuan migrate"


def warnings() -> Iterator[str]:
    """What an operator should know, though the server starts."""
    if on_sqlite() and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield (
            f"SQLite {sqlite3.sqlite_version} can damage its log with several writing processes; "
            "this server writes from one process only. Never open the file with another program."
        )


def on_sqlite() -> bool:
    """Whether the embedded database is in use."""
    return connection.vendor == "sqlite"


def waiting_migrations() -> bool:
    """Whether the database lacks a change of schema."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def port_is_free(host: str, port: int) -> bool:
    """Whether a port can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True
