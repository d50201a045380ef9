"""What a report says: its sections, its numbers, what it says is missing."""

import datetime as dt
import itertools
import re
from pathlib import Path

import pytest

from tanyuan.documents.numbers import shown
from tanyuan.footprint.particulars import Particulars
from tanyuan.formats.particulars import read_particulars
from tanyuan.languages import in_language
from tanyuan.reports.document import Facts, Paragraph, Picture, Points, Status, Table
from tanyuan.reports.study_report import SECTIONS, study_report
from tanyuan.reports.wording import formulas

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("trousers", "aluminium", "tyre", "integrated-works", "crude-steel", "lithium-hydroxide")
FULL = Particulars(
    number="R-1",
    date=dt.date(2026, 11, 21),
    client="Client Ltd",
    author="Author Institute",
    verifier="Verifier Body",
    standard="GB/T 24067-2024",
    pcr="none",
    model="M-1",
    product="A pair of trousers.",
    plants="Plant 1, Shandong",
    collection="By questionnaire.",
    substitutes="None.",
    timing="Nothing happens later than ten years after production.",
    quality="Secondary data throughout.",
    use_profile="Washed 23 times at 40 °C.",
    end_of_life="Burnt or dumped.",
    conclusions="Spinning and dyeing come first.",
    value_choices="GWP-100.",
    comparison="Not compared.",
    review="Reviewed by three experts.",
)


def blocks(report):
    parts = (*report.sections, *report.annexes)
    return [*report.summary, *(block for part in parts for block in part.blocks)]


def texts(report):
    """Every text of the sections and annexes, in order."""
    for block in blocks(report):
        match block:
            case Paragraph(text, _):
                yield text
            case Points(items):
                yield from items
            case Facts(rows):
                yield from itertools.chain(*rows)
            case Table():
                yield block.title
                yield from itertools.chain(*(row.cells for row in block.rows))
                yield block.note
            case Picture():
                yield block.description


def section(report, number):
    return report.sections[number - 1]


def tables(part):
    return [block for block in part.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_all_sections_stand_in_order(footprint, name, lang):
    report = study_report(footprint(name), lang=lang)
    assert [s.number for s in report.sections] == list(range(1, SECTIONS + 1))
    assert all(s.title for s in report.sections)
    for part in report.sections:
        assert part.blocks or part.status is Status.NOT_APPLICABLE
        assert (part.status is Status.EMPTY) == bool(part.missing)
        assert (part.status is Status.NOT_APPLICABLE) == bool(part.reason)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_the_same_in_both_languages(footprint, name):
    chinese, english = (study_report(footprint(name), lang=lang) for lang in ("zh", "en"))
    assert (chinese.front.total, chinese.front.hash) == (english.front.total, english.front.hash)
    for one, other in zip(chinese.sections, english.sections, strict=True):
        assert one.status is other.status
        assert [type(b) for b in one.blocks] == [type(b) for b in other.blocks]
    first, second = ([b for b in blocks(r) if isinstance(b, Table)] for r in (chinese, english))
    for one, other in zip(first, second, strict=True):
        assert numbers(one) == numbers(other), one.title


def numbers(table):
    return [
        re.findall(r"[−+]?\d[\d,]*\.?\d*", cell)
        for row in table.rows
        if len(row.cells) == len(table.columns)
        for column, cell in zip(table.columns, row.cells, strict=True)
        if column.numeric
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_stands_with_its_amount_factor_and_result(footprint, name):
    result = footprint(name)
    report = study_report(result, lang="en")
    table = tables(report.annexes[0])[0]
    rows = {row.cells[0]: row.cells for row in table.rows if len(row.cells) > 1}
    for number, line in enumerate(result.lines, 1):
        cells = rows[str(number)]
        assert cells[1] == formulas(line.name)
        assert cells[2] == ("—" if line.amount is None else shown(line.amount))
        if line.origin != "output":
            assert cells[6] == ("—" if line.value is None else shown(line.value))
    assert rows[""][6] == shown(result.total)


def test_what_is_not_stated_is_named_with_its_place(footprint):
    report = study_report(footprint("trousers"), lang="en")
    assert [s.number for s in report.empty] == [1, 3, 6, 10, 11, 15, 16]
    assert "Draft" in report.marks
    missing = section(report, 1).missing
    assert [m.what for m in missing][:3] == ["Report number", "Date of the report", "Client"]
    assert missing[2].where == "particulars of the report, field “client”"


def test_what_the_study_lacks_names_sheet_and_field(calculated):
    report = study_report(calculated(), lang="en")
    missing = {m.what: m.where for s in report.sections for m in s.missing}
    assert "(boundary_note)" in missing["what is left out, and why"]
    assert "(period_start)" in missing["the data period"]
    assert "(pedigree)" in missing["pedigree scores of the lines"]
    assert "(source)" in missing["where amounts come from (lines: 1)"]


def test_particulars_stand_in_the_report(footprint):
    report = study_report(footprint("trousers"), FULL, lang="en")
    assert [(s.number, len(s.missing)) for s in report.empty] == [(10, 2)]
    told = set(texts(report))
    for value in FULL.model_dump().values():
        assert str(value) in told
    front = dict(report.front.facts.rows)
    assert front["Client"] == "Client Ltd"
    assert front["Verifier"] == "Verifier Body"
    assert front["Date of the report"] == "2026-11-21"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_finished_report_is_no_draft(footprint, lang):
    given = read_particulars(
        (EXAMPLES / "integrated-works.report.yaml").read_bytes(), "report.yaml"
    )
    report = study_report(footprint("integrated-works"), given, lang=lang)
    assert report.empty == ()
    assert len(report.marks) == 1  # synthetic
    client = dict(report.front.facts.rows)["委托方" if lang == "zh" else "Client"]
    assert bool(re.search("[a-z]", client)) == (lang == "en")


def test_a_review_without_its_body_is_not_complete(calculated):
    given = Particulars(review="Reviewed.")
    assert section(study_report(calculated(), given), 18).status is Status.EMPTY


def test_incomplete_and_synthetic_studies_are_marked(footprint):
    tyre = study_report(footprint("tyre"), lang="en")
    assert tyre.marks == ("Draft", "Incomplete")
    assert any("inventory not available" in text for text in texts(tyre))
    works = study_report(footprint("integrated-works"), lang="en")
    assert works.marks == ("Draft", "Synthetic")
    assert ("Synthetic", "Synthetic: made up, no real product.") in works.front.marks


def test_co2_alone_is_never_called_co2e(footprint):
    report = study_report(footprint("aluminium"), lang="en")
    assert report.front.unit == "kg CO₂/t"
    for block in blocks(report):
        if isinstance(block, Table | Picture):
            assert block.unit in ("", "kg CO₂/t", "t CO₂/t")
        if isinstance(block, Table):
            assert "kg CO₂e/t" not in [column.title for column in block.columns]
    assert any("only gas in the total" in text for text in texts(report))


def test_items_apart_are_all_listed(footprint):
    table = next(
        t for t in tables(section(study_report(footprint("trousers"), lang="en"), 13))
        if t.title.startswith("Items reported apart")
    )  # fmt: skip
    names = [row.cells[0] for row in table.rows]
    assert names == [
        "Fossil", "Biogenic", "Biogenic removal", "Direct land use change", "Technical removal",
        "Split not given by the source", "Of which aircraft", "Total",
        "Indirect land use change (outside the total)", "Lines outside the boundary",
        "Soil carbon change outside land use change", "Effect of delayed emissions",
        "Carbon offsets", "Biogenic carbon in the product",
    ]  # fmt: skip
    aircraft = table.rows[6].cells
    assert aircraft[1] == "4.457"
    assert table.rows[0].cells[1:] == ("—", "—", "in the total; not given apart by the sources")


def test_allocation_by_process_with_reasons(footprint):
    report = study_report(footprint("integrated-works"), lang="en")
    part = section(report, 9)
    assert part.status is Status.FILLED
    rows = tables(part)[0].rows
    assert "Coking plant: by energy content" in [r.cells[0] for r in rows if r.kind == "group"]
    assert any(r.kind == "remark" and r.cells[0].startswith("Reason: ") for r in rows)
    assert section(study_report(footprint("tyre"), lang="en"), 9).status is Status.NOT_APPLICABLE


def test_allocation_without_a_reason_is_not_complete(calculated):
    two = {
        "processes": [{"id": "p", "name_en": "Mill", "stage": "production",
                       "allocation": "economic"}],
        "outputs": [
            {"id": "x", "name_en": "X", "process": "p", "amount": "1", "unit": "kg", "price": "3"},
            {"id": "y", "name_en": "Y", "process": "p", "amount": "1", "unit": "kg", "price": "1"},
        ],
        "lines": [
            {"id": "a", "process": "p", "amount": "4", "unit": "kg", "ref": "CO2"},
            {"id": "d", "stage": "production", "amount": "1", "unit": "kg", "ref": "x"},
        ],
    }  # fmt: skip
    report = study_report(calculated(**two), lang="en")
    part = section(report, 9)
    assert part.missing[0].what == "why “Mill” is allocated"
    assert [r.cells[2] for r in tables(part)[0].rows if len(r.cells) > 1] == ["3 each", "1 each"]
    assert report.front.total == "3.000"


def test_electricity_families_exceptions_and_supply(footprint):
    part = section(study_report(footprint("aluminium"), lang="en"), 10)
    assert part.missing[0].what == "how power is supplied (lines: 4)"
    told = [text for block in part.blocks if isinstance(block, Points) for text in block.items]
    assert told
    assert all(": The published" in text for text in told)
    trousers = section(study_report(footprint("trousers"), lang="en"), 10)
    assert [m.what for m in trousers.missing] == [
        "the year of “Electricity, China”", "the year of “Electricity, France”"
    ]  # fmt: skip
    assert len(tables(trousers)[0].rows) == 5


def test_contractual_power_shows_the_other_total(calculated):
    report = study_report(
        calculated(
            method={"electricity": "contractual_allowed"},
            factors=[
                {"id": "wind", "unit": "kWh", "value": "0.02", "electricity": "life_cycle"},
                {"id": "mix", "unit": "kWh", "value": "0.6", "electricity": "life_cycle"},
            ],
            lines=[
                {"id": "power", "stage": "production", "amount": "10", "unit": "kWh",
                 "ref": "wind", "grid_ref": "mix", "supply": "contractual"},
            ],
        ),
        lang="en",
    )  # fmt: skip
    assert "With the other factor for contractual power: 6.000 kg CO₂e/kg." in list(texts(report))


def test_cut_off_ledger_with_limits(footprint):
    part = section(study_report(footprint("integrated-works"), lang="en"), 8)
    rows = tables(part)[0].rows
    assert [row.cells[1] for row in rows] == ["0.6 %", "0.2 %", "0.8 %"]
    assert ("Cut-off, single flow", "at most 1 % of the total") in part.blocks[0].rows


def test_published_results_stand_beside_ours(footprint):
    part = section(study_report(footprint("crude-steel"), lang="en"), 15)
    table = next(t for t in tables(part) if t.title == "Published results and ours")
    assert [row.cells[1:4] for row in table.rows] == [
        ("1,687", "1,707", "+1.18 %"),
        ("1,707", "1,707", "0.00 %"),
    ]
    assert "within the tolerance of 1.2 %" in table.rows[0].cells[4]


def test_scenarios_are_calculated_beside_the_base_case(footprint):
    part = section(study_report(footprint("crude-steel"), lang="en"), 14)
    table = next(t for t in tables(part) if t.title.startswith("The total under the scenarios"))
    assert [row.cells[0] for row in table.rows] == ["base case", "without_hot_blast"]
    assert table.rows[0].cells[1:] == ("1,707", "0.0 %")
    assert table.rows[1].cells[2].startswith("−")


def test_other_ways_of_allocation_are_calculated_beside(calculated):
    two = {
        "processes": [{"id": "p", "name_en": "Mill", "allocation": "economic", "reason": "r"}],
        "outputs": [
            {"id": "x", "process": "p", "amount": "1", "unit": "kg", "price": "3"},
            {"id": "y", "process": "p", "amount": "1", "unit": "kg", "price": "1"},
        ],
        "lines": [
            {"id": "a", "process": "p", "stage": "production", "amount": "4", "unit": "kg",
             "ref": "CO2"},
            {"id": "d", "stage": "production", "amount": "1", "unit": "kg", "ref": "x"},
        ],
    }  # fmt: skip
    part = section(study_report(calculated(**two), lang="en"), 14)
    table = next(t for t in tables(part) if t.title == "The total under other choices")
    assert [row.cells for row in table.rows] == [("Mill: by mass", "2.000", "−33.3 %")]
    recycled = calculated(
        recycling=[{"id": "steel", "amount": "1", "unit": "kg", "r1": "0.5", "r2": "0.5",
                    "virgin": "v", "recycled": "w"}],
        factors=[{"id": "v", "unit": "kg", "value": "2"}, {"id": "w", "unit": "kg", "value": "1"}],
    )  # fmt: skip
    part = section(study_report(recycled, lang="en"), 14)
    table = next(t for t in tables(part) if t.title == "The total under other choices")
    assert table.rows[0].cells[0] == "avoided burden (0:100)"
    assert all(row.cells[1] != "—" for row in table.rows)


def test_processes_and_what_they_pass_on_are_drawn(footprint):
    part = section(study_report(footprint("integrated-works"), lang="en"), 5)
    picture = next(block for block in part.blocks if isinstance(block, Picture))
    assert "Sinter: made by Sinter plant, taken by Blast furnace." in picture.description
    assert "Hot-rolled coil: made by Hot rolling, taken by Product of the study" in (
        picture.description
    )
    study = footprint("integrated-works").study
    taken = {line.ref for line in study.lines if line.ref in {o.id for o in study.outputs}}
    assert picture.svg.count("rotate(-55") == len(taken)
    one = section(study_report(footprint("trousers"), lang="en"), 5)
    assert not [block for block in one.blocks if isinstance(block, Picture)]


def test_products_beyond_the_width_of_the_page_are_counted(calculated):
    many = {
        "processes": [{"id": f"p{n}", "name_en": f"P{n}", "stage": "production"}
                      for n in range(30)],
        "outputs": [{"id": f"x{n}", "process": f"p{n}", "amount": "1", "unit": "kg"}
                    for n in range(30)],
        "lines": [
            *({"id": f"t{n}", "process": f"p{n + 1}", "amount": "1", "unit": "kg",
               "ref": f"x{n}"} for n in range(29)),
            {"id": "gas", "process": "p0", "amount": "1", "unit": "kg", "ref": "CO2"},
            {"id": "d", "stage": "production", "amount": "1", "unit": "kg", "ref": "x29"},
        ],
    }  # fmt: skip
    part = section(study_report(calculated(**many), lang="en"), 5)
    picture = next(block for block in part.blocks if isinstance(block, Picture))
    assert "Products not drawn, with the fewest takers: 4." in picture.note


def test_a_scenario_that_cannot_be_calculated_says_so(calculated):
    report = study_report(
        calculated(
            parameters=[{"id": "n", "value": "2"}],
            scenarios=[{"id": "none", "parameter": "n", "value": "0"}],
            lines=[{"id": "a", "stage": "production", "amount": "1 / n", "unit": "kg",
                    "ref": "CO2"}],
        ),
        lang="en",
    )  # fmt: skip
    assert "cannot be calculated" in list(texts(report))


def test_limits_and_hot_spots_are_plain_sentences(footprint):
    part = section(study_report(footprint("tyre"), lang="en"), 15)
    told = [text for block in part.blocks if isinstance(block, Points) for text in block.items]
    assert any(text.startswith("One impact only: climate change.") for text in told)
    assert "Use and end of life are not in the result." in told
    assert any("inventory not available" in text for text in told)
    assert any(text.startswith("100.0 % of the total comes from factors") for text in told)


def test_interval_on_the_front_page_or_that_there_is_none(footprint):
    trousers = study_report(footprint("trousers"), lang="en")
    assert re.fullmatch(r"95 %: \d\d\.\d – \d\d\.\d kg CO₂e/piece", trousers.front.band)
    assert "stroke-dasharray" in study_report(footprint("tyre"), lang="en").front.sill.svg
    assert "no band" in study_report(footprint("tyre"), lang="en").front.band


def test_first_order_interval_where_no_draws_were_made(study):
    import tanyuan as ty

    line = {"id": "a", "stage": "production", "amount": "2", "unit": "kg", "ref": "CO2",
            "distribution": "normal", "spread": "0.1"}  # fmt: skip
    result = ty.calculate(study(lines=[line]), samples=0)
    report = study_report(result, lang="en")
    assert report.front.band == "95 %: 1.60 – 2.40 kg CO₂/kg"
    assert any(isinstance(block, Picture) for block in section(report, 14).blocks)


def test_a_footprint_of_zero_or_below_is_reported(calculated):
    nothing = study_report(calculated(lines=[]), lang="en")
    assert nothing.front.total == "0"
    removal = {"id": "r", "stage": "raw_material", "amount": "3", "unit": "kg", "ref": "CO2",
               "kind": "removal_biogenic"}  # fmt: skip
    report = study_report(calculated(lines=[removal]), lang="en")
    assert report.front.total == "−3.000"
    assert next(m.where for m in section(report, 11).missing).endswith("(biogenic_carbon)")


def test_meters_recycling_and_library_factors_are_listed(calculated):
    report = study_report(
        calculated(
            boundary="cradle_to_grave",
            meters=[{"id": "m", "name_en": "Scale", "source": "Certificate 7"}],
            recycling=[
                {"id": "steel", "name_en": "Steel", "amount": "1", "unit": "kg", "r1": "0.5",
                 "virgin": "v", "recycled": "w", "source": "Mill"},
            ],
            factors=[
                {"id": "v", "unit": "kg", "value": "2", "source": "S"},
                {"id": "w", "unit": "kg", "value": "1"},
                {"id": "grid", "library": "EL-0121", "pedigree": "1,1,1,1,1"},
            ],
            lines=[
                {"id": "a", "stage": "production", "amount": "2", "unit": "kWh", "ref": "grid",
                 "supply": "grid", "meter": "m"},
                {"id": "b", "stage": "production", "amount": "1", "unit": "t", "ref": "FU-0001"},
                {"id": "c", "stage": "production", "amount": "1", "unit": "t·km", "ref": "s"},
            ],
            suppliers=[{"id": "s", "name_en": "Carrier", "unit": "t·km", "value": "0.1",
                        "boundary": "gate_to_gate", "verified_by": "Body", "gwp_set": "AR5"}],
        ),
        lang="en",
    )  # fmt: skip
    told = "\n".join(texts(report))
    for text in (
        "Certificate 7", "EL-0121", "0.5777 kg CO₂e", "https://www.mee.gov.cn/", "verified by Body",
        "not verified: read in a copy of unnamed origin", "As printed: 26.7 GJ/t", "R1", "t⋅km",
    ):  # fmt: skip
        assert text in told


@pytest.mark.parametrize("subject", ["product", "site"])
def test_what_kind_of_footprint_it_is(calculated, subject):
    report = study_report(calculated(subject=subject), lang="en")
    product = subject == "product"
    assert report.front.what.startswith("Partial product" if product else "Carbon footprint")


def test_figures_and_tables_are_counted_through(footprint):
    report = study_report(footprint("trousers"), lang="en")
    for kind in (Table, Picture):
        counted = [block.number for block in blocks(report) if isinstance(block, kind)]
        assert counted == list(range(1, len(counted) + 1))


def test_the_language_in_use_holds_where_none_is_chosen(footprint):
    with in_language("en"):
        assert study_report(footprint("tyre")).language == "en"
    with pytest.raises(ValueError, match="no such language"):
        study_report(footprint("tyre"), lang="fr")
