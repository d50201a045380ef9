import json
import os
import time

import numpy as np
import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.library import Library, Origin, default_folder, file_hash
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.problems import InputError

PROFILE = Profile(keys=(Key.MASS,))


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture
def keep(library, small):
    def keeping(name="small", profile=PROFILE, content="sha256:" + "a" * 64):
        report = Report()
        built = build(small, profile, report)
        origin = Origin(name, "small.zip", content, "openlca", "CC0", "A notice.")
        return library.keep(built, origin, profile, report), built, report

    return keeping


def test_everything_is_found_again(library, keep):
    kept, built, report = keep()
    (entry,) = library
    assert (entry.name, entry.hash) == ("small", kept.hash)
    assert entry.about["licence"] == "CC0"
    assert entry.about["notice"] == "A notice."
    assert entry.about["summary"] == built.summary()
    assert entry.products == tuple(built.products)
    assert entry.system.hash == entry.hash
    assert entry.system.system.processes == built.solved.system.processes
    np.testing.assert_array_equal(entry.background.intensities, built.solved.intensities)
    assert entry.background.columns == built.solved.characterisation.columns
    assert entry.background.products == tuple(each.id for each in entry.products)
    assert entry.report().counts() == report.counts()
    assert entry.profile() == PROFILE
    assert entry.choices().exchanges == {"mine/2": "chp"}


def test_equal_content_is_one_entry(library, keep):
    first, _, _ = keep()
    second, _, _ = keep()
    assert first.hash == second.hash
    assert len(list(library)) == 1


def test_other_choices_are_another_entry(library, keep):
    keep()
    keep(profile=Profile(keys=(Key.EQUAL,)))
    assert len({entry.hash for entry in library}) == 2


def test_the_same_file_and_choices_are_recognised(library, keep):
    entry, _, _ = keep()
    assert library.made_before("sha256:" + "a" * 64, PROFILE).hash == entry.hash
    assert library.made_before("sha256:" + "b" * 64, PROFILE) is None
    assert library.made_before("sha256:" + "a" * 64, Profile()) is None


def test_a_background_is_found_by_name_or_hash(library, keep):
    entry, _, _ = keep()
    digits = entry.hash.removeprefix("sha256:")
    for name in ("small", entry.hash, digits[:6]):
        assert library.find(name).hash == entry.hash
    for name in ("smal", digits[:5], ""):
        with pytest.raises(InputError) as caught:
            library.find(name)
        (problem,) = caught.value.problems
        assert problem.code == "background-unknown"
        assert "small" in str(problem.mend)


def test_a_name_that_two_have_needs_the_hash(library, keep):
    first, _, _ = keep()
    keep(profile=Profile(keys=(Key.EQUAL,)))
    with pytest.raises(InputError) as caught:
        library.find("small")
    (problem,) = caught.value.problems
    assert problem.code == "background-several"
    assert first.hash in str(problem.mend)


def test_an_empty_library_says_how_to_begin(library):
    assert list(library) == []
    with pytest.raises(InputError) as caught:
        library.find("x")
    assert "tanyuan background import" in str(caught.value.problems[0].mend)


def test_a_background_is_removed(library, keep):
    entry, _, _ = keep()
    library.remove(entry)
    assert list(library) == []
    assert list(library.folder.iterdir()) == []


def test_whoever_is_interrupted_leaves_nothing(library, keep, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("tanyuan.backgrounds.library.write_arrays", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep()
    assert list(library) == []
    assert list(library.folder.iterdir()) == []


def test_what_was_left_by_the_killed_is_swept(library, keep):
    library.folder.mkdir()
    old, new = library.folder / ".part-old", library.folder / ".part-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "about.json").write_text("{}")
    before = time.time() - 48 * 3600
    os.utime(old, (before, before))
    assert list(library) == []
    keep()
    assert not old.exists()
    assert new.exists()


def test_the_folder_is_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path / "x"))
    assert default_folder() == tmp_path / "x"
    assert Library().folder == tmp_path / "x"
    monkeypatch.delenv("TANYUAN_BACKGROUNDS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "tanyuan" / "backgrounds"


def test_the_hash_of_a_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert file_hash(path) == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_files_are_plain_json(keep):
    entry, _, _ = keep()
    for name in ("about", "catalogue", "report", "profile", "choices"):
        assert json.loads((entry.folder / f"{name}.json").read_text(encoding="utf-8"))
