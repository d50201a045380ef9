import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tanyuan.languages import in_language
from tanyuan.quality.distributions import Distribution
from tanyuan.quality.pedigree import INDICATORS, Pedigree, pedigree_scatter, rating

READER = TypeAdapter(Pedigree)
SCORES = st.tuples(*[st.integers(1, 5)] * 5)

# GSD by hand: exp(√(Σ ln² U) / 2)
BY_HAND = [
    ((1, 1, 1, 1, 1), 1.05, 1.024695),
    ((5, 1, 1, 1, 1), 1.05, 1.226537),
    ((2, 3, 1, 1, 2), 1.05, 1.105698),
    ((5, 5, 5, 5, 5), 1.05, 1.587325),
    ((1, 1, 1, 1, 5), 1.0, 1.414214),
    ((1, 1, 1, 1, 1), 1.0, 1.0),
]


@pytest.mark.parametrize(("scores", "basic", "gsd"), BY_HAND)
def test_scores_give_the_geometric_standard_deviation(scores, basic, gsd):
    found = pedigree_scatter(scores, basic)
    assert found.shape is Distribution.LOGNORMAL
    assert math.exp(found.spread) == pytest.approx(gsd, abs=1e-6)


@given(SCORES, st.integers(0, 4))
@settings(deadline=None)
def test_a_worse_score_never_narrows(scores, indicator):
    if scores[indicator] < 5:
        worse = (*scores[:indicator], scores[indicator] + 1, *scores[indicator + 1 :])
        assert pedigree_scatter(worse).spread >= pedigree_scatter(scores).spread
        assert rating(worse) == pytest.approx(rating(scores) + 0.2)


def test_the_rating_is_the_mean_score():
    assert rating((1, 2, 3, 4, 5)) == 3
    assert len(INDICATORS) == 5


@pytest.mark.parametrize(
    "written", ["2,3,1,1,2", "(2; 3; 1; 1; 2)", "2 3 1 1 2", [2, 3, 1, 1, 2], (2, 3, 1, 1, 2)]
)
def test_scores_are_read_from_text_and_lists(written):
    assert READER.validate_python(written) == (2, 3, 1, 1, 2)
    assert READER.dump_python(READER.validate_python(written)) == "2,3,1,1,2"


@pytest.mark.parametrize(
    "written",
    ["", "1,2,3,4", "1,2,3,4,5,5", "0,1,1,1,1", "6,1,1,1,1", "2.5,1,1,1,1", "good", [1] * 4,
     [1, 1, 1, 1, "x"], [1, 1, 1, 1, 1.5], ["1"] * 5],
)  # fmt: skip
def test_other_scores_are_refused_with_the_mend(written):
    with pytest.raises(ValidationError) as caught, in_language("en"):
        READER.validate_python(written)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert error.code == "pedigree"
    with in_language("en"):
        assert "five numbers from 1 (best) to 5" in str(error)


@pytest.mark.parametrize("written", [5, None, 1.5])
def test_what_is_no_list_is_refused(written):
    with pytest.raises(ValidationError):
        READER.validate_python(written)
