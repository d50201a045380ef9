import pytest

from tanyuan.footprint.study import (
    TABLES,
    Boundary,
    DataKind,
    Named,
    Study,
    Subject,
)
from tanyuan.languages import in_language

HEAD = {"id": "s", "unit": "piece", "boundary": "cradle_to_gate"}


@pytest.mark.parametrize(
    ("names", "chinese", "english"),
    [
        ({"name_zh": "铝", "name_en": "aluminium"}, "铝", "aluminium"),
        ({"name_zh": "铝"}, "铝", "铝"),
        ({"name_en": "aluminium"}, "aluminium", "aluminium"),
        ({}, "s", "s"),
    ],
)
def test_one_of_two_names_is_enough(names, chinese, english):
    for named in (Named(id="s", **names), Study.model_validate(HEAD | names)):
        with in_language("zh"):
            assert named.name == chinese
        with in_language("en"):
            assert named.name == english


def test_every_table_of_a_study_is_listed():
    tables = {
        name
        for name, field in Study.model_fields.items()
        if field.default == () and name != "sources"
    }
    assert set(TABLES) == tables


def test_what_words_imply():
    assert {each for each in Subject if each.is_product} == {Subject.PRODUCT, Subject.SERVICE}
    assert {each for each in DataKind if not each.is_primary} == {DataKind.SECONDARY}
    gates = {
        each
        for each in Boundary
        if Study.model_validate(HEAD | {"boundary": each.value}).ends_at_gate
    }
    assert gates == {Boundary.CRADLE_TO_GATE, Boundary.GATE_TO_GATE}


def test_columns_have_headings_and_help():
    for document in TABLES.values():
        for name, field in document.model_fields.items():
            assert field.title, (document, name)
            assert field.description, (document, name)
