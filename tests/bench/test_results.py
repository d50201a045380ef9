from pathlib import Path

import pytest

from bench import results


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "FILE", tmp_path / "RESULTS.md")
    return tmp_path / "RESULTS.md"


def test_a_section_takes_the_place_of_its_own_and_of_no_other(file: Path) -> None:
    results.write_section("One", "first\n\n## Within\n\nmore")
    results.write_section("Two", "second")
    results.write_section("One", "again")
    assert file.read_text(encoding="utf-8") == "# One\n\nagain\n\n# Two\n\nsecond\n"
