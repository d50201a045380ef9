"""Files of any bytes are read or refused."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanyuan.formats.sheets import (
    read_csv,
    read_workbook,
)
from tanyuan.problems import InputError
from tests.formats.sheets.books import parts_of, zipped


def survives(data):
    for reader in (read_workbook, read_csv):
        try:
            reader(data, "a.xlsx")
        except InputError as error:
            said = str(error)
        else:
            said = "fine"
        assert said


SAMPLE_PARTS = parts_of(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45413</v></c></row>'
    '<row r="3" hidden="1"><c r="C3"><f>B1</f><v>0.10000000000000001</v></c>'
    '<c r="D3" t="inlineStr"><is><t>x</t></is></c><c r="E3" t="b"><v>1</v></c></row>',
    before='<cols><col min="2" max="3" hidden="1"/></cols>',
    after='<mergeCells><mergeCell ref="Y1:Z2"/></mergeCells>',
    settings='<workbookPr date1904="1"/><calcPr fullCalcOnLoad="1"/>',
)


SAMPLE = zipped(SAMPLE_PARTS)
anything = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)


@anything
@given(st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]), st.binary(max_size=500))
def test_random_bytes(start, data):
    survives(start + data)


@anything
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=5),
    st.integers(0, len(SAMPLE)),
)
def test_workbooks_with_changed_bytes(changes, end):
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    survives(bytes(data))
    survives(bytes(data[:end]))


@anything
@given(
    st.sampled_from(sorted(SAMPLE_PARTS)),
    st.integers(0, 1000),
    st.integers(0, 30),
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            ["<", "/>", '"', "<row>", "<c/>", "<v>", ' r="', "1e9", "99999999999", "&"]
        ),
    ),
)
def test_workbooks_with_changed_xml(part, at, cut, put):
    text = SAMPLE_PARTS[part]
    at %= len(text)
    changed = (text[:at] + put + text[at + cut :]).encode(errors="surrogatepass")
    survives(zipped({**SAMPLE_PARTS, part: changed}))
