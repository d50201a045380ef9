import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Law,
    Parameter,
    Review,
    Uncertainty,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.background_export import export_package, write_package
from tanyuan.formats.packages import read_package
from tanyuan.languages import in_language
from tanyuan.problems import InputError
from tests.backgrounds.changing import codes, with_exchange, with_flow, with_process
from tests.formats.openlca.hand_made import generation_1, packed


@pytest.fixture
def small(read, entries):
    return read(entries)[0]


def written(package, tmp_path):
    """A package after it was written and read again, and what writing could not hold."""
    report = Report()
    path = tmp_path / "small.zip"
    write_package(package, path, "openlca", report, overwrite=True)
    return read_package(path, Report()), report


def test_what_is_written_is_read_again_without_loss(small, tmp_path):
    again, report = written(small, tmp_path)
    assert again == small
    assert len(report) == 0


def test_everything_that_the_format_holds_comes_back(small, tmp_path):
    triangle = Uncertainty(Law.TRIANGULAR, (Decimal("0.1"), Decimal("0.2"), Decimal("0.4")))
    full = with_exchange(
        small,
        "plant",
        2,
        uncertainty=triangle,
        base_uncertainty=Decimal("1.05"),
        location="place-cn",
        comment={"und": "a “comment” with \\ and \n"},
    )
    full = with_process(
        full,
        "plant",
        tags=("a", "b"),
        infrastructure=True,
        default_allocation=AllocationKind.CAUSAL,
        allocation=(AllocationShare(AllocationKind.CAUSAL, "power", Decimal(1), 2, "1"),),
        reviews=(Review("Independent", {"und": "fine"}, ("author",), "report"),),
        details={**full.processes["plant"].details, "dqSystem": "dq", "dqEntry": "(1;2)"},
        parameters=(
            Parameter("x", Decimal(2), "", Uncertainty(Law.NORMAL, (Decimal(2), Decimal(1)))),
        ),
    )
    full = replace(
        full,
        parameters=(Parameter("y", Decimal("0.5"), id="0b3b97fa-6688-3c56-88ee-4ae80ec0c3c2"),),
        licence="CC0",
        notice="This notice travels with every copy.\n",
    )
    again, report = written(full, tmp_path)
    assert again == full
    assert len(report) == 0


def test_equal_packages_give_equal_bytes(small, read, tmp_path):
    write_package(small, tmp_path / "a.zip", "openlca", Report())
    older, _ = read(generation_1())
    shuffled = replace(older, flows=dict(reversed(older.flows.items())))
    write_package(shuffled, tmp_path / "b.zip", "openlca", Report())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_references_carry_the_hints_that_readers_rely_on(small, tmp_path):
    write_package(small, tmp_path / "a.zip", "openlca", Report())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert json.loads(archive.read("olca-schema.json")) == {"version": 2}
        process = json.loads(archive.read("processes/mine.json"))
    assert process["@type"] == "Process"
    coal, power, methane = process["exchanges"]
    assert coal["flow"] == {
        "@id": "coal",
        "@type": "Flow",
        "category": "Fuels",
        "flowType": "PRODUCT_FLOW",
        "name": "Hard coal",
        "refUnit": "kg",
    }
    assert coal["isQuantitativeReference"] is True
    assert power["isInput"] is True
    assert methane["amount"] == 4
    assert [each["internalId"] for each in process["exchanges"]] == [1, 2, 3]


def test_amounts_keep_their_digits(small, tmp_path):
    changed = with_exchange(small, "mine", 3, amount=Decimal("1.23456789012345678901e-9"))
    again, _ = written(changed, tmp_path)
    found = again.processes["mine"].exchanges[2].amount
    assert found == Decimal("1.23456789012345678901e-9")


def test_what_the_format_cannot_hold_is_reported(small, tmp_path):
    empirical = Uncertainty(Law.EMPIRICAL, (Decimal(1), Decimal(2)))
    changed = with_exchange(small, "mine", 2, uncertainty=empirical, details={"a": "b"})
    changed = with_process(changed, "plant", details={"other": "x"}, category=("a/b",))
    changed = with_flow(changed, "coal", documentation={"x": {"und": "y"}}, category_codes=("1",))
    again, report = written(changed, tmp_path)
    fields = {f.place.field for f in report if f.code == "unknown-field"}
    assert fields == {
        "uncertainty",
        "exchanges.details",
        "other",
        "documentation",
        "category_codes",
    }
    assert "category-slash" in codes(report)
    assert again.processes["plant"].category == ("a∕b",)


def test_names_in_other_languages_become_synonyms_and_other_texts_are_reported(small, tmp_path):
    changed = with_flow(small, "coal", names={"en": "Hard coal", "zh": "硬煤"}, synonyms=("a;b",))
    changed = with_process(changed, "mine", names={"en": "Coal mine", "zh": "煤矿"})
    with in_language("zh"):
        again, report = written(changed, tmp_path)
    assert again.flows["coal"].names == {"und": "硬煤"}
    assert again.flows["coal"].synonyms == ("a,b", "Hard coal")
    assert again.processes["mine"].names == {"und": "煤矿"}
    (lost,) = [f for f in report if f.code == "other-language"]
    assert lost.details["languages"] == "en zh"
    assert lost.act is Act.DROPPED
    assert "synonym-semicolon" in codes(report)


def test_a_file_is_written_whole_or_not_at_all(small, tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zipfile.ZipFile.writestr", broken)
    with pytest.raises(InputError) as caught:
        write_package(small, tmp_path / "a.zip", "openlca", Report())
    assert caught.value.problems[0].code == "file"
    assert list(tmp_path.glob("a*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_a_file_that_stands_there_is_kept(small, tmp_path):
    target = tmp_path / "a.zip"
    target.write_bytes(b"mine")
    with pytest.raises(InputError) as caught:
        write_package(small, target, "openlca", Report())
    assert caught.value.problems[0].code == "file-exists"
    assert target.read_bytes() == b"mine"
    write_package(small, target, "openlca", Report(), overwrite=True)
    assert target.read_bytes() != b"mine"


def test_a_database_is_converted_from_file_to_file(tmp_path, entries):
    source = packed(tmp_path / "old.zip", generation_1())
    told = []
    report = export_package(
        source, tmp_path / "new.zip", "openlca", progress=lambda done, _: told.append(done)
    )
    assert codes(report) == {"exchange-ids"}
    assert told == sorted(told)
    again = read_package(tmp_path / "new.zip", Report())
    assert len(again.processes) == 5


def test_a_format_that_is_not_written_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        export_package(tmp_path / "a.zip", tmp_path / "b.zip", "papyrus")
    (problem,) = caught.value.problems
    assert problem.code == "format-not-written"
    assert "openlca" in str(problem.mend)
