"""RESULTS.md, made of sections: a bench replaces its own and leaves the others."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).resolve().parent / "RESULTS.md"


def circumstances() -> str:
    """Machine, Python, day, and how busy the machine is, for the head of a section."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d}{load}"
    )


def write_section(title: str, text: str) -> None:
    """Put a section in the place of the one with its title, or at the end; and print it."""
    section = f"# {title}\n\n{text.strip()}\n"
    print(section)
    found = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    sections = re.split(r"^(?=# )", found, flags=re.MULTILINE)
    others = [each for each in sections if each.strip()]
    titles = [each.splitlines()[0] for each in others]
    if f"# {title}" in titles:
        others[titles.index(f"# {title}")] = section
    else:
        others.append(section)
    FILE.write_text("\n".join(f"{each.strip()}\n" for each in others), encoding="utf-8")
