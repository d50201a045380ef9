"""Choosing among several suppliers, and what titles findings have."""

import ast
import csv
from pathlib import Path

import pytest

import tanyuan
from tanyuan.backgrounds.choosing import answered, questions
from tanyuan.backgrounds.extent import extent_of
from tanyuan.backgrounds.report import kind_title
from tanyuan.formats.background_import import import_background
from tanyuan.languages import in_language
from tests.backgrounds.steelworks import imported, windmills

SOURCE = Path(tanyuan.__file__).parent
# Writers tell what they left out to whoever exports; there is no page of it
WRITERS = {"writing.py", "export.py", "study_package"}


@pytest.fixture
def shelved(tmp_path):
    return imported(tmp_path, more=[windmills()])


def test_a_flow_of_several_makers_is_a_question(shelved):
    _, entry = shelved
    (one,) = questions(entry)
    assert (one.flow, one.takers, one.answer) == ("power", 1, "")
    assert {product.process for product in one.candidates} == {"plant", "wind"}
    assert one.found == {"plant"}


def test_an_answer_makes_another_background_that_can_be_asked_again(shelved, tmp_path):
    library, entry = shelved
    profile = answered(entry, {"power": "wind", "steel": "wind"})
    assert profile.providers == {"power": "wind"}
    again = import_background(tmp_path / "works.zip", library, profile).entry
    assert again.hash != entry.hash
    (one,) = questions(again)
    assert (one.takers, one.answer) == (0, "wind")
    assert answered(again, {"power": ""}).hash == entry.profile().hash
    assert answered(again, {"power": "works"}).providers == {"power": "wind"}
    assert answered(again, {}).providers == {"power": "wind"}


def test_where_each_product_has_one_maker_nothing_is_asked(tmp_path):
    _, entry = imported(tmp_path)
    assert questions(entry) == ()


def test_the_extent_counts_inputs_and_their_suppliers(shelved):
    found = extent_of(shelved[1])
    assert (found.processes, found.products, found.complete) == (4, 4, 3)
    assert (found.inputs, found.linked, found.chosen) == (3, 2, 1)
    assert found.linked_share == pytest.approx(2 / 3)
    assert found.gases == 1


def codes():
    """The codes that findings get by their letters, or by an `if`."""
    for room in ("backgrounds", "formats"):
        for file in (SOURCE / room).rglob("*.py"):
            if WRITERS & set(file.parts):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and any(
                    isinstance(one, ast.Attribute) and ast.unparse(one.value) == "Act"
                    for one in node.args
                ):
                    first = node.args[0]
                    found = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                    yield from (one.value for one in found if isinstance(one, ast.Constant))


def test_every_kind_of_finding_has_a_title_in_both_languages():
    found = set(codes())
    assert len(found) > 50
    for language in ("zh", "en"):
        with in_language(language):
            assert [code for code in sorted(found) if kind_title(code) == code] == []
    assert kind_title("unheard-of") == "unheard-of"


def test_titles_are_in_order_and_unlike_each_other():
    with (SOURCE / "data" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    for language in ("zh", "en"):
        assert len({row[language] for row in rows}) == len(rows)
