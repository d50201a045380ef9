import pytest

from tanyuan.factors.starter import starter_release
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.result import Footprint
from tanyuan.formats.files import read_study, write_study
from tanyuan.formats.template import template_study
from tanyuan.languages import in_language


@pytest.mark.parametrize("ending", [".xlsx", ".json", ".yaml", ".yml"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_calculates_at_once_in_every_form(ending, language):
    with in_language(language):
        found = read_study(write_study(template_study(), f"p{ending}", library=True), f"p{ending}")
        footprint = found.calculate(samples=0)
    assert isinstance(footprint, Footprint)
    assert footprint.complete
    assert footprint.total == calculate(template_study(), samples=0).total
    assert found.notices == ()


def test_the_template_says_that_it_is_made_up():
    study = template_study()
    assert study.synthetic
    assert "虚构" in study.name_zh
    assert "made up" in study.name_en
    bars = {bar.code for bar in calculate(study, samples=0).bars}
    assert bars == {"synthetic"}


def test_the_template_uses_only_verified_factors_per_the_units_that_it_names():
    factors = starter_release().factors
    assert all(factors[line.ref].verified for line in template_study().lines)


def test_the_total_of_the_template_is_the_sum_worked_out_by_hand():
    # 1.2 kg × 2,310 kg CO2e/t + 1.2 kg × 300 km × 0.1502 kg CO2e/(t·km) + 0.85 kWh × 0.5777
    by_hand = 1.2e-3 * 2310 + 1.2e-3 * 300 * 0.1502 + 0.85 * 0.5777
    assert calculate(template_study(), samples=0).total == pytest.approx(by_hand, rel=1e-12)


def test_every_template_is_a_study_of_its_own():
    assert template_study() == template_study()
    assert template_study() is not template_study()
