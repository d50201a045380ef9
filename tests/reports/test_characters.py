"""Characters that are dropped, written as codes, or must be in the packaged fonts."""

import pytest
from pylopdf_fonts_zh_cn import serif_path

from tanyuan.reports.characters import breakable, clean, font_characters, showable, tied


def test_invisible_characters_are_dropped_or_named():
    assert clean("a\u200bb\ufeffc\u00add") == "abcd"
    assert clean("1\u202e23") == "1‹U+202E›23"
    assert clean("a\tb\r\nc\x07") == "a b\nc‹U+0007›"
    assert clean("e\u0301") == "é"
    assert clean("\ud800") == "‹U+D800›"


def test_what_no_font_has_becomes_its_code():
    fonts = font_characters(serif_path())
    assert showable("CO₂e m³ ×10⁻⁵ t⋅km 碳足迹 −4.5 % ‹›", fonts) == (
        "CO₂e m³ ×10⁻⁵ t⋅km 碳足迹 −4.5 % ‹›"
    )
    assert showable("😀", fonts) == "‹U+1F600›"
    assert len(fonts) > 20_000


def test_a_font_without_a_full_map_is_refused(tmp_path):
    font = tmp_path / "font.otf"
    head = b"OTTO" + (1).to_bytes(2) + bytes(6)
    font.write_bytes(head + b"cmap" + bytes(4) + (28).to_bytes(4) + bytes(4) + bytes(20))
    with pytest.raises(ValueError, match="no map of all characters"):
        font_characters(font)
    font = tmp_path / "other.otf"
    font.write_bytes(head + b"name" + bytes(12))
    with pytest.raises(ValueError, match="no table"):
        font_characters(font)


def test_long_words_may_break_and_nothing_else():
    address = "https://example.org/a/very/long/address?with=fields&more=of_them"
    assert breakable(address).replace("\u200b", "") == address
    assert "/\u200b" in breakable(address)
    assert max(map(len, breakable("x" * 100).split("\u200b"))) == 12
    for text in ("short words stay as they are", "没有空格的中文长句不需要断点" * 5):
        assert breakable(text) == text


def test_numbers_are_tied_to_their_units():
    for text in ("570,000 t", "12 kWh", "3.0 %", "4 t⋅km", "8 Nm³", "2 m²", "9 MJ"):
        assert tied(text) == text.replace(" ", "\u00a0")
    assert tied("1 kg CO₂e") == "1\u00a0kg\u00a0CO₂e"
    for text in ("12 times", "3 trucks", "in 5 months", "a kg", "2025 mill"):
        assert tied(text) == text
