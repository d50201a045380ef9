"""The example studies that come with the project."""

from __future__ import annotations

from pathlib import Path

from tanyuan.formats.study_file import StudyFile
from tanyuan.formats.study_text import read_json

PUBLISHED = ("trousers", "aluminium", "lithium-hydroxide", "crude-steel", "tyre")
SYNTHETIC = ("integrated-works",)


def examples_folder() -> Path:
    """Where the examples are: inside an installed package, or beside `src` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "examples"
    return inside if inside.is_dir() else package.parent.parent / "examples"


def example(name: str) -> StudyFile:
    """An example study by name.

    Raises:
        KeyError: there is no example of this name.
    """
    if name not in (*PUBLISHED, *SYNTHETIC):
        raise KeyError(name)
    file = examples_folder() / f"{name}.json"
    return read_json(file.read_bytes(), file.name)
