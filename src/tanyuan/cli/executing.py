"""Options of the commands that can work in several processes or on a cluster."""

from __future__ import annotations

from typing import Annotated

import typer

from tanyuan.cli.common import _

Workers = Annotated[
    int, typer.Option("--workers", min=1, max=1_000, help=_("Processes of this machine."))
]
Address = Annotated[
    str,
    typer.Option(
        "--cluster", metavar="ADDRESS", help=_("A Dask scheduler instead: tcp://HOST:8786.")
    ),
]
