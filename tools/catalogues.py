"""Compile the message catalogues (.po) to the form that Python reads (.mo); also a build hook."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path(__file__).resolve().parent.parent / "src" / "tanyuan" / "locale"


def compile_catalogues() -> None:
    """Write a .mo beside every .po that is newer than it."""
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source)
        with mo.open("wb") as target:
            write_mo(target, catalogue)


class CatalogueBuildHook(BuildHookInterface):
    """Compile the catalogues before a wheel is built, so that `pip install` needs no extra step."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; hatchling then packs the .mo files as artifacts."""
        compile_catalogues()


if __name__ == "__main__":
    compile_catalogues()
