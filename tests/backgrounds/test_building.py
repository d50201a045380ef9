import json

import numpy as np
import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.backgrounds.weighing import weights
from tanyuan.languages import Message, in_language
from tanyuan.lca.storage import system_hash
from tanyuan.problems import InputError
from tests.backgrounds.changing import codes, one, with_exchange, with_process

MASS = Profile(keys=(Key.MASS,))


def built(package, profile=MASS, report=None):
    return build(package, profile, Report() if report is None else report)


def product(found, key):
    (place,) = [place for place, each in enumerate(found.products) if each.id == key]
    return found.products[place], found.solved.intensities[place]


def column(found, name):
    return found.solved.characterisation.columns.index(name)


def test_a_loop_is_solved_with_units_and_properties_converted(small):
    """Coal and the combined plant need each other; amounts of the package, by hand:

    coal m = 0.004 kg CH4 + 0.03·3.6 MJ · p; power of the plant at the mine's place: per run
    12.5 MJ / 25 MJ/kg of coal, of which 0.6 falls on 3.6 MJ.
    """
    found = built(small)
    per_power = 0.6 * 0.5 / 3.6
    methane = 0.004 / (1 - 0.03 * 3.6 * per_power)
    _, mine = product(found, "mine")
    assert mine[column(found, "CH4|fossil")] == pytest.approx(methane, rel=1e-12)
    _, power = product(found, "chp/power")
    assert power[column(found, "CH4|fossil")] == pytest.approx(per_power * methane, rel=1e-12)


def test_uptake_is_a_removal_and_credits_take_away(small):
    found = built(small)
    _, planks = product(found, "sawmill/planks")
    assert planks[column(found, "CO2|removal_biogenic")] == pytest.approx(-2.2 / 1.5)
    without = built(
        with_exchange(small, "sawmill", 5, amount=small.processes["mine"].exchanges[0].amount * 0)
    )
    _, more = product(without, "sawmill/planks")
    _, heat = product(found, "chp/heat")
    credit = 0.3 * heat[column(found, "CO2|fossil")] / 1.5
    at = column(found, "CO2|fossil")
    assert more[at] - planks[at] == pytest.approx(credit, rel=1e-9)


def test_waste_is_treated_and_its_treatment_counts(small):
    found = built(small)
    landfill, figures = product(found, "landfill")
    assert landfill.waste
    treated = landfill.sign * figures
    assert treated[column(found, "CH4|biogenic")] == pytest.approx(0.002, rel=1e-3)
    _, plant = product(found, "plant")
    ash_per_power = 0.05 / 3.6
    expected = ash_per_power * treated[column(found, "CH4|biogenic")]
    assert plant[column(found, "CH4|biogenic")] == pytest.approx(expected, rel=1e-12)


def test_cut_offs_are_named_and_counted(small):
    found = built(small)
    planks, figures = product(found, "sawmill/planks")
    assert not planks.complete
    # Of its own logs, heat, power; of power coal, ash; of coal power; of ash power; of heat coal
    assert (planks.missing, planks.cut_offs) == (1, 1)
    assert planks.missing_share == pytest.approx(1 / planks.inputs)
    assert figures[column(found, "cut-off|kg")] == pytest.approx(1.6 / 1.5)
    plant, figures = product(found, "plant")
    assert plant.complete
    assert plant.missing_share == 0
    assert figures[column(found, "cut-off|kg")] == 0
    inventory = found.solved.inventory({"sawmill/planks": 3.0})
    logs = inventory[found.solved.system.flows.index("cut-off:logs")]
    assert logs == pytest.approx(3 * 1.6 / 1.5)


def test_products_say_what_they_are(small):
    plant, _ = product(built(small), "plant")
    assert (plant.unit, plant.geography, plant.year) == ("MJ", "CN", 2025)
    assert plant.names == {"und": "Electricity"}
    assert plant.process_names == {"und": "Power plant"}


def test_the_language_of_the_importer_changes_no_figure_and_no_content(small):
    names = {"plant": {"en": "A", "zh": "乙"}, "chp": {"en": "B", "zh": "甲"}}
    package = small
    for key, texts in names.items():
        package = with_process(package, key, names=texts, location="place-cn", reference=None)
    package = with_process(package, "mine", location="place-glo")
    found = {}
    for language in ("zh", "en"):
        with in_language(language):
            found[language] = system_hash(built(package).solved.system)
    assert found["zh"] == found["en"]


def test_the_summary_counts(small):
    summary = built(small).summary()
    assert summary["products"] == 7
    assert summary["links"] == {"cut-off": 1, "default": 2, "only": 4, "place": 1}
    assert summary["complete"] == 5
    assert summary["gases"] == {
        "assigned": 4,
        "open": 1,
        "outside": 0,
        "coverage": f"{5 / 6:.6f}",
    }


def test_the_total_weighs_gases_and_leaves_cut_offs_out(small):
    found = built(small)
    columns = found.solved.characterisation.columns
    weighed = weights(columns, "AR6 GWP-100")
    assert weighed.unknown == ()
    assert weighed.values[columns.index("CO2|fossil")] == 1
    assert weighed.values[columns.index("CH4|fossil")] == pytest.approx(29.8)
    assert weighed.values[columns.index("CH4|biogenic")] == pytest.approx(27.0)
    assert weighed.values[columns.index("cut-off|kg")] == 0


def test_a_gas_without_a_value_is_told():
    weighed = weights(["CO2|fossil", "XX|fossil", "XX|biogenic", "CO2|iluc"], "AR6 GWP-100")
    assert weighed.unknown == ("XX",)
    np.testing.assert_array_equal(weighed.values, [1, 0, 0, 0])


def test_wastes_of_the_profile_are_no_products(small):
    profile = Profile(keys=(Key.MASS,), wastes=("sawdust",))
    report = Report()
    found = built(small, profile, report)
    planks, figures = product(found, "sawmill")
    assert planks.flow == "planks"
    assert planks.cut_offs == 2
    assert figures[column(found, "cut-off|kg")] == pytest.approx(1.6 + 0.5)
    assert "output-unused" not in codes(report)


def test_an_output_that_nobody_takes_is_told(small):
    report = Report()
    built(small, MASS, report)
    found = one(report, "output-unused")
    assert found.place.sheet == "Sawmill"
    assert found.place.field == "sawdust"
    assert "33.3 %" in str(found.why)


def test_a_negative_input_is_a_credit(small):
    amount = small.processes["sawmill"].exchanges[4].amount
    changed = with_exchange(small, "sawmill", 5, avoided=False, amount=-amount)
    report = Report()
    np.testing.assert_allclose(
        built(changed, MASS, report).solved.intensities, built(small).solved.intensities
    )
    assert one(report, "negative-amount").place.sheet == "Sawmill"


def test_a_process_that_makes_nothing_is_left_out(small):
    changed = with_process(small, "landfill", exchanges=small.processes["landfill"].exchanges[1:])
    report = Report()
    found = built(changed, MASS, report)
    assert "landfill" not in {each.process for each in found.products}
    assert one(report, "no-output").place.sheet == "Landfill"
    ash = [each for each in report if each.code == "no-supplier" and each.place.field == "ash"]
    assert str(ash[0].why) == "No process of the package treats it."


def test_an_import_without_a_choice_is_refused(small):
    with pytest.raises(InputError) as caught:
        built(small, Profile())
    first, second = caught.value.problems
    assert first.code == "allocation-choice"
    assert "mass (1)" in str(first.mend)
    assert second.code == "allocation-undecided"
    assert second.place.sheet == "Sawmill"
    assert "mass, economic, equal, reference" in str(second.mend)


def test_a_loop_that_uses_up_what_it_makes_is_refused(small):
    changed = with_exchange(
        small, "mine", 2, amount=small.processes["plant"].exchanges[0].amount * 100
    )
    with pytest.raises(InputError) as caught:
        built(changed)
    assert caught.value.problems[0].code == "not-productive"
    assert "Coal mine" in str(caught.value.problems[0].cause)


def test_progress_runs_from_nothing_to_all(small):
    told = []
    build(small, MASS, Report(), lambda done, what: told.append((done, what)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(isinstance(what, Message) for _, what in told)


def test_a_report_survives_being_a_document(small):
    report = Report()
    built(small, MASS, report)
    again = Report.from_document(json.loads(json.dumps(report.document())))
    assert again.counts() == report.counts()
    for language in ("zh", "en"):
        with in_language(language):
            before = sorted(f"{f.place} {f.why} {f.mend} {dict(f.details)}" for f in report)
            assert sorted(f"{f.place} {f.why} {f.mend} {dict(f.details)}" for f in again) == before
