"""Footprints to report, calculated once for all tests."""

from functools import cache
from pathlib import Path

import pytest

import tanyuan as ty
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.study import Study

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("trousers", "aluminium", "tyre", "integrated-works", "crude-steel", "lithium-hydroxide")


@cache
def example(name: str) -> Footprint:
    return ty.load(EXAMPLES / f"{name}.json").calculate(samples=500)


@pytest.fixture
def footprint():
    """The footprint of an example by name."""
    return example


@pytest.fixture
def study():
    """A small study from plain content."""

    def make(**changes) -> Study:
        content = {
            "id": "small",
            "name_en": "Product",
            "unit": "kg",
            "boundary": "cradle_to_gate",
            "lines": [
                {"id": "a", "stage": "production", "amount": "2", "unit": "kg", "ref": "CO2"}
            ],
        }
        return Study.model_validate(content | changes)

    return make


@pytest.fixture
def calculated(study):
    """The footprint of a small study."""

    def make(**changes) -> Footprint:
        return ty.calculate(study(**changes), samples=100)

    return make
