"""The comparison of two products over a background."""

import ast
import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "compare.py"


def test_it_compares_two_products_in_the_same_samples():
    line = [sys.executable, "-W", "error", str(SCRIPT)]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    frame, of_scrap, saved = said.splitlines()
    figures = [list(map(float, re.findall(r"\d+\.\d+", row))) for row in (frame, of_scrap)]
    for nominal, low, high in figures:
        assert low < nominal < high
    low, high, above = map(float, re.findall(r"\d+\.\d+", saved))
    nominal = figures[0][0] - figures[1][0]
    assert low < nominal < high
    # taken from each other without regard to the samples, the ends would lie further apart
    assert high - low < (figures[0][2] - figures[1][1]) - (figures[0][1] - figures[1][2])
    assert 90 < above <= 100


def test_it_is_short_and_says_that_it_is_made_up():
    text = SCRIPT.read_text("utf-8")
    tree = ast.parse(text)
    assert "made up" in ast.get_docstring(tree)
    functions = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    lines = {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef)
    }
    assert len(lines) < 20
