"""The server's commands, plugged into the command line: serve, worker, migrate, backup."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

_MISSING = 'The server is not installed. Run: pip install "tanyuan[server]"'


def _start(data: Path | None, *, demonstration: bool = False) -> None:
    """Load Django with its settings; a bad setting ends here with its sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanyuan.server.web.settings")
    if data is not None:
        os.environ["TANYUAN_DATA"] = str(data)
    if demonstration:
        os.environ["TANYUAN_DEMONSTRATION"] = "yes"
    try:
        import django  # noqa: PLC0415 - only with the server installed
    except ImportError:
        _leave(_MISSING)
    from tanyuan.server.web.environment import SettingError  # noqa: PLC0415

    try:
        django.setup()
    except SettingError as error:
        _leave(str(error))


def _leave(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


Data = Annotated[
    Path | None, typer.Option("--data", help="The folder of all data; ./var if not said.")
]


def serve(
    host: Annotated[str, typer.Option("--host", envvar="HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", envvar="PORT", min=1, max=65535)] = 8000,
    data: Data = None,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="With made-up organisations and accounts.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64)] = 2,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64)] = 8,
) -> None:
    """Run the server; on SQLite one process, on PostgreSQL several workers."""
    _start(data, demonstration=demonstration)
    from tanyuan.server.web import gates, preparing  # noqa: PLC0415
    from tanyuan.server.web.serving import Server  # noqa: PLC0415

    if not gates.port_is_free(host, port):
        _leave(f"Port {port} is taken. Stop what runs there, or choose another: PORT={port + 1}")
    embedded = gates.on_sqlite()
    if embedded:
        preparing.migrate()
    if sentences := list(gates.closed_gates()):
        _leave("\n".join(sentences))
    preparing.collect_static()
    if demonstration:
        preparing.demonstrate()
    for warning in gates.warnings():
        typer.echo(warning, err=True)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104
    typer.echo(f"探源 Tanyuan: http://{shown}:{port}/")
    if demonstration:
        for line in preparing.accounts():
            typer.echo(line)
    typer.echo("Ctrl-C 停止 stops.")
    sys.stdout.flush()
    preparing.close_connections()
    sys.argv = sys.argv[:1]
    Server(host, port, workers=1 if embedded else workers, threads=threads, jobs=embedded).run()


def worker(data: Data = None) -> None:
    """Do waiting jobs (PostgreSQL; on SQLite the server does them itself)."""
    _start(data)
    from tanyuan.server.base.jobs import JobLoop, take_up_broken  # noqa: PLC0415
    from tanyuan.server.web import gates  # noqa: PLC0415

    if gates.on_sqlite():
        _leave("On SQLite the server does the jobs itself; a second writing process is not safe.")
    if sentences := list(gates.closed_gates()):
        _leave("\n".join(sentences))
    take_up_broken()
    loop = JobLoop()
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: ended.append(number))
    loop.start()
    typer.echo("Waiting for jobs.")
    while not ended:
        time.sleep(0.2)
    loop.stop()


def migrate(data: Data = None) -> None:
    """Bring the database to this version's schema."""
    _start(data)
    from tanyuan.server.web import preparing  # noqa: PLC0415

    preparing.migrate()
    typer.echo("The schema is up to date.")


def backup(target: Path, data: Data = None) -> None:
    """Copy the SQLite database, whole and consistent, while the server runs."""
    _start(data)
    from django.conf import settings  # noqa: PLC0415

    from tanyuan.server.web import gates  # noqa: PLC0415

    if not gates.on_sqlite():
        _leave("Back PostgreSQL up with its own tools: pg_dump --format=custom")
    if target.exists():
        _leave(f"{target} exists already.")
    source: Any = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    with sqlite3.connect(target) as copy:
        source.backup(copy)
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    source.close()
    if found != "ok":
        target.unlink()
        _leave(f"The copy is damaged: {found}")
    typer.echo(f"{target}: {target.stat().st_size} bytes, integrity ok. Copy the files folder too.")
