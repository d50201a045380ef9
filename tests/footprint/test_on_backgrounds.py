"""Studies that take products of backgrounds: figures, uncertainty, gaps, seals, what is absent."""

import json

import numpy as np
import pytest

import tanyuan.footprint.uncertainty as inside
from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer, offered
from tanyuan.documents.canonical import canonical_json, content_hash
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.evaluate import evaluate
from tanyuan.footprint.model import build
from tanyuan.footprint.seal import figures, footprint_document, seal, verify
from tanyuan.footprint.study import Study
from tanyuan.languages import in_language
from tanyuan.problems import InputError
from tests.backgrounds.steelworks import POWER, STEEL, imported


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="module")
def ref(works):
    return {key: factor.id for key, factor in offered(works[1]).items()}


@pytest.fixture
def study(line):
    def make(*lines, **more):
        return Study.model_validate({
            "id": "s", "name_en": "S", "unit": "piece", "boundary": "cradle_to_gate",
            "lines": [{**line("x"), **one, "id": f"l{n}"} for n, one in enumerate(lines)], **more,
        })  # fmt: skip

    return make


@pytest.fixture
def calc(works):
    def calculating(study, backgrounds=works[0], **options):
        library = Offer(starter_release().factors, backgrounds)
        return calculate(study, **{"library": library, "samples": 0, **options})

    return calculating


def test_amounts_in_convertible_units_count_as_worked_by_hand(study, calc, ref):
    found = calc(study(
        {"ref": ref["works"], "amount": "0.25", "unit": "t"},
        {"ref": ref["plant"], "amount": "10", "unit": "kWh"},
    ))  # fmt: skip
    assert found.total == pytest.approx(250 * STEEL + 10 * POWER, rel=1e-12)
    assert found.complete
    steel = found.lines[0]
    assert steel.value == pytest.approx(250 * STEEL, rel=1e-12)
    assert steel.origin == "background"
    kinds = {str(kind): value for kind, value in found.by_kind.items()}
    assert kinds["removal_biogenic"] == pytest.approx(-0.3 * 250, rel=1e-12)
    assert kinds["biogenic"] == pytest.approx(0.1 * 250, rel=1e-12)
    assert found.masses["CH4"] == pytest.approx(250 * 0.002 + 0.01, rel=1e-12)


def test_the_background_s_gases_follow_the_study_s_gwp_set(study, calc, ref):
    found = calc(study({"ref": ref["plant"], "amount": "1", "unit": "kWh"},
                       method={"gwp_set": "AR5"}))  # fmt: skip
    assert found.total == pytest.approx(0.5 + 1e-3 * 30, rel=1e-12)


def test_a_unit_of_another_kind_is_refused(study, calc, ref):
    with pytest.raises(InputError) as caught:
        calc(study({"ref": ref["works"], "amount": "1", "unit": "kWh"}))
    assert [problem.code for problem in caught.value.problems] == ["unit-kind"]


def test_what_rests_on_cut_offs_is_incomplete_and_says_the_share(study, calc, ref):
    found = calc(study({"ref": ref["drawing"]}))
    assert not found.complete
    (gap,) = found.gaps
    assert (gap.line, gap.code) == ("l0", "cut-offs")
    assert "33.3 % of the inputs" in str(gap.message)
    assert "1 of 3" in str(gap.message)
    assert "incomplete" in [bar.code for bar in found.bars]


def test_what_is_not_counted_makes_nothing_incomplete(study, calc, ref):
    found = calc(study({"ref": ref["works"]}, {"ref": ref["drawing"], "role": "outside"}))
    assert found.complete


def totals(model, samples):
    """Every line's kg CO2e in every draw."""
    scatters = inside.random_quantities(model)
    draws = inside.Draws(samples, {
        key: inside._ratios(scatter, key, 1, 0, samples) for key, scatter in scatters.items()
    })  # fmt: skip
    evaluation = evaluate(model, draws)
    return [
        np.broadcast_to(evaluation.co2e(model, term.intensity, draws) * amount, samples)
        for term, amount in zip(model.terms, evaluation.amounts, strict=True)
    ]


def test_draw_k_takes_the_background_s_sample_k(works, study, ref):
    library = Offer(starter_release().factors, works[0])
    given = study({"ref": ref["works"], "amount": "3"}, {"ref": ref["works"], "amount": "3"},
                  {"ref": ref["plant"], "amount": "6", "unit": "kWh"})  # fmt: skip
    one, other, power = totals(build(given, library, given.method, ""), 500)
    assert one.std() > 0.01
    assert (one - other == 0).all()
    # 3 kg of steel less the 6 kWh that they take do not scatter
    np.testing.assert_allclose(one - power, 3 * STEEL - 6 * POWER, rtol=1e-5)


def test_the_order_of_the_lines_changes_no_figure(study, calc, ref):
    lines = [{"ref": ref["works"], "amount": "3"},
             {"ref": ref["plant"], "amount": "1", "unit": "kWh"}]  # fmt: skip
    one, other = (calc(study(*each), samples=500).uncertainty for each in (lines, lines[::-1]))
    assert one.interval == pytest.approx(other.interval, rel=1e-12)
    assert one.standard_deviation == pytest.approx(other.standard_deviation, rel=1e-12)


def test_the_seed_of_a_study_is_not_that_of_the_background(study, calc, ref):
    given = study({"ref": ref["works"], "amount": "3"})
    one, other = (calc(given, samples=500, seed=seed).uncertainty for seed in (1, 2))
    assert one.interval == other.interval


def test_first_order_knows_that_products_move_together(study, calc, ref):
    """Two products of one background add up as one quantity, not as two independent ones."""
    steel = {"ref": ref["works"], "amount": "1"}
    power = {"ref": ref["plant"], "amount": "2", "unit": "kWh"}
    apart = [calc(study(one)).uncertainty.standard_deviation for one in (steel, power)]
    together = calc(study(steel, power)).uncertainty
    assert together.standard_deviation == pytest.approx(sum(apart), rel=1e-5)
    assert sum(driver.share for driver in together.drivers) == pytest.approx(1)
    drawn = calc(study(steel, power), samples=10_000).uncertainty
    assert drawn.interval[0] < drawn.median < drawn.interval[1]


def test_a_credit_for_the_same_product_takes_its_scatter_away(study, calc, ref):
    found = calc(
        study(
            {"ref": ref["works"], "amount": "1", "process": "P"},
            {"ref": "main", "amount": "1", "stage": "production"},
            {"ref": "CO2", "amount": "5", "kind": "fossil"},
            processes=[{"id": "P", "stage": "production", "allocation": "system_expansion"}],
            outputs=[
                {"id": "main", "process": "P", "amount": "1", "unit": "kg"},
                {"id": "co", "process": "P", "amount": "1", "unit": "kg",
                 "replaces": ref["works"]},
            ],
        ),
        samples=300,
    )  # fmt: skip
    assert found.total == pytest.approx(5)
    assert found.uncertainty.standard_deviation == pytest.approx(0, abs=1e-9)
    assert found.uncertainty.interval == pytest.approx((5, 5), abs=1e-12)


def test_a_spread_that_the_study_states_stands_before_the_samples(study, calc, ref):
    rated = {"id": "rated", "library": ref["works"], "distribution": "normal", "spread": "0.5"}
    bare = {"id": "bare", "library": ref["works"]}
    found = [calc(study({"ref": one["id"]}, factors=[one])).uncertainty.standard_deviation / STEEL
             for one in (rated, bare)]  # fmt: skip
    plain = calc(study({"ref": ref["works"]})).uncertainty.standard_deviation / STEEL
    assert found == pytest.approx([0.5, plain])


# Absent


def test_an_absent_background_is_one_clear_error(study, calc, ref, works, tmp_path):
    given = study({"ref": "EL-0121", "unit": "kWh"}, {"ref": ref["works"]})
    with pytest.raises(InputError) as caught:
        calc(given, backgrounds=Library(tmp_path))
    (problem,) = caught.value.problems
    assert problem.code == "background-absent"
    assert (problem.place.sheet, problem.place.row, problem.place.field) == ("lines", 2, "ref")
    assert "illustration" in str(problem.cause)
    assert works[1].hash[:23] in str(problem.cause)
    assert "tanyuan background import" in str(problem.mend)
    with in_language("zh"):
        assert "背景数据库" in str(problem.cause)


def test_without_an_offer_the_same_is_told(study, ref):
    with pytest.raises(InputError) as caught:
        calculate(study({"ref": ref["works"]}), library={})
    assert [problem.code for problem in caught.value.problems] == ["background-absent"]


# Seals


@pytest.fixture
def mixed(study, calc, ref):
    """A footprint on the background and on a factor of the library."""
    return lambda **more: calc(
        study({"ref": ref["works"], "amount": "3"}, {"ref": "EL-0121", "unit": "kWh"}, **more),
        samples=200,
    )


def test_a_seal_names_the_background_and_holds_none_of_its_figures(mixed, works, ref):
    data = seal(mixed())
    document = json.loads(data)
    record = next(one for one in document["factors"] if one["id"] == ref["works"])
    assert record["emissions"] == []
    assert record["background"]["hash"] == works[1].hash
    assert record["background"]["licence"] == "CC-BY-4.0"
    assert set(document["result"]["figures"]) & {"line/l0/value", "line/l0/intensity"} == set()
    assert {"line/l0/amount", "line/l1/value", "total"} <= set(document["result"]["figures"])


def test_with_the_background_at_hand_everything_is_calculated_again(mixed, works):
    found = verify(seal(mixed()), backgrounds=works[0])
    assert (found.verdict, found.figures, found.unchecked) == ("PASS", (), ())
    assert found.checked > 15


def test_without_it_the_hashes_and_the_other_lines_are_checked(mixed, works, tmp_path):
    data = seal(mixed())
    found = verify(data, backgrounds=Library(tmp_path))
    assert (found.verdict, found.altered, found.checked) == ("PARTIAL", None, 4)
    (told,) = found.unchecked
    assert works[1].hash in str(told)
    assert "not calculated again" in str(told)
    changed = json.loads(data)
    changed["result"]["figures"]["line/l1/value"] = "7"
    assert verify(resealed(changed), backgrounds=Library(tmp_path)).verdict == "FAIL"
    assert verify(data.replace(b'"3"', b'"4"'), backgrounds=Library(tmp_path)).verdict == "FAIL"


def test_a_total_that_the_background_does_not_give_fails(mixed, works):
    changed = json.loads(seal(mixed()))
    changed["result"]["figures"]["total"] = "5"
    found = verify(resealed(changed), backgrounds=works[0])
    assert found.verdict == "FAIL"
    assert [figure.path for figure in found.figures] == ["total"]


def resealed(document):
    document.pop("hash")
    return canonical_json({**document, "hash": content_hash(document)})


def test_with_permission_the_figures_travel_with_licence_and_notice(study, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    library, entry = imported(folder, shareable=True, notice="Name the author.")
    given = study({"ref": offered(entry)["works"].id, "amount": "3"})
    footprint = calculate(given, library=Offer({}, library), samples=200)
    data = seal(footprint)
    (record,) = json.loads(data)["factors"]
    assert len(record["emissions"]) == 4
    assert record["background"]["notice"] == "Name the author."
    assert verify(data, backgrounds=library).verdict == "PASS"
    found = verify(data, backgrounds=Library(tmp_path / "empty"))
    assert found.verdict == "PARTIAL"
    assert found.checked == len(dict(figures(footprint)))
    assert "uncertainty" in str(found.unchecked[0])
    # What was permitted when it was sealed is what counts
    library.permit(entry, shareable=False)
    assert verify(data, backgrounds=library).verdict == "PASS"


def test_a_study_factor_tells_no_more_than_the_product_that_it_takes(mixed, study, calc, ref):
    given = study({"ref": "mine"}, factors=[{"id": "mine", "library": ref["works"]}])
    document = footprint_document(calc(given))
    assert set(document["result"]["figures"]) & {"line/l0/value", "line/l0/intensity"} == set()


def test_seals_without_backgrounds_are_as_they_were(study, calc):
    given = study({"ref": "EL-0121", "unit": "kWh"})
    plain = calculate(given, library=starter_release().factors, samples=100)
    assert seal(plain) == seal(calc(given, samples=100))
    assert "background" not in seal(plain).decode()


def test_incomplete_results_verify_too(study, calc, ref, works):
    data = seal(calc(study({"ref": ref["drawing"]})))
    assert json.loads(data)["result"]["gaps"] == [{"code": "cut-offs", "line": "l0"}]
    assert verify(data, backgrounds=works[0]).verdict == "PASS"
