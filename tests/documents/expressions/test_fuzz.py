"""Texts of any kind do nothing but give a number or a refusal."""

import random
import sys

import numpy as np
import pytest

from tanyuan.documents.expressions import (
    FUNCTIONS,
    MAX_NODES,
    MAX_VALUE,
    ExpressionError,
    parse,
    refusals,
)
from tests.documents.expressions.answers import VALUES, answer

PIECES = [
    *FUNCTIONS,
    *"()()()()+-*/<>,,+-*/abcabc012",
    *["**", "<=", ">=", "==", "!=", " and ", " or ", " not ", "净重", "2.5", "1e3", "1e30", ".5"],
    *":[]{}.'\"%^&|~@=#\\，（）×÷１²\x00\ud800\u200b",
    *[
        " lambda ",
        ":=",
        " if ",
        " else ",
        " for ",
        " in ",
        " is ",
        "None",
        "True",
        "__",
        "__import__",
    ],
    *["00", "1_0", "0x1", "1j", "1e-30", "9" * 50, "(" * 20, "-" * 20],
]


VALID = [
    "净重 * (1 + b / a)",
    "if(a > 1, sqrt(a) ** 2, max(b, c, 1)) / (a + 3)",
    "a ** 2 + b ** 2 - 2 * a * b and not c",
    "min(a, abs(b), exp(c)) + ln(a) * log10(净重) - floor(b) + round(a / 3)",
    "((a + b) * (a - b)) / (1 + sum(a, b, c)) <= ceil(2.5)",
]


FORMS = [
    *("{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} ** {}", "{}**2", "-{}", "({})", "({} - {})"),
    *("{} < {}", "{} == {}", "{} and {}", "{} or {}", "not {}", "if({}, {}, {})", "if({}>0,{},{})"),
    *("min({}, {})", "max({}, {}, {})", "sum({}, {})", "abs({})", "sqrt({})", "exp({})", "ln({})"),
    *("log10({})", "floor({})", "ceil({})", "round({})"),
]


def grown(chance, levels):
    """A text that is mostly in order."""
    if levels == 0 or chance.random() < 0.1:
        return chance.choice(["a", "b", "c", "净重", "0", "1", "2.5", "1e9", "1e-9", "64"])
    form = chance.choice(FORMS)
    return form.format(*(grown(chance, levels - 1) for _ in range(form.count("{}"))))


def mutated(chance):
    text = chance.choice(VALID)
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randrange(len(text) + 1), chance.randint(0, 3)
        text = text[:at] + chance.choice(["", *PIECES]) + text[at + length :]
    return text


def fuzzed(chance):
    match chance.randrange(5):
        case 0:
            return chance.choice(["", " "]).join(chance.choices(PIECES, k=chance.randint(1, 25)))
        case 1:
            return "".join(chance.choices("ab01.+-*/(), <=>", k=chance.randint(1, 30)))
        case 2:
            return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 12)))
        case 3:
            return mutated(chance)
    return grown(chance, chance.randint(1, 5))


def test_of_100000_random_texts_none_does_more_than_be_refused():
    chance = random.Random(14067)
    known = [VALUES, VALUES | {"a": np.array([0.0, -1.0, 2.5])}]
    answered = 0
    for n in range(100_000):
        result = answer(fuzzed(chance), known[n % 4 == 0])
        if isinstance(result, ExpressionError):
            assert result.code.removeprefix("expression-") in refusals._SAID
            assert str(result).encode()
        else:
            answered += 1
            assert np.all(np.abs(result) <= MAX_VALUE)
    assert answered > 10_000


@pytest.mark.parametrize(
    "text",
    [
        "+".join("a" * 150),
        " and ".join("a" * 150),
        "(a and " * 30 + "a" + ")" * 30,
        "(a<" * 30 + "a" + ")" * 30,
        "if(a," * 29 + "a" + ",b)" * 29,
        "max(" + ",".join("a" * 299) + ")",
        "-" * 30 + "a",
        "*".join(["(a-b)"] * 60),
        "a**" * 30 + "1",
    ],
    ids=lambda text: text[:8],
)
@pytest.mark.parametrize("a", [1.0, np.array([0.0, 1.0])], ids=["float", "array"])
def test_the_work_is_bounded_by_the_size_of_the_text(text, a):
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        parse(text).evaluate({"a": a, "b": -1.0})
    finally:
        sys.setprofile(before)
    assert calls < 40 * MAX_NODES


def test_every_text_that_is_said_is_a_whole_sentence_with_its_values():
    for what, (cause, mend) in refusals._SAID.items():
        assert cause.text.endswith("."), what
        assert mend.text.endswith("."), what
