"""`tanyuan background sample`: the samples of a background, drawn ahead."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tanyuan.cli.common import AsJson, Lang, _, speaking
from tanyuan.cli.executing import Address, Workers


def sample(  # noqa: PLR0913, PLR0917 - one for each option
    background: Annotated[str, typer.Argument(help=_("Its name, or the beginning of its hash."))],
    words: Annotated[list[str] | None, typer.Argument(help=_("Words in their names."))] = None,
    samples: Annotated[
        int,
        typer.Option(
            "--samples", min=0, max=1_000_000, help=_("How many; 0 for as many as studies use.")
        ),
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help=_("Of the draws; studies use 0."))] = 0,
    gwp: Annotated[str, typer.Option("--gwp", help=_("GWP set, for instance AR6."))] = "AR6",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help=_("How many."))] = 15,
    workers: Workers = 1,
    cluster: Address = "",
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Draw samples and show intervals."""
    from tanyuan.backgrounds.drawing import draw  # noqa: PLC0415
    from tanyuan.backgrounds.library import Library  # noqa: PLC0415
    from tanyuan.cli.choose import chosen_gwp_set  # noqa: PLC0415
    from tanyuan.cli.show_backgrounds import progress_bar  # noqa: PLC0415
    from tanyuan.cli.show_drawing import intervals_json, show_intervals  # noqa: PLC0415
    from tanyuan.executors.choosing import executor  # noqa: PLC0415
    from tanyuan.languages import Message  # noqa: PLC0415

    with speaking(lang, as_json=as_json):
        entry = Library().find(background)
        gwp_set = chosen_gwp_set(gwp)
        with executor(workers, cluster=cluster) as chosen, progress_bar() as tell:
            what = Message("Drawing samples")
            tell(0.0, what)
            found = draw(
                entry, gwp_set, chosen, samples=samples, seed=seed,
                progress=lambda done: tell(done, what),
            )  # fmt: skip
        if as_json:
            rows = intervals_json(entry, found, words or [], gwp_set, limit)
            typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            show_intervals(entry, found, words or [], gwp_set, limit)
