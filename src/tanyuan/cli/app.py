"""The commands. Each reads, calls the library and shows; exit codes are the same everywhere.

0: done, complete. 1: a check failed. 2: bad input. 3: calculated or checked, but incomplete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tanyuan.cli.backgrounds import background_app
from tanyuan.cli.common import CHECK_FAILED, INCOMPLETE, AsJson, Lang, _, speaking
from tanyuan.cli.drawing import sample
from tanyuan.cli.exporting import export
from tanyuan.cli.portfolio import portfolio
from tanyuan.version import VERSION

app = typer.Typer(
    name="tanyuan",
    help=_("Product carbon footprints that walk back to their source."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
factors_app = typer.Typer(help=_("Search and show library factors."), no_args_is_help=True)
app.add_typer(factors_app, name="factors")
app.add_typer(background_app, name="background")
background_app.command(help=_("Draw samples of all products and show how sure they are."))(sample)
app.command(help=_("Calculate many studies, or one under many choices, into one table."))(portfolio)
app.command(help=_("Write the model of a study for other LCA programs."))(export)
# What cannot be read is told as any other problem, not by Typer
File = Annotated[Path, typer.Argument(help=_("A study: .xlsx, .json or .yaml."), readable=False)]


@app.command(help=_("Write a template to fill in: product.xlsx, or .json, .yaml."))
def template(
    path: Annotated[Path, typer.Argument(help=_("The file to write."))] = Path("product.xlsx"),
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))] = False,
    lang: Lang = None,
) -> None:
    """Write the template."""
    from tanyuan.formats.files import write_study  # noqa: PLC0415
    from tanyuan.formats.template import template_study  # noqa: PLC0415

    with speaking(lang):
        _save(path, write_study(template_study(), path, library=True), force=force)
        typer.echo(_("Written: {path}. Fill it in, then: tanyuan calc {path}").format(path=path))


@app.command(help=_("Calculate the footprint of a study."))
def calc(
    file: File,
    as_json: AsJson = False,
    gwp: Annotated[str | None, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = None,
    scenario: Annotated[str, typer.Option("--scenario", help=_("A scenario of the study."))] = "",
    allocation: Annotated[
        str | None, typer.Option("--allocation", help=_("Allocation where processes name none."))
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", min=0, max=1_000_000, help=_("Monte Carlo draws."))
    ] = 10_000,
    lang: Lang = None,
) -> None:
    """Calculate and show."""
    from tanyuan.cli.choose import chosen_method  # noqa: PLC0415
    from tanyuan.formats.files import load  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        study = load(file)
        method = chosen_method(study.study.method, gwp=gwp, allocation=allocation)
        footprint = study.calculate(method=method, scenario=scenario, samples=samples)
        if as_json:
            from tanyuan.formats.as_json import footprint_json, problems_json  # noqa: PLC0415

            notices = {"notices": problems_json(study.notices)["problems"]}
            found = {**footprint_json(footprint), **notices}
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            from tanyuan.cli.show import show_footprint, show_notices  # noqa: PLC0415

            show_notices(study.notices)
            show_footprint(footprint)
    if not footprint.complete:
        raise typer.Exit(INCOMPLETE)


@app.command(help=_("Seal a footprint into one file that anyone can check."))
def seal(
    file: File,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("The file to write."))
    ] = None,
    certification: Annotated[
        bool, typer.Option("--certification", help=_("Refuse what cannot be certified."))
    ] = False,
    scenario: Annotated[str, typer.Option("--scenario", help=_("A scenario of the study."))] = "",
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))] = False,
    lang: Lang = None,
) -> None:
    """Calculate and seal."""
    from tanyuan.cli.show import show_notices  # noqa: PLC0415
    from tanyuan.footprint.seal import footprint_hash  # noqa: PLC0415
    from tanyuan.footprint.seal import seal as sealed  # noqa: PLC0415
    from tanyuan.formats.files import load  # noqa: PLC0415

    with speaking(lang):
        study = load(file)
        show_notices(study.notices)
        footprint = study.calculate(scenario=scenario)
        target = output or file.with_suffix(".sealed.json")
        _save(target, sealed(footprint, certification=certification), force=force)
        typer.echo(_("Sealed: {path}").format(path=target))
        typer.echo(footprint_hash(footprint))
        for bar in footprint.bars:
            typer.echo(_("Bars certification: {bar}").format(bar=bar.message))


@app.command(help=_("Write the study report of a footprint: PDF or Word."))
def report(
    file: File,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=_("The report to write: .pdf or .docx."))
    ],
    particulars: Annotated[
        Path | None,
        typer.Option(
            "--particulars",
            help=_("Client, author, date … instead of those in the study's file: .yaml or .json."),
        ),
    ] = None,
    scenario: Annotated[str, typer.Option("--scenario", help=_("A scenario of the study."))] = "",
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))] = False,
    lang: Lang = None,
) -> None:
    """Calculate and write the report."""
    from tanyuan.formats.files import load, read_bytes  # noqa: PLC0415
    from tanyuan.formats.particulars import read_particulars  # noqa: PLC0415
    from tanyuan.reports.files import check_ending, write_report  # noqa: PLC0415

    with speaking(lang):
        check_ending(output)
        given = read_particulars(read_bytes(particulars), particulars.name) if particulars else None
        study = load(file)
        footprint = study.calculate(scenario=scenario)
        _save(output, write_report(footprint, output, given or study.particulars), force=force)
        typer.echo(_("Written: {path}").format(path=output))
    if not footprint.complete:
        raise typer.Exit(INCOMPLETE)


@app.command(help=_("Check a sealed footprint: its bytes, and every figure calculated again."))
def verify(
    file: Annotated[Path, typer.Argument(help=_("A sealed footprint."), readable=False)],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Check a sealed footprint."""
    from tanyuan.cli.show import show_verification  # noqa: PLC0415
    from tanyuan.footprint.seal import verify as check  # noqa: PLC0415
    from tanyuan.formats.files import read_bytes  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        found = check(read_bytes(file), file.name)
        if as_json:
            from tanyuan.formats.as_json import verification_json  # noqa: PLC0415

            typer.echo(json.dumps(verification_json(found), ensure_ascii=False, indent=1))
        else:
            show_verification(found)
    if found.verdict == "FAIL":
        raise typer.Exit(CHECK_FAILED)
    if found.verdict == "PARTIAL":
        raise typer.Exit(INCOMPLETE)


@factors_app.command("search", help=_("Find factors by words in Chinese or English, or a code."))
def factors_search(  # noqa: PLR0913, PLR0917 - one for each filter
    words: Annotated[list[str], typer.Argument(help=_("Words, parts of words, or a code."))],
    place: Annotated[
        str | None, typer.Option("--place", help=_("Only this place: CN, CN-SD, GLO …"))
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help=_("Only this year."))] = None,
    category: Annotated[
        str | None, typer.Option("--category", help=_("Only this category."))
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", help=_("Only this background; '' for none."))
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", help=_("Only backgrounds under these terms."))
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many."))] = 15,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Search the library and the backgrounds."""
    from tanyuan.backgrounds.searching import search  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        found = search(
            " ".join(words), database=database, licence=licence,
            geography=place, year=year, category=category, limit=limit,
        )  # fmt: skip
        if as_json:
            from tanyuan.formats.as_json import found_json  # noqa: PLC0415

            typer.echo(json.dumps(found_json(found), ensure_ascii=False, indent=1))
        else:
            from tanyuan.cli.show_factors import show_found  # noqa: PLC0415

            show_found(found)


@factors_app.command("show", help=_("Show everything about a factor, with its source."))
def factors_show(
    factor_id: Annotated[str, typer.Argument(help=_("Id or code of the factor."))],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show one factor."""
    from tanyuan.cli.choose import chosen_factor  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        factor = chosen_factor(factor_id)
        if as_json:
            from tanyuan.formats.as_json import factor_json  # noqa: PLC0415

            typer.echo(json.dumps(factor_json(factor), ensure_ascii=False, indent=1))
        else:
            from tanyuan.cli.show_factors import show_factor  # noqa: PLC0415

            show_factor(factor)


@app.command(help=_("List the units that amounts may have."))
def units(lang: Lang = None) -> None:
    """List the closed unit table."""
    from tanyuan.cli.show_factors import show_units  # noqa: PLC0415

    with speaking(lang):
        show_units()


def _save(path: Path, data: bytes, *, force: bool) -> None:
    from tanyuan.formats.files import save  # noqa: PLC0415

    save(path, data, overwrite=force)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tanyuan {VERSION}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=_("Print the version.")),
    ] = False,
) -> None:
    """Options of every command."""


def _plug_in() -> None:
    """Add the commands of other parts of the platform, where one of them is asked for."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if asked in {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    } | {group.name for group in app.registered_groups}:
        return
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load

    for entry in entry_points(group="tanyuan.commands"):
        more = entry.load()
        app.registered_commands += more.registered_commands
        app.registered_groups += more.registered_groups


def main() -> None:
    """Run the command line; output is UTF-8 on every system."""
    _plug_in()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    app()
