"""`tanyuan portfolio`: many studies, or one under many choices, in one go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from tanyuan.cli.common import BAD_INPUT, INCOMPLETE, AsJson, Lang, _, speaking
from tanyuan.cli.executing import Address, Workers


def portfolio(  # noqa: PLR0913, PLR0917 - one for each option
    folder: Annotated[
        Path, typer.Argument(help=_("A folder of studies, or one study."), readable=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=_("The table to write: .xlsx, .csv or .json.")),
    ] = None,
    scenarios: Annotated[
        bool, typer.Option("--scenarios", help=_("Every scenario of each study as well."))
    ] = False,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="NAME=V,V…",
            help=_("Values of a parameter; several options make a grid."),
        ),
    ] = None,
    gwp: Annotated[str, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = "",
    samples: Annotated[
        int, typer.Option("--samples", min=0, max=1_000_000, help=_("Monte Carlo draws."))
    ] = 0,
    workers: Workers = 1,
    cluster: Address = "",
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Calculate a portfolio."""
    from tanyuan.cli.choose import chosen_gwp_set  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import progress_bar  # noqa: PLC0415
    from tanyuan.cli.show_portfolio import show_portfolio  # noqa: PLC0415
    from tanyuan.executors.choosing import executor  # noqa: PLC0415
    from tanyuan.formats import portfolio as studies  # noqa: PLC0415
    from tanyuan.formats.files import save  # noqa: PLC0415
    from tanyuan.formats.portfolio_table import (  # noqa: PLC0415
        check_ending,
        outcome_json,
        portfolio_table,
    )
    from tanyuan.languages import Message  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        if output is not None:
            check_ending(output)
        axes = _axes(vary or [])
        files = studies.study_files(folder)
        with executor(workers, cluster=cluster) as chosen, progress_bar() as tell:
            what = Message("Calculating")
            tell(0.0, what)
            found = list(
                studies.portfolio(
                    files, chosen, choices=studies.grid(axes), scenarios=scenarios,
                    gwp_set=chosen_gwp_set(gwp) if gwp else "", samples=samples,
                    progress=lambda done: tell(done, what),
                )
            )  # fmt: skip
        if output is not None:
            save(output, portfolio_table(found, list(axes), output), overwrite=force)
        if as_json:
            typer.echo(json.dumps(list(map(outcome_json, found)), ensure_ascii=False, indent=1))
        else:
            show_portfolio(found, list(axes))
            if output is not None:
                typer.echo(_("Written: {path}").format(path=output))
    if any(one.problems for one in found):
        raise typer.Exit(BAD_INPUT)
    if any(one.gaps for one in found):
        raise typer.Exit(INCOMPLETE)


def _axes(given: Sequence[str]) -> dict[str, list[Decimal]]:
    """The values of each parameter.

    Raises:
        InputError: an option is no name with numbers.
    """
    from tanyuan.documents.numbers import parse_number  # noqa: PLC0415
    from tanyuan.languages import Message  # noqa: PLC0415
    from tanyuan.problems import InvalidValueError, Place, refuse  # noqa: PLC0415

    found: dict[str, list[Decimal]] = {}
    for text in given:
        name, _equals, values = text.partition("=")
        try:
            found[name.strip()] = [parse_number(value) for value in values.split(",")]
        except InvalidValueError as error:
            raise refuse(
                "vary",
                Message("“{text}” does not name numbers for a parameter: {reason}", text=text,
                        reason=error),
                Message("Write it like: --vary share=0.1,0.2"),
                Place(field="--vary"),
            ) from None  # fmt: skip
    return found
