"""Reading from trees: typed values, and a note of every field that nobody took.

What is read is taken out of the tree, so that what is left at the end is what was not mapped.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tanyuan.backgrounds.package import UNDETERMINED, Texts, no_texts
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.numbers import NumberError, parse_number
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_MEND = Message("Mend the file, or export the data set again.")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
LISTED = 100
"""How many problems are collected before reading ends."""
NIL = "00000000-0000-0000-0000-000000000000"
"""The id of templates, which identifies nothing."""
_NOTHING = ("", None, "Not defined", "Unknown derivation", "No statement")
"""Values that say that nothing is said."""
_FRAME = ("@version", "@locations", "@xmlns", "@xsi:", "#")


def has_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return _CHINESE.search(text) is not None


def guessed_language(text: str) -> str:
    """The language under which a text of unknown language is written: `zh` or `en`."""
    return "zh" if has_chinese(text) else "en"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another data set: its id, the version that is meant, its name, its type."""

    id: str
    version: str
    names: Texts
    type: str


class Notes:
    """What was found in one data set.

    Args:
        report: takes the findings.
        problems: takes what is wrong.
        file: where the data set stands.
        guessed: its languages were guessed when it was written.
        parts_of_one: its shares are parts of 1, not percentages.
    """

    def __init__(
        self,
        report: Report,
        problems: Problems,
        file: str,
        guessed: bool = False,
        parts_of_one: bool = False,
    ) -> None:
        self.report, self.problems, self.file = report, problems, file
        self.guessed, self.parts_of_one = guessed, parts_of_one
        self.sheet = ""
        self._told: Counter[tuple[str, str]] = Counter()

    def place(self, path: str = "", row: int | None = None) -> Place:
        """A place in the data set."""
        return Place(self.file, self.sheet, row, path)

    def wrong(
        self,
        code: str,
        cause: Message,
        path: str = "",
        row: int | None = None,
        mend: Message = _MEND,
    ) -> None:
        """Note a problem."""
        self.problems.add(code, cause, mend, self.place(path, row))

    def tell(
        self,
        code: str,
        act: Act,
        path: str,
        why: Message,
        mend: Message | None = None,
        **details: str,
    ) -> None:
        """Report a finding, once a field of this data set."""
        self._told[code, path] += 1
        if self._told[code, path] == 1:
            self.report.add(code, act, self.place(path), why, mend, **details)

    def stop_if_many(self) -> None:
        """End with what was found, where more of it would help nobody.

        Raises:
            InputError: more than a hundred problems were found.
        """
        if len(self.problems.found) > LISTED:
            self.problems.raise_if_any()

    def left(self, tree: Tree) -> None:
        """Report, once a field, what is left of a tree."""
        found: Counter[str] = Counter()
        _leaves(tree, "", found)
        for path, count in (+found).items():
            self.report.add(
                "unknown-field",
                Act.DROPPED,
                self.place(path),
                Message("The field has no place in the model and is left out."),
                count=str(count),
            )


def _leaves(value: Any, path: str, found: Counter[str]) -> None:
    if isinstance(value, list):
        for each in value:
            _leaves(each, path, found)
        return
    if not isinstance(value, dict):
        found[path] += value not in _NOTHING
        return
    own = [key for key in value if key[0] in "@#" and value[key] not in ("", None)]
    if path and own:
        found[path] += 1
        return
    found.update(key for key in own if not key.startswith(_FRAME))
    for key, each in value.items():
        inner = f"{path}/{key}" if path else key
        if key[0] in "@#":
            continue
        if ":" in key and not key.startswith("common:"):
            # A name space of its own: what is in it belongs together.
            found[inner] += _says_something(each)
        else:
            _leaves(each, inner, found)


def _says_something(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(map(_says_something, value))
    return value not in ("", None)


@lru_cache(maxsize=65_536)
def _number(text: str) -> Decimal:
    """A number as `parse_number` takes it; data sets repeat theirs."""
    return parse_number(text)


class Node:
    """An element of a data set; elements that are not there read as empty."""

    __slots__ = ("_notes", "_path", "_row", "_tree")

    def __init__(self, tree: Any, notes: Notes, path: str = "", row: int | None = None) -> None:
        self._tree: Tree = tree if isinstance(tree, dict) else {"#text": tree} if tree else {}
        self._notes, self._path, self._row = notes, path, row

    def __bool__(self) -> bool:
        return bool(self._tree)

    @property
    def notes(self) -> Notes:
        """What was found in the data set."""
        return self._notes

    def _key(self, name: str) -> str:
        """The name as the tree has it, with `common:` or without."""
        if name in self._tree or name[0] == "@":
            return name
        if name.startswith("common:"):
            return name[len("common:") :]
        prefixed = f"common:{name}"
        return prefixed if prefixed in self._tree else name

    def _at(self, name: str) -> str:
        bare = name.removeprefix("common:").removeprefix("@")
        return f"{self._path}/{bare}" if self._path else bare

    def _take(self, name: str) -> Any:
        return self._tree.pop(self._key(name), None)

    def node(self, path: str) -> Node:
        """The element at a path of names joined by slashes."""
        node = self
        for name in path.split("/"):
            key = node._key(name)
            value = node._tree.get(key)
            if isinstance(value, list):
                value = value[0] if value else None
            elif value is not None and not isinstance(value, dict):
                value = {"#text": value}
                node._tree[key] = value
            node = Node(value, self._notes, node._at(name), self._row)
        return node

    def nodes(self, name: str, rows: bool = False) -> list[Node]:
        """All elements of a name; with `rows`, each is a row of its own in messages."""
        key = self._key(name)
        value = self._tree.get(key)
        if value is None:
            return []
        listed = value if isinstance(value, list) else [value]
        listed = [each if isinstance(each, dict) else {"#text": each} for each in listed]
        self._tree[key] = listed
        path = self._at(name)
        return [
            Node(each, self._notes, path, number if rows else self._row)
            for number, each in enumerate(listed, 1)
        ]

    def has(self, name: str) -> bool:
        """Whether there is an element or attribute of a name that says something."""
        return self._tree.get(self._key(name)) not in (None, "", [], {})

    def text(self, name: str) -> str:
        """The one text of an element or attribute; empty where there is none."""
        value = self._tree.pop(name, None) if name[0] == "@" else self._take(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, list):
            if value[1:]:
                self._tree[self._key(name)] = value[1:]
            value = value[0] if value else None
        if isinstance(value, dict):
            rest = {key: each for key, each in value.items() if key != "#text"}
            if rest:
                self._tree[self._key(name)] = rest
            value = value.get("#text", "")
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | Decimal):
            return str(value).strip()
        self.wrong(name, "field-type", Message("The value is no text."))
        return ""

    def forget(self, name: str) -> None:
        """Take what only repeats another field."""
        self._tree.pop(name, None)

    def word(self, name: str) -> str:
        """A text that many data sets share."""
        return sys.intern(self.text(name))

    def words(self, name: str) -> tuple[str, ...]:
        """The texts of all elements of a name, whatever their languages."""
        return tuple(filter(None, (each.text("#text") for each in self.nodes(name))))

    def texts(self, name: str) -> Texts:
        """A text by language."""
        value = self._take(name)
        if value in (None, "", [], {}):
            return no_texts()
        found: dict[str, str] = {}
        for each in value if isinstance(value, list) else [value]:
            said, tag = (
                (each.get("#text"), each.get("@xml:lang"))
                if isinstance(each, dict)
                else (each, None)
            )
            if not isinstance(said, str) or not said.strip():
                continue
            tag = sys.intern(tag.strip()) if isinstance(tag, str) and tag.strip() else UNDETERMINED
            self._check_language(tag, said, name)
            if tag in found and found[tag] != said.strip():
                self._notes.tell(
                    "language-twice",
                    Act.CONVERTED,
                    self._at(name),
                    Message("The field has several texts in one language; they are joined."),
                )
                found[tag] = f"{found[tag]}\n{said.strip()}"
            else:
                found[tag] = said.strip()
        if self._notes.guessed and len(found) == 1:
            text = next(iter(found.values()))
            return {UNDETERMINED: text} if guessed_language(text) in found else found
        return found or no_texts()

    def _check_language(self, tag: str, text: str, name: str) -> None:
        if tag.lower().split("-")[0] == "en" and has_chinese(text):
            self._notes.tell(
                "language-mixed",
                Act.KEPT,
                self._at(name),
                Message("The text is marked as English and has Chinese characters."),
                Message("Give the Chinese as a text of its own, marked zh."),
            )

    def number(self, name: str) -> Decimal | None:
        """A number as written."""
        text = self.text(name)
        if not text:
            return None
        try:
            return _number(text)
        except NumberError as error:
            self._notes.problems.add(
                error.code,
                error.cause,
                error.mend,
                self._notes.place(self._at(name), self._row),
            )
            return None

    def integer(self, name: str) -> int | None:
        """A whole number."""
        value = self.number(name)
        if value is None:
            return None
        if value != value.to_integral_value():
            self.wrong(name, "field-type", Message("The value is no whole number."))
            return None
        return int(value)

    def ref(self, name: str) -> Ref | None:
        """The reference to another data set under a name, the first of several."""
        found = self.refs(name, most=1)
        return found[0] if found else None

    def refs(self, name: str, most: int | None = None) -> tuple[Ref, ...]:
        """The references under a name, as far as they say an id or a name."""
        found = []
        for node in self.nodes(name)[:most]:
            key = node.text("@refObjectId").lower()
            ref = Ref(
                id="" if key == NIL else sys.intern(key),
                version=node.word("@version"),
                names=node.texts("common:shortDescription"),
                type=node.word("@type"),
            )
            # It only says where the same data set lies.
            node.text("@uri")
            if ref.id or ref.names:
                found.append(ref)
        return tuple(found)

    def wrong(self, name: str, code: str, cause: Message) -> None:
        """Note a problem of a field."""
        self._notes.wrong(code, cause, self._at(name), self._row)

    def missing(self, name: str) -> None:
        """Note a field that must be there."""
        self.wrong(name, "field-missing", Message("The field is missing."))
