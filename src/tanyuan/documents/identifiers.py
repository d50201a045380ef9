"""Identifiers with check characters."""

from __future__ import annotations

from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError

_CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(text: str) -> str:
    """The unified social credit code of an organisation, checked (GB 32100-2015).

    Eighteen characters without I, O, S, V, Z; the last is 31 minus the weighted sum of the others
    modulo 31, weights being powers of 3 modulo 31.

    Raises:
        InvalidValueError: wrong length, wrong character or wrong check character.
    """
    code = "".join(text.split()).upper()
    if len(code) != 18 or any(char not in _CREDIT_CODE for char in code):
        raise InvalidValueError(
            "credit-code",
            Message("A unified social credit code has 18 digits and capitals, none of I O S V Z."),
            Message("Copy it from the business licence."),
        )
    total = sum(_CREDIT_CODE.index(char) * pow(3, i, 31) for i, char in enumerate(code[:17]))
    if _CREDIT_CODE[-total % 31] != code[17]:
        raise InvalidValueError(
            "credit-code",
            Message("The last character of the credit code does not fit the others."),
            Message("Check each character against the business licence."),
        )
    return code


def credit_code_from(stem: str) -> str:
    """A code with its check character, from its first 17 characters."""
    total = sum(_CREDIT_CODE.index(char) * pow(3, i, 31) for i, char in enumerate(stem))
    return stem + _CREDIT_CODE[-total % 31]
