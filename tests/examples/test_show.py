"""The table of the published products on the terminal."""

import subprocess
import sys

from tanyuan.formats.examples import PUBLISHED, examples_folder


def test_it_shows_every_published_product_beside_its_source():
    done = subprocess.run(
        [sys.executable, str(examples_folder() / "show.py")],
        capture_output=True,
        text=True,
        check=True,
        env={"TANYUAN_LANG": "en", "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert sum(line.startswith("Published") for line in done.stdout.splitlines()) == len(PUBLISHED)
    assert "31.62412" in done.stdout
    assert "tanyuan calc examples/trousers.xlsx" in done.stdout
