"""A report in the form that a file's ending names."""

from __future__ import annotations

from pathlib import Path

from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.result import Footprint
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse
from tanyuan.reports.study_report import study_report

ENDINGS = (".pdf", ".docx")


def write_report(
    footprint: Footprint,
    path: str | Path,
    particulars: Particulars | None = None,
    *,
    lang: str | None = None,
) -> bytes:
    """The study report of a footprint as PDF/A or Word.

    Args:
        footprint: what is reported.
        path: names the form by its ending; nothing is written there.
        particulars: what the report must say beside the study.
        lang: `zh` or `en`; the language in use where not given.

    Raises:
        InputError: another ending, or the extra `reports` is not installed.
    """
    ending = Path(path).suffix.lower()
    check_ending(path)
    report = study_report(footprint, particulars, lang=lang)
    try:
        if ending == ".pdf":
            from tanyuan.reports.pdf import write_pdf  # noqa: PLC0415 - an extra

            return write_pdf(report)
        from tanyuan.reports.word import write_word  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise refuse(
            "extra-missing",
            Message("Reports need parts that are not installed: {name}.", name=error.name or error),
            Message('Install them with: pip install "tanyuan[reports]"'),
        ) from None
    return write_word(report)


def check_ending(path: str | Path) -> None:
    """Refuse a file that is neither PDF nor Word before anything is calculated.

    Raises:
        InputError: another ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise refuse(
            "ending",
            Message("A report cannot be written as “{ending}”.", ending=ending or "—"),
            Message("Choose one of {choices}.", choices=", ".join(ENDINGS)),
            Place(str(path)),
        )
