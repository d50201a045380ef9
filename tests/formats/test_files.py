import io
import os
import zipfile

import openpyxl
import pytest

from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.seal import seal
from tanyuan.formats import files
from tanyuan.formats.files import MAX_BYTES, load, read_bytes, read_study, save, write_study
from tanyuan.formats.template import template_study
from tanyuan.languages import in_language
from tanyuan.problems import InputError

ENDINGS = (".xlsx", ".json", ".yaml", ".yml")
as_root = hasattr(os, "geteuid") and os.geteuid() == 0


def problem(call, *arguments, **options):
    with pytest.raises(InputError) as error:
        call(*arguments, **options)
    [found] = error.value.problems
    return found


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_study_is_loaded_from_every_form(tmp_path, ending):
    path = tmp_path / f"product{ending}"
    path.write_bytes(write_study(template_study(), path))
    found = load(str(path))
    assert found.study == template_study()
    assert found.origin.file == path.name


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["product", "product.txt", "产品.json", "PRODUCT.YAML"])
def test_the_form_is_known_by_the_content_and_not_by_the_ending(ending, name):
    if name.casefold().endswith(".yaml") and ending == ".xlsx":
        name = "product.doc"
    assert read_study(write_study(template_study(), f"x{ending}"), name).study == template_study()


@pytest.mark.parametrize("ending", ["", ".csv", ".xls", ".txt", ".xlsm"])
def test_only_known_endings_are_written(ending):
    found = problem(write_study, template_study(), f"product{ending}")
    assert found.code == "ending"
    assert ".xlsx, .json, .yaml, .yml" in str(found.mend)


def test_endings_may_be_capitals():
    assert write_study(template_study(), "P.JSON") == write_study(template_study(), "p.json")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a"])
def test_an_empty_file_is_told_as_empty(data, name):
    found = problem(read_study, data, name)
    assert found.code == "file-empty"
    assert found.place.file == name


def test_an_empty_workbook_file_is_told_as_empty():
    assert problem(read_study, b"", "a.xlsx").code == "file-empty"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old.xls", "workbook-old"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "file-password"),
        (b"PK\x03\x04" + bytes(100), "a.xlsx", None),
        (bytes(range(256)) * 4, "a.xlsx", "not-a-workbook"),
        (bytes(range(256)) * 4, "junk", "not-readable"),
        (b"hello", "a.json", "study-shape"),
        (b"[1]", "a.json", "study-shape"),
    ],
)
def test_what_is_no_study_is_refused(data, name, code):
    found = problem(read_study, data, name)
    assert found.place.file == name
    assert code in (None, found.code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["lines.csv", "lines.TSV"])
def test_a_csv_is_told_to_become_a_workbook(encoding, name):
    found = problem(read_study, "编号,数量\n钢材,1\n电,2\n".encode(encoding), name)
    assert found.code == "csv"
    assert found.cause.values["n"] == 3
    assert "tanyuan template" in str(found.mend)


def test_a_sealed_footprint_is_told_how_to_check_it():
    found = problem(read_study, seal(calculate(template_study(), samples=0)), "p.sealed.json")
    assert found.code == "sealed"
    assert "tanyuan verify p.sealed.json" in str(found.mend)


def test_a_study_that_only_speaks_of_seals_is_a_study():
    study = template_study().model_copy(update={"note": '{"format": "tanyuan-footprint-1"}'})
    assert read_study(write_study(study, "x.json"), "x.json").study == study


def test_a_file_that_is_missing_is_told_with_its_path(tmp_path):
    found = problem(load, tmp_path / "none.xlsx")
    assert found.code == "file"
    assert found.place.file == str(tmp_path / "none.xlsx")


def test_a_folder_is_no_file(tmp_path):
    assert problem(load, tmp_path).code == "file"


@pytest.mark.skipif(as_root, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path):
    path = tmp_path / "secret.json"
    path.write_bytes(b"{}")
    path.chmod(0)
    assert problem(load, path).code == "file"


def test_a_name_too_long_for_the_system_is_told(tmp_path):
    path = tmp_path / ("长" * 300 + ".json")
    assert problem(load, path).code == "file"
    assert problem(save, path, b"x").code == "file"
    assert list(tmp_path.iterdir()) == []


def test_a_large_file_is_refused_before_it_is_read_whole(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    found = problem(load, path)
    assert found.code == "file-large"
    assert found.cause.values["limit"] == 20


def test_a_file_of_just_the_limit_is_read(tmp_path):
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(read_bytes(path)) == MAX_BYTES


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device")  # noqa: PTH110
def test_an_endless_device_is_refused():
    assert problem(load, "/dev/zero").code == "file-large"


def test_saving_writes_the_whole_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    save(path, b"one")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_only_overwritten_when_asked(tmp_path):
    path = tmp_path / "a.json"
    save(path, b"one")
    found = problem(save, path, b"two")
    assert found.code == "file-exists"
    assert "--force" in str(found.mend)
    assert path.read_bytes() == b"one"
    save(path, b"three", overwrite=True)
    assert path.read_bytes() == b"three"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_missing_or_no_folder_is_told(tmp_path, overwrite):
    (tmp_path / "file").write_bytes(b"")
    for folder in ("none", "file"):
        found = problem(save, tmp_path / folder / "a.json", b"x", overwrite=overwrite)
        assert found.code == "file"
        assert found.place.file == str(tmp_path / folder / "a.json")


def test_a_folder_in_the_place_of_the_file_is_kept(tmp_path):
    (tmp_path / "a.json").mkdir()
    assert problem(save, tmp_path / "a.json", b"x").code == "file-exists"
    assert problem(save, tmp_path / "a.json", b"x", overwrite=True).code == "file"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    save(path, b"old")

    def full(self, data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Path, "write_bytes", full)
    found = problem(save, path, b"new", overwrite=True)
    assert "No space left on device" in str(found.cause)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(as_root, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    tmp_path.chmod(0o500)
    assert problem(save, tmp_path / "a.json", b"x").code == "file"


def test_a_name_almost_as_long_as_the_system_allows_is_written(tmp_path):
    path = tmp_path / ("长" * 80 + ".json")
    save(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_workbook_with_macros_is_refused():
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_study(template_study(), "x.xlsx"))) as source,
        zipfile.ZipFile(target, "w") as copy,
    ):
        for name in source.namelist():
            copy.writestr(name, source.read(name))
        copy.writestr("xl/vbaProject.bin", b"macro")
    assert problem(read_study, target.getvalue(), "x.xlsm").code == "workbook-macros"


def test_a_workbook_of_1904_is_read_with_its_dates():
    book = openpyxl.load_workbook(io.BytesIO(write_study(template_study(), "x.xlsx")))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    target = io.BytesIO()
    book.save(target)
    found = read_study(target.getvalue(), "x.xlsx")
    assert found.study == template_study()
    assert [notice.code for notice in found.notices] == ["dates-since-1904"]


def test_messages_come_in_both_languages():
    said = set()
    for language in ("zh", "en"):
        with in_language(language):
            said.add(str(problem(read_study, b"", "a.json")))
    assert len(said) == 2
