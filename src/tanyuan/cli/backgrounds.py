"""`tanyuan background`: import process databases, list them, show what they hold and changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tanyuan.cli.common import AsJson, Lang, _, speaking

background_app = typer.Typer(
    help=_("Process databases, whose products serve as factors."), no_args_is_help=True
)

Named = Annotated[str, typer.Argument(help=_("Its name, or the beginning of its hash."))]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help=_("The file to write: .xlsx or .json."))
]
Force = Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))]
Chosen = Annotated[
    Path | None, typer.Option("--profile", help=_("Choices saved by an earlier import."))
]
Keys = Annotated[
    str,
    typer.Option(
        "--allocation",
        help=_(
            "How several outputs share burdens where the source does not say, the first that "
            "fits counts: mass,energy,economic,equal,reference."
        ),
    ),
]


@background_app.command("import", help=_("Read, link and solve a process database, and keep it."))
def import_(  # noqa: PLR0913, PLR0917 - one for each choice
    files: Annotated[
        list[Path],
        typer.Argument(
            help=_("A database: openLCA, ILCD, ecoSpold …; several supply each other."),
            readable=False,
        ),
    ],
    name: Annotated[str, typer.Option("--as", help=_("What it is called here."))] = "",
    profile: Chosen = None,
    allocation: Keys = "",
    licence: Annotated[str, typer.Option("--licence", help=_("Its terms of use."))] = "",
    notice: Annotated[
        Path | None,
        typer.Option("--notice", help=_("A text that must travel with every copy of its data.")),
    ] = None,
    shareable: Annotated[
        bool | None,
        typer.Option(
            "--figures-shareable/--figures-not-shareable",
            help=_("Whether its licence lets figures of single products be passed on."),
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Import a database."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.choose import chosen_profile  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import progress_bar, show_imported  # noqa: PLC0415
    from tanyuan.formats.background_import import import_background  # noqa: PLC0415
    from tanyuan.formats.files import read_bytes  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        choices = chosen_profile(profile, allocation)
        text = read_bytes(notice).decode("utf-8", "replace") if notice else ""
        with progress_bar() as progress:
            found = import_background(
                files, Library(), choices, name=name, licence=licence, notice=text,
                shareable=shareable, progress=progress,
            )  # fmt: skip
        if as_json:
            about = {**found.entry.about, "known": found.known}
            typer.echo(json.dumps(about, ensure_ascii=False, indent=1))
        else:
            show_imported(found)


@background_app.command("list", help=_("List the databases that are kept here."))
def list_(as_json: AsJson = False, lang: Lang = None) -> None:
    """List the library."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import show_backgrounds  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        entries = list(Library())
        if as_json:
            abouts = [dict(entry.about) for entry in entries]
            typer.echo(json.dumps(abouts, ensure_ascii=False, indent=1))
        else:
            show_backgrounds(entries)


@background_app.command(help=_("Show a database, and products whose names hold some words."))
def show(
    background: Named,
    words: Annotated[list[str] | None, typer.Argument(help=_("Words in their names."))] = None,
    gwp: Annotated[str, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = "AR6",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help=_("How many."))] = 15,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show one background."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.choose import chosen_gwp_set  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import products_json, show_background  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        entry = Library().find(background)
        gwp_set = chosen_gwp_set(gwp)
        if as_json:
            found = {**entry.about, "found": products_json(entry, words or [], gwp_set, limit)}
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            show_background(entry, words or [], gwp_set, limit)


@background_app.command(help=_("Show where the figure of a product comes from, branch by branch."))
def tree(
    ref: Annotated[str, typer.Argument(help=_("The reference that a study's line names."))],
    amount: Annotated[float, typer.Option("--amount", help=_("In the product's unit."))] = 1.0,
    cutoff: Annotated[
        float, typer.Option("--cutoff", min=1e-6, max=1.0, help=_("Smallest share that is shown."))
    ] = 0.01,
    gwp: Annotated[str, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = "AR6",
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show a supply chain."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.backgrounds.supply_chain import referred, supply_chain  # noqa: PLC0415
    from tanyuan.cli.choose import chosen_gwp_set  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import show_tree  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        entry, product = referred(ref, Library())
        branches = list(supply_chain(entry, product, chosen_gwp_set(gwp), amount, cutoff))
        if as_json:
            found = [branch.document() for branch in branches]
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            show_tree(branches)


@background_app.command(help=_("State whether a licence lets figures of products be passed on."))
def permit(
    background: Named,
    shareable: Annotated[
        bool,
        typer.Option(
            "--figures-shareable/--figures-not-shareable",
            help=_("Whether its licence lets figures of single products be passed on."),
        ),
    ],
    lang: Lang = None,
) -> None:
    """State what a licence permits."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import show_backgrounds  # noqa: PLC0415

    with speaking(lang):
        library = Library()
        show_backgrounds([library.permit(library.find(background), shareable=shareable)])


@background_app.command(help=_("Show or write what an import dropped, set, converted or cut off."))
def report(
    background: Named,
    output: Output = None,
    force: Force = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the import report."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import show_report  # noqa: PLC0415
    from tanyuan.formats.background_report import report_json, report_workbook  # noqa: PLC0415
    from tanyuan.formats.files import save  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        entry = Library().find(background)
        found = entry.report()
        text = json.dumps(report_json(entry, found), ensure_ascii=False, indent=1)
        if output is not None:
            excel = output.suffix.lower() == ".xlsx"
            data = report_workbook(entry, found) if excel else text.encode()
            save(output, data, overwrite=force)
            typer.echo(_("Written: {path}").format(path=output))
        elif as_json:
            typer.echo(text)
        else:
            show_report(found)


@background_app.command(help=_("Write the choices of an import, to edit and replay them."))
def profile(
    background: Named,
    output: Annotated[Path, typer.Option("--output", "-o", help=_("The file to write: .json."))],
    force: Force = False,
    lang: Lang = None,
) -> None:
    """Write the choices."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.formats.files import save  # noqa: PLC0415

    with speaking(lang):
        choices = Library().find(background).choices().document()
        text = json.dumps(choices, ensure_ascii=False, indent=1)
        save(output, f"{text}\n".encode(), overwrite=force)
        typer.echo(_("Written: {path}").format(path=output))


@background_app.command(help=_("Write a database in the format of another program."))
def export(
    file: Annotated[
        Path, typer.Argument(help=_("A database: openLCA, ILCD, ecoSpold …"), readable=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("The file to write."))],
    to: Annotated[str, typer.Option("--to", help=_("Its format, for instance openlca."))],
    profile: Chosen = None,
    allocation: Keys = "",
    force: Force = False,
    lang: Lang = None,
) -> None:
    """Convert a database."""
    from tanyuan.cli.choose import chosen_profile  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import progress_bar, show_report  # noqa: PLC0415
    from tanyuan.formats.background_export import export_package  # noqa: PLC0415

    with speaking(lang):
        choices = chosen_profile(profile, allocation)
        with progress_bar() as progress:
            found = export_package(
                file, output, to, choices=choices, overwrite=force, progress=progress
            )
        show_report(found)
        typer.echo(_("Written: {path}").format(path=output))


@background_app.command(help=_("Remove a database from here."))
def remove(background: Named, lang: Lang = None) -> None:
    """Remove a background."""
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415

    with speaking(lang):
        library = Library()
        entry = library.find(background)
        library.remove(entry)
        typer.echo(_("Removed: {name}").format(name=entry.name))
