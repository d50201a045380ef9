"""`python -m bench [PART ...]`: measure, print, write RESULTS.md."""

from __future__ import annotations

import argparse
from pathlib import Path

PARTS = ("waiting", "pages", "engine", "imports")


def main() -> None:
    """Run the parts that are asked for, else all."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--peer", type=Path, help="the Python that has Brightway")
    parser.add_argument("--size", type=int, default=23_000, help="processes of the background")
    parser.add_argument("--data", type=Path, help="folder with the packages of US LCI")
    parser.add_argument("--rounds", type=int, default=5, help="of the engine's jobs")
    parser.add_argument("--large", action="store_true", help="add n = 200,000, ours alone")
    asked = parser.parse_args()
    unknown = sorted(set(asked.parts) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    parts = asked.parts or PARTS
    if "waiting" in parts:
        from bench import waiting  # noqa: PLC0415 - each part needs its own packages

        waiting.main()
    if "pages" in parts:
        from bench import pages  # noqa: PLC0415

        pages.main()
    if "engine" in parts:
        from bench import engine  # noqa: PLC0415

        engine.main(asked.size, asked.peer, asked.rounds, asked.large)
    if "imports" in parts:
        from bench import importing  # noqa: PLC0415

        importing.main(asked.data, asked.peer, asked.size)


if __name__ == "__main__":
    main()
