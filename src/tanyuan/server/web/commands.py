"""The server's commands, plugged into the command line: serve, worker, migrate, backup, account."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from tanyuan.cli import end_if_interrupted
from tanyuan.languages import Message, translate
from tanyuan.server.web.account_commands import account

BAD = 2


def _(text: str) -> str:
    """Help in the system's language."""
    return translate(text)


app = typer.Typer()
app.add_typer(account, name="account")

Data = Annotated[
    Path | None, typer.Option("--data", help=_("The folder of all data; ./var if not said."))
]


def leave(*sentences: object) -> NoReturn:
    """End with what is wrong."""
    for sentence in sentences:
        typer.echo(str(sentence), err=True)
    raise typer.Exit(BAD)


def start(data: Path | None, *, demonstration: bool = False) -> None:
    """Load Django with its settings; a bad setting ends here with its sentence."""
    if os.name != "posix":
        leave(Message("The server runs on Linux and macOS; on Windows use it inside WSL."))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanyuan.server.web.settings")
    if data is not None:
        os.environ["TANYUAN_DATA"] = str(data)
    if demonstration:
        os.environ["TANYUAN_DEMONSTRATION"] = "yes"
    try:
        import django  # noqa: PLC0415 - only with the server installed
    except ImportError:
        leave(Message('The server is not installed. Run: pip install "tanyuan[server]"'))
    from tanyuan.server.web.environment import SettingError  # noqa: PLC0415

    try:
        django.setup()
    except SettingError as error:
        leave(error)


def claim() -> None:
    """Be the one process that writes to an SQLite database, or end with the reason."""
    from tanyuan.server.web import gates  # noqa: PLC0415

    if gates.on_sqlite() and not gates.claim_data():
        leave(
            Message(
                "Another process of the server writes to this data folder; stop it first. "
                "On SQLite only one may."
            )
        )


@app.command(help=_("Run the server; on SQLite one process, on PostgreSQL several workers."))
def serve(
    host: Annotated[
        str, typer.Option("--host", envvar="HOST", help=_("The address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", envvar="PORT", min=1, max=65535, help=_("The port."))
    ] = 8000,
    data: Data = None,
    demonstration: Annotated[
        bool,
        typer.Option("--demonstration", help=_("With made-up organisations and accounts.")),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help=_("Processes, on PostgreSQL."))
    ] = 2,
    threads: Annotated[
        int, typer.Option("--threads", min=1, max=64, help=_("Threads of each process."))
    ] = 8,
) -> None:
    """Run the server."""
    from tanyuan.server.web.addresses import address_problem, names_of, reached_at  # noqa: PLC0415

    if problem := address_problem(host, port):
        leave(problem)
    os.environ.setdefault("TANYUAN_HOSTS", ",".join(names_of(host)))
    start(data, demonstration=demonstration)
    from tanyuan.server.web import gates, preparing  # noqa: PLC0415
    from tanyuan.server.web.serving import Server  # noqa: PLC0415

    claim()
    embedded = gates.on_sqlite()
    if embedded:
        preparing.migrate()
    if sentences := list(gates.closed_gates()):
        leave(*sentences)
    preparing.collect_static()
    if demonstration:
        preparing.demonstrate()
    for warning in gates.warnings():
        typer.echo(str(warning), err=True)
    for address in reached_at(host, port):
        typer.echo(f"探源 Tanyuan: {address}")
    if demonstration:
        for line in preparing.accounts():
            typer.echo(line)
    typer.echo("Ctrl-C 停止 stops.")
    sys.stdout.flush()
    preparing.close_connections()
    sys.argv = sys.argv[:1]
    end_if_interrupted()
    Server(host, port, workers=1 if embedded else workers, threads=threads, jobs=embedded).run()


@app.command(help=_("Do waiting jobs (PostgreSQL; on SQLite the server does them itself)."))
def worker(data: Data = None) -> None:
    """Do waiting jobs."""
    start(data)
    from tanyuan.server.base.jobs import JobLoop, take_up_broken  # noqa: PLC0415
    from tanyuan.server.web import gates  # noqa: PLC0415

    if gates.on_sqlite():
        leave(
            Message(
                "On SQLite the server does the jobs itself; a second writing process is not safe."
            )
        )
    if sentences := list(gates.closed_gates()):
        leave(*sentences)
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    take_up_broken()
    loop = JobLoop()
    loop.start()
    typer.echo(str(Message("Waiting for jobs.")))
    ending.wait()
    loop.stop()


@app.command(help=_("Bring the database to this version's schema."))
def migrate(data: Data = None) -> None:
    """Bring the database to this version's schema."""
    start(data)
    from tanyuan.server.web import preparing  # noqa: PLC0415

    claim()
    preparing.migrate()
    typer.echo(str(Message("The schema is up to date.")))


@app.command(help=_("Copy the SQLite database, whole and consistent, while the server runs."))
def backup(
    target: Annotated[Path, typer.Argument(help=_("The file to write."))], data: Data = None
) -> None:
    """Copy the SQLite database."""
    start(data)
    from django.conf import settings  # noqa: PLC0415

    from tanyuan.server.web import gates  # noqa: PLC0415

    if not gates.on_sqlite():
        leave(Message("Back PostgreSQL up with its own tools: pg_dump --format=custom"))
    if target.exists():
        leave(Message("{file} exists already.", file=target))
    source: Any = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    with sqlite3.connect(target) as copy:
        source.backup(copy)
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        keys = copy.execute("PRAGMA foreign_key_check").fetchall()
    source.close()
    if found != "ok" or keys:
        target.unlink()
        leave(Message("The copy is damaged: {why}", why=found if found != "ok" else keys[:3]))
    typer.echo(
        str(
            Message(
                "{file}: {size} bytes, integrity ok. Copy the files folder too.",
                file=target,
                size=target.stat().st_size,
            )
        )
    )
