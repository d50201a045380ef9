"""What the server does before it serves: schema, static files, the demonstration region."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tanyuan.server.web import demonstration
from tanyuan.server.web.gates import waiting_migrations
from tanyuan.version import VERSION

_OWN = Path(__file__).resolve().parent / "static"


def migrate() -> None:
    """Bring the database to this version's schema."""
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    if waiting_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    # The table of the shared cache, where one is set; it is no model and has no migration
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Gather the static files once a version, and again when one of ours has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    newest = max((file.stat().st_mtime for file in _OWN.rglob("*.*")), default=0.0)
    wanted = f"{VERSION} {newest}"
    if not stamp.exists() or stamp.read_text() != wanted:
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(wanted)


def demonstrate() -> None:
    """Make the demonstration region where there is none."""
    demonstration.build()


def accounts() -> Iterator[str]:
    """The demonstration accounts, one a line."""
    file = demonstration.password_file()
    if not file.exists():
        return
    yield f"演示账户 Demonstration accounts, password {file.read_text()}:"
    for account in demonstration.ACCOUNTS:
        yield f"  {account.email:32} {account.organisation} · {account.role}"


def close_connections() -> None:
    """Leave no connection open across a fork."""
    connections.close_all()
