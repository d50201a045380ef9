import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.formats.background_import import import_background
from tanyuan.formats.packages import FORMATS
from tanyuan.problems import InputError
from tests.formats.openlca.hand_made import generation_1, generation_2, packed

PROFILE = Profile(keys=(Key.MASS,))


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture
def file(tmp_path):
    return packed(tmp_path / "small.zip", generation_2())


def test_a_file_becomes_a_background(library, file):
    told = []
    found = import_background(
        file, library, PROFILE, name="mine", licence="CC0", notice="Take it along.",
        progress=lambda done, _: told.append(done),
    )  # fmt: skip
    assert not found.known
    assert found.entry.name == "mine"
    assert found.entry.about["file"] == "small.zip"
    assert found.entry.about["format"] == "openlca"
    assert (found.entry.about["licence"], found.entry.about["notice"]) == ("CC0", "Take it along.")
    assert told == sorted(told)
    assert 0 < told[0] < 0.7 < told[-1] <= 1


def test_the_same_again_is_recognised_before_it_is_read(library, file, monkeypatch):
    first = import_background(file, library, PROFILE)

    def unread(*_):
        raise AssertionError

    monkeypatch.setattr("tanyuan.formats.background_import.read_package", unread)
    again = import_background(file, library, PROFILE)
    assert again.known
    assert again.entry.hash == first.entry.hash
    with pytest.raises(AssertionError):
        import_background(file, library, Profile(keys=(Key.EQUAL,)))


def test_both_generations_give_the_same_figures(library, file, tmp_path):
    newer = import_background(file, library, PROFILE).entry
    older = import_background(packed(tmp_path / "old.zip", generation_1()), library, PROFILE).entry
    assert newer.hash != older.hash
    assert newer.background.columns == older.background.columns
    assert (newer.background.intensities == older.background.intensities).all()


def test_choices_are_replayed(library, file):
    first = import_background(file, library, PROFILE).entry
    again = import_background(file, library, first.choices()).entry
    assert again.hash != first.hash
    assert (again.background.intensities == first.background.intensities).all()
    assert "ambiguous/provider-ambiguous" in first.about["findings"]
    assert "ambiguous/provider-ambiguous" not in again.about["findings"]


def test_several_files_supply_each_other(library, file, tmp_path):
    def part(name, *keys):
        left = {f"processes/{key}.json" for key in keys}
        entries = {k: v for k, v in generation_2().items() if k not in left}
        return packed(tmp_path / name, entries)

    whole = import_background(file, library, PROFILE).entry
    parts = [part("one.zip", "mine"), part("two.zip", "plant", "sawmill")]
    told = []
    found = import_background(parts, library, PROFILE, progress=lambda done, _: told.append(done))
    assert told == sorted(told)
    assert (found.entry.name, found.entry.about["file"]) == ("one", "one.zip, two.zip")
    assert (found.entry.background.intensities == whole.background.intensities).all()
    assert import_background(parts, library, PROFILE).known
    assert not import_background(parts[::-1], library, PROFILE).known


def test_whoever_is_interrupted_leaves_nothing(library, file):
    def cancelled(done, _):
        if done > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_background(file, library, PROFILE, progress=cancelled)
    assert list(library) == []
    assert not library.folder.exists() or list(library.folder.iterdir()) == []


def test_a_file_that_is_not_there(library, tmp_path):
    with pytest.raises(InputError) as caught:
        import_background(tmp_path / "none.zip", library)
    assert caught.value.problems[0].code == "file-missing"


def test_what_is_undecided_leaves_nothing(library, file):
    with pytest.raises(InputError) as caught:
        import_background(file, library)
    assert caught.value.problems[0].code == "allocation-choice"
    assert list(library) == []


def test_what_we_write_imports_to_the_same_figures(library, file, tmp_path):
    from tanyuan.backgrounds.report import Report
    from tanyuan.formats.background_export import write_package
    from tanyuan.formats.packages import read_package

    first = import_background(file, library, PROFILE).entry
    package = read_package(file, Report())
    write_package(package, tmp_path / "again.zip", "openlca", Report())
    again = import_background(tmp_path / "again.zip", library, PROFILE).entry
    assert (again.background.intensities == first.background.intensities).all()
    assert FORMATS["openlca"].writes
