"""What the commands have in common: language, options, exit codes, problems instead of traces."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tanyuan.languages import in_language, translate
from tanyuan.problems import InputError

CHECK_FAILED, BAD_INPUT, INCOMPLETE = 1, 2, 3


def _(text: str) -> str:
    """Help in the system's language."""
    return translate(text)


Lang = Annotated[
    str | None, typer.Option("--lang", help=_("Language of the output: zh or en."), metavar="zh|en")
]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


class speaking:  # noqa: N801 - reads as a phrase: `with speaking(lang)`
    """Speak a language; show problems instead of a traceback and leave with the right code."""

    def __init__(self, lang: str | None, *, as_json: bool = False) -> None:
        if lang not in (None, "zh", "en"):
            raise typer.BadParameter(_("Choose zh or en."), param_hint="--lang")
        self._language = in_language(lang)
        self._as_json = as_json

    def __enter__(self) -> None:
        self._language.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if isinstance(error, InputError):
                self._tell(error)
                raise typer.Exit(BAD_INPUT) from None
        finally:
            self._language.__exit__(None, None, None)

    def _tell(self, error: InputError) -> None:
        if self._as_json:
            from tanyuan.formats.as_json import problems_json  # noqa: PLC0415

            typer.echo(json.dumps(problems_json(error.problems), ensure_ascii=False, indent=1))
        from tanyuan.cli.show import show_problems  # noqa: PLC0415

        show_problems(error.problems)
