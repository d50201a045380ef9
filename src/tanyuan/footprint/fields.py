"""The kinds of field that a study's tables are made of, and the base of its documents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    model_validator,
)
from pydantic.fields import FieldInfo

from tanyuan.documents.expressions import Expression, parse
from tanyuan.documents.numbers import (
    NumberError,
    checked,
    decimal_string,
    looks_like_number,
    parse_number,
)
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError
from tanyuan.units import Unit, parse_unit

# 12 kg, 3.5吨, 5%: but not 1e3*x, which is a formula
_WITH_UNIT = re.compile(r"[+-]?\d[\d.]*(?![eE][+-]?\d)(\s*[^\W\d]|\s*%)[^\s*/+-]*")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Document(BaseModel):
    """An immutable document; unknown fields are refused, so that nothing is lost silently."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_unwritable_text(cls, content: Any) -> Any:
        """Refuse characters that no workbook, JSON or YAML can carry there and back."""
        if isinstance(content, dict):
            for name, value in content.items():
                if isinstance(value, str) and _UNWRITABLE.search(value):
                    raise InvalidValueError(
                        "text-unwritable",
                        Message("The field “{field}” holds control characters.", field=name),
                        Message("Type the text anew, without characters that cannot be seen."),
                    )
        return content


def _read_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise NumberError(
            Message("“{text}” is not a number.", text=value),
            Message("Write digits with a decimal point, for instance 12.5."),
        )
    if isinstance(value, float):
        value = repr(value)
    if isinstance(value, str):
        return parse_number(value)
    return checked(Decimal(value)) if isinstance(value, int | Decimal) else value


Number = Annotated[
    Decimal, BeforeValidator(_read_number), PlainSerializer(decimal_string, return_type=str)
]
"""An exact decimal; JSON numbers and strings are read, strings are written."""


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise InvalidValueError(
            "negative",
            Message("{number} is negative.", number=value),
            Message("Write it without the minus; what it means is said by its table and kind."),
        )
    return value


Positive = Annotated[
    Decimal,
    BeforeValidator(lambda value: _not_negative(_read_number(value))),
    PlainSerializer(decimal_string, return_type=str),
]
"""An exact decimal that is not negative."""


class Amount:
    """A number, or a formula over the study's parameters.

    `number` is None where it is a formula; `text` is how either is written in a document.
    """

    __slots__ = ("formula", "number")

    def __init__(self, value: Decimal | Expression) -> None:
        # One spelling of a number, however it was given
        self.number = Decimal(decimal_string(value)) if isinstance(value, Decimal) else None
        self.formula = value if isinstance(value, Expression) else None

    @property
    def text(self) -> str:
        """As it is written in a document."""
        if self.number is not None:
            return decimal_string(self.number)
        return self.formula.text if self.formula else ""

    @property
    def names(self) -> frozenset[str]:
        """The parameters that it uses."""
        return self.formula.names if self.formula else frozenset()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Amount({self.text!r})"


def _read_amount(value: Any) -> Any:
    if isinstance(value, Amount):
        return value
    if isinstance(value, str) and not looks_like_number(value):
        if _WITH_UNIT.fullmatch(value.strip()):
            parse_number(value)  # tells that units have their own field
        return Amount(parse(value.strip()))
    number = _read_number(value)
    return Amount(number) if isinstance(number, Decimal) else number


AmountField = Annotated[
    Amount, BeforeValidator(_read_amount), PlainSerializer(lambda a: a.text, return_type=str)
]
"""An amount that may be negative."""


def _read_unit(value: Any) -> Any:
    return parse_unit(value) if isinstance(value, str) else value


UnitField = Annotated[
    InstanceOf[Unit], BeforeValidator(_read_unit), PlainSerializer(str, return_type=str)
]
"""A unit of the closed table."""

Identifier = Annotated[str, Field(min_length=1, max_length=80)]
"""The id of a row; unique in its table."""


def column(english: str, help_text: str, default: Any = ..., **more: Any) -> Any:
    """A field with its heading and help in English; the catalogue holds the Chinese."""
    info: FieldInfo = Field(default, title=english, description=help_text, **more)
    return info
