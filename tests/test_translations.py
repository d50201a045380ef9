"""Everything that is said to people is in the Chinese catalogue, and nothing else."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import tanyuan

SOURCE = Path(tanyuan.__file__).parent
PO = SOURCE / "locale" / "zh_CN" / "LC_MESSAGES" / "tanyuan.po"
SPOKEN = {"Message": 1, "column": 2, "_": 1, "translate": 1}
"""How many of the first arguments of a function are said to people."""


def texts_in(expression):
    """The texts that an argument may be; not those of calls inside it."""
    if isinstance(expression, ast.Constant):
        return [expression.value] if isinstance(expression.value, str) else []
    if isinstance(expression, ast.BoolOp):
        return [text for value in expression.values for text in texts_in(value)]
    if isinstance(expression, ast.IfExp):
        return [*texts_in(expression.body), *texts_in(expression.orelse)]
    return []


def spoken(nodes):
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for argument in node.args[: SPOKEN.get(node.func.id, 0)]:
                yield from texts_in(argument)
        if isinstance(node, ast.ClassDef) and "Choice" in map(ast.unparse, node.bases):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                    yield from texts_in(line.value.elts[1])


TAG = re.compile(r"""\{%\s*t\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


@pytest.fixture(scope="module")
def templates():
    return {
        (double or single).replace('\\"', '"').replace("\\'", "'")
        for file in SOURCE.rglob("templates/**/*.*")
        for double, single in TAG.findall(file.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def nodes():
    return [
        node
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    ]


@pytest.fixture(scope="module")
def texts(nodes, templates):
    return sorted({text for text in spoken(nodes) if text} | templates)


@pytest.fixture(scope="module")
def constants(nodes, templates):
    given = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {value for value in given if isinstance(value, str)} | templates


@pytest.fixture(scope="module")
def catalogue():
    with PO.open("rb") as file:
        return read_po(file)


def placeholders(text):
    return sorted((name, how or "") for _, name, how, _ in Formatter().parse(text) if name)


def test_the_walk_finds_texts_of_every_sort(texts):
    assert "The unit is missing." in texts
    assert "The amount is in {source} ({source_kind}); {target} ({target_kind}) is needed." in texts
    assert "Share cut off" in texts
    assert "Only for electricity." in texts
    assert "circular footprint formula" in texts
    assert "Search and show library factors." in texts
    assert len(texts) > 500


def test_every_text_has_a_chinese_translation(catalogue, texts):
    missing = [text for text in texts if not (catalogue.get(text) and catalogue.get(text).string)]
    assert missing == []


def test_translations_are_not_fuzzy(catalogue):
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_translations_have_the_same_placeholders(catalogue):
    different = {
        message.id: message.string
        for message in catalogue
        if message.id and placeholders(message.id) != placeholders(message.string)
    }
    assert different == {}


def test_the_catalogue_holds_nothing_that_is_not_said(catalogue, constants):
    assert list(catalogue.obsolete) == []
    assert [message.id for message in catalogue if message.id and message.id not in constants] == []


def test_translations_add_no_spaces_at_their_ends(catalogue):
    messages = [message for message in catalogue if message.id and message.id.strip() == message.id]
    assert messages
    assert [one.id for one in messages if one.string.strip() != one.string] == []
