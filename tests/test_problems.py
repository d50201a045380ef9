import copy

import pytest

from tanyuan.languages import Message, in_language
from tanyuan.problems import (
    InputError,
    InvalidValueError,
    Place,
    Problem,
    Problems,
    refuse,
)

CAUSE, MEND = Message("The unit is missing."), Message("Keep one of the two.")


@pytest.fixture(autouse=True)
def english():
    with in_language("en"):
        yield


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("a.xlsx"), "a.xlsx"),
        (Place("a.xlsx", "lines", 12, "unit"), "a.xlsx · lines · row 12 · unit"),
        (Place(sheet="lines", field="unit"), "lines · unit"),
        (Place(row=0), "row 0"),
    ],
)
def test_a_place_is_read_from_the_file_to_the_field(place, text):
    assert str(place) == text


def test_a_problem_says_place_cause_and_mend():
    problem = Problem("unit", CAUSE, MEND)
    assert str(problem) == "The unit is missing. Keep one of the two."
    moved = problem.at(Place("a.json", "lines", 3))
    assert str(moved) == "a.json · lines · row 3: The unit is missing. Keep one of the two."
    assert (moved.code, moved.cause, moved.mend) == ("unit", CAUSE, MEND)


def test_a_problem_speaks_the_readers_language():
    problem = Problem("unit", CAUSE, MEND, Place(row=3))
    english = str(problem)
    with in_language("zh"):
        assert str(problem) != english
        assert "3" in str(problem)


def test_problems_are_collected_and_raised_together():
    problems = Problems()
    problems.raise_if_any()
    problems.add("one", CAUSE, MEND, Place(row=1))
    with problems.at(Place(row=2)):
        raise InvalidValueError("two", MEND, CAUSE)
    with problems.at(Place(row=3)):
        pass
    assert [problem.code for problem in problems.found] == ["one", "two"]
    assert problems.found[1].place == Place(row=2)
    with pytest.raises(InputError) as caught:
        problems.raise_if_any()
    assert caught.value.problems == problems.found
    assert str(caught.value).splitlines() == [
        "row 1: The unit is missing. Keep one of the two.",
        "row 2: Keep one of the two. The unit is missing.",
    ]


def test_only_unusable_values_are_collected():
    problems = Problems()
    with pytest.raises(KeyError), problems.at(Place()):
        raise KeyError
    assert problems.found == ()


def test_an_unusable_value_says_cause_and_mend_and_becomes_a_problem():
    error = InvalidValueError("unit", CAUSE, MEND)
    assert str(error) == "The unit is missing. Keep one of the two."
    assert error.problem() == Problem("unit", CAUSE, MEND)
    assert error.problem(Place(row=1)) == Problem("unit", CAUSE, MEND, Place(row=1))


def test_a_single_refusal_is_an_input_error_with_one_problem():
    error = refuse("unit", CAUSE, MEND, Place("a"))
    assert error.problems == (Problem("unit", CAUSE, MEND, Place("a")),)


def test_a_copied_error_keeps_its_problems():
    error = refuse("unit", CAUSE, MEND, Place("a"))
    assert copy.deepcopy(error).problems == error.problems
