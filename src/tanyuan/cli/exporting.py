"""`tanyuan export`: the model of a study as a process database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanyuan.cli.common import Lang, _, speaking


def export(
    file: Annotated[
        Path, typer.Argument(help=_("A study: .xlsx, .json or .yaml."), readable=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("The file to write."))],
    to: Annotated[
        str, typer.Option("--to", help=_("Its format: openlca, ilcd, tidas or brightway."))
    ],
    gwp: Annotated[str | None, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = None,
    scenario: Annotated[str, typer.Option("--scenario", help=_("A scenario of the study."))] = "",
    allocation: Annotated[
        str | None, typer.Option("--allocation", help=_("Allocation where processes name none."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))] = False,
    lang: Lang = None,
) -> None:
    """Export a study."""
    from tanyuan.backgrounds.report import Report  # noqa: PLC0415
    from tanyuan.cli.choose import chosen_method  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import progress_bar, show_report  # noqa: PLC0415
    from tanyuan.formats.background_export import write_package  # noqa: PLC0415
    from tanyuan.formats.files import load  # noqa: PLC0415
    from tanyuan.formats.study_package import study_package  # noqa: PLC0415

    with speaking(lang):
        study = load(file).study
        method = chosen_method(study.method, gwp=gwp, allocation=allocation)
        report = Report()
        package = study_package(study, report, method=method, scenario=scenario)
        with progress_bar() as progress:
            write_package(package, output, to, report, overwrite=force, progress=progress)
        show_report(report)
        typer.echo(_("Written: {path}").format(path=output))
