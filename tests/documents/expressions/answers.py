"""What several tests of expressions ask."""

import pytest
from hypothesis import settings

from tanyuan.documents.expressions import (
    ExpressionError,
    parse,
)
from tanyuan.languages import in_language

unhurried = settings(deadline=None)
VALUES = {"a": 2.0, "b": -3.5, "c": 0.0, "净重": 12.5, "损耗率": 0.04}


def value(text, **values):
    return parse(text).evaluate(VALUES | values)


def answer(text, values):
    """The value, or the error that refuses one."""
    try:
        return parse(text).evaluate(values)
    except ExpressionError as error:
        return error


def refused(text, **values):
    with pytest.raises(ExpressionError) as caught, in_language("en"):
        value(text, **values)
    return caught.value
