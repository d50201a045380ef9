"""Calculate the example products and hold each beside its published result.

Run with `python examples/show.py` where tanyuan is installed: after `make setup`,
`.venv/bin/python examples/show.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import tanyuan as ty
from tanyuan.cli.show import show_footprint

HERE = Path(__file__).resolve().parent
PRODUCTS = ("trousers", "aluminium", "lithium-hydroxide", "crude-steel", "tyre")


def main() -> None:
    """Show the five products, then say where their files are and what to do next."""
    for name in PRODUCTS:
        show_footprint(ty.load(HERE / f"{name}.xlsx").calculate())
    sys.stdout.write(
        f"文件 Files: {HERE}\n"
        "  .xlsx  工作簿 workbook · .json  文档 document\n"
        "接着试 Try next:\n"
        "  .venv/bin/tanyuan calc examples/trousers.xlsx --lang zh\n"
        "  .venv/bin/tanyuan template product.xlsx\n"
        "  .venv/bin/tanyuan factors search 水泥\n"
        "  .venv/bin/tanyuan seal examples/trousers.xlsx -o /tmp/trousers.sealed.json\n"
    )


if __name__ == "__main__":
    main()
