import subprocess
import sys

import pytest

import tanyuan as ty
from tanyuan import api
from tanyuan.version import VERSION


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_everything_offered_is_there_and_listed():
    assert set(dir(ty)) == {*api.__all__, "__version__"}
    assert all(getattr(ty, name) is getattr(api, name) for name in api.__all__)
    assert ty.__version__ == VERSION


@pytest.mark.parametrize("name", ["nothing", "_private"])
def test_what_is_not_offered_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=name):
        getattr(ty, name)


def test_importing_the_package_loads_neither_numpy_nor_pydantic():
    code = "import sys, tanyuan; print([m for m in ('numpy', 'pydantic') if m in sys.modules])"
    assert run(code) == "[]"


def test_a_calculation_loads_no_scipy_unless_a_system_is_solved():
    code = (
        "import sys, tanyuan as ty\n"
        "study = ty.Study.model_validate({'id': 's', 'unit': 'kg', 'boundary': 'cradle_to_gate',"
        " 'lines': [{'id': 'a', 'ref': 'CO2', 'amount': 2, 'unit': 'kg', 'stage': 'production',"
        " 'distribution': 'normal', 'spread': '0.1'}]})\n"
        "print(ty.calculate(study, samples=100).total, 'scipy' in sys.modules)"
    )
    assert run(code) == "2.0 False"


def test_from_a_study_to_a_sealed_footprint_in_three_calls(tmp_path):
    study = ty.Study.model_validate(
        {
            "id": "s",
            "unit": "kg",
            "boundary": "cradle_to_gate",
            "lines": [
                {"id": "a", "ref": "CH4", "amount": "2", "unit": "kg", "stage": "production"}
            ],
        }
    )
    file = tmp_path / "s.json"
    file.write_bytes(ty.write_study(study, file))
    footprint = ty.load(file).calculate(samples=0)
    assert (footprint.total, footprint.unit) == (pytest.approx(59.6), "kg CO2e/kg")
    assert ty.verify(ty.seal(footprint)).verdict == "PASS"
