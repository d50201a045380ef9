"""Small studies, written as the tables that a file would hold."""

import pytest

from tanyuan.factors.factor import factor_from_record
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.study import Study
from tanyuan.languages import in_language
from tanyuan.problems import InputError


@pytest.fixture(autouse=True)
def english():
    with in_language("en"):
        yield


@pytest.fixture(scope="session")
def line():
    """A line of 1 kg of F in production, unless said otherwise."""

    def make(id_, ref="F", amount="1", unit="kg", **more):
        return {
            "id": id_,
            "ref": ref,
            "amount": amount,
            "unit": unit,
            "stage": "production",
            **more,
        }

    return make


@pytest.fixture(scope="session")
def factor():
    """A factor of the study, in kg CO2e per kg unless said otherwise."""

    def make(id_="F", value="2", unit="kg", **more):
        return {"id": id_, "value": value, "unit": unit, **more}

    return make


@pytest.fixture(scope="session")
def library():
    """A library of factors given as id → (unit, {gas: value}, further fields)."""

    def make(**factors):
        found = {}
        for key, (unit, gases, more) in factors.items():
            id_ = key.replace("_", "-")
            record = {
                "id": id_,
                "version": "1",
                "name_zh": f"{id_} 的名称",
                "name_en": f"name of {id_}",
                "category": "material",
                "group": "metal",
                "geography": "CN",
                "year": 2024,
                "unit": unit,
                "boundary": "cradle_to_gate",
                "standing": "verified",
                "source": "test",
                "emissions": [
                    {"gas": gas, "kind": kind, "value": value}
                    for (gas, kind), value in gases.items()
                ],
            }
            found[id_] = factor_from_record(record | more)
        return found

    return make


@pytest.fixture(scope="session")
def study():
    """A study from its tables."""

    def make(**tables):
        head = {"id": "s", "unit": "piece", "boundary": "cradle_to_grave"}
        return Study.model_validate(head | tables)

    return make


@pytest.fixture(scope="session")
def calc(study):
    """The footprint of a study given by its tables; without library and draws unless asked for."""

    def run(tables, **options):
        options = {"library": {}, "samples": 0} | options
        return calculate(study(**tables) if isinstance(tables, dict) else tables, **options)

    return run


@pytest.fixture(scope="session")
def refused(calc):
    """The problems of a study as (place, code), and what they say."""

    def run(tables, **options):
        with pytest.raises(InputError) as caught, in_language("en"):
            calc(tables, **options)
        with in_language("en"):
            places = [(str(problem.place), problem.code) for problem in caught.value.problems]
            return places, str(caught.value)

    return run
