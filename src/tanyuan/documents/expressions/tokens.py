"""First wall: the text is read as tokens before Python's own parser sees it.

Every character and every order of tokens that is not arithmetic is refused here with its mend,
and size and nesting are bounded, so that the parser behind can neither be surprised nor exhausted.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tanyuan.documents.expressions.refusals import (
    ALLOWED,
    FUNCTIONS,
    INSTEAD,
    MAX_DEPTH,
    MAX_NODES,
    ExpressionError,
    refusal,
    shown,
)
from tanyuan.languages import Message

IF = "__"
"""Stands for `if` in Python's eyes: as long, so positions stay, and refused as anyone's name."""

# A word runs on to the next space or ASCII sign, so that what does not belong in it can be named.
_WORD = r"[^\W\d][^\s\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*+"
_TOKEN = re.compile(
    rf"""(?P<space>\s+) | (?P<call>{_WORD}(?=\s*\()) | (?P<word>{_WORD})
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    | (?P<open>\() | (?P<close>\)) | (?P<comma>,) | (?P<sign>[-+])
    | (?P<binary>\*\*|[<>=!]=|[*/<>]) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPERATORS = {"and": "binary", "or": "binary", "not": "not"}
_RESERVED = {*keyword.kwlist} - {"if", *_OPERATORS}
# (is a value awaited?, the kind of token that comes) -> is a value awaited after it?
_ORDER = {
    **{(True, kind): True for kind in ("call", "open", "sign", "not")},
    **{(True, kind): False for kind in ("number", "word")},
    **{(False, kind): True for kind in ("sign", "binary", "comma")},
    **{(False, kind): False for kind in ("close", "end")},
}
_INSTEAD = {
    character: instead
    for instead, characters in {
        "*": "×·•∙⋅✕",
        "/": "÷∕",
        "-": "−‐–—",
        "(": "[{【〔",
        ")": "]}】〕",
        ",": ";、",
        ".": "。",
        "<=": "≤",
        ">=": "≥",
        "!=": "≠",
        "**2": "²",
        "**3": "³",
        "sqrt": "√",
        "and": "&",
        "or": "|",
        "not": "!",
    }.items()
    for character in characters
}
_ADVICE = {
    "^": Message("Write ** for a power."),
    "%": Message("Write a percentage as a fraction, such as 5/100."),
    "=": Message("Write == to compare, and no = at the beginning."),
    ".": Message("Put a dot only inside a number, such as 0.5."),
    **dict.fromkeys("\"'“”‘’", Message("Leave out the quotation marks: text has no value here.")),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str | Message
    start: int = 0
    end: int = 0

    @property
    def said(self) -> str | Message:
        return f"“{self.text}”" if isinstance(self.text, str) else self.text


def _bad_character(character: str) -> ExpressionError:
    plain = unicodedata.normalize("NFKC", character)
    instead = _INSTEAD.get(character) or _INSTEAD.get(plain)
    token = _TOKEN.fullmatch(plain)
    if not instead and token and token.lastgroup not in {"space", "other"}:
        instead = plain
    mend = Message(INSTEAD.text, instead=instead) if instead else ALLOWED
    visible = character if character.isprintable() else f"U+{ord(character):04X}"
    advice = _ADVICE.get(character) or _ADVICE.get(plain) or mend
    return refusal("character", advice, character=visible)


def _check_word(word: str, kind: str) -> None:
    if not word.isidentifier():
        wrong = (c for i, c in enumerate(word) if not (f"_{c}" if i else c).isidentifier())
        raise _bad_character(next(wrong))
    plain = unicodedata.normalize("NFKC", word)
    if plain != word:  # Python would read `plain`, a name that no parameter has
        raise refusal("name", Message(INSTEAD.text, instead=shown(plain)), name=shown(word))
    if word in {"if", "else"} and kind != "call":
        raise refusal("name", Message(INSTEAD.text, instead=FUNCTIONS["if"]), name=word)
    if word.startswith(IF) or word in _RESERVED:
        raise refusal("name", name=shown(word))
    if kind == "call" and word not in {*FUNCTIONS, *_OPERATORS}:
        raise refusal("function", name=shown(word))


def _tokens(source: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(source):
        text, kind = match.group(), str(match.lastgroup)
        if kind == "other":
            raise _bad_character(text)
        if kind in {"word", "call"}:
            _check_word(text, kind)
        if kind != "space":
            yield _Token(_OPERATORS.get(text, kind), text, *match.span())
    yield _Token("end", Message("the end"))


def _check_order(awaited: bool, left: _Token, right: _Token) -> None:
    glued = left.kind == "number" and left.end == right.start and right.text in _OPERATORS
    if (awaited, right.kind) not in _ORDER or glued:
        what = "value-missing" if awaited else "operator-missing"
        raise refusal(what, left=left.said, right=right.said)


def _check_parentheses(token: _Token, functions: list[bool]) -> None:
    """`functions` says of each open parenthesis whether it is that of a function."""
    if token.kind == "comma" and not any(functions[-1:]):
        raise refusal("comma")
    if (token.kind == "close" and not functions) or (token.kind == "end" and functions):
        raise refusal("parentheses")


def as_python(source: str) -> str:
    """The source as Python can read it, `if` under the name `IF`; positions stay the same.

    Raises `ExpressionError` at the first token that does not belong where it stands.
    """
    before = _Token("start", Message("the beginning"))
    awaited, nodes, functions = True, 0, list[bool]()
    for token in _tokens(source):
        _check_order(awaited, before, token)
        _check_parentheses(token, functions)
        awaited = _ORDER[awaited, token.kind]
        if token.kind == "open":
            functions.append(before.kind == "call")
        elif token.kind == "close":
            functions.pop()
        elif token.kind not in {"comma", "end"}:
            nodes += 1
        if token.text == "if":
            source = source[: token.start] + IF + source[token.end :]
        if nodes > MAX_NODES or len(functions) > MAX_DEPTH:
            raise refusal("size")
        before = token
    return source
