"""What every data set needs when it is written: ids, references, texts, the common frame."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tanyuan.backgrounds.package import (
    UNDETERMINED,
    Entry,
    Flow,
    Package,
    Process,
    Property,
    Reference,
    ReferenceKind,
    Texts,
    UnitGroup,
)
from tanyuan.formats.ilcd.dialects import Dialect
from tanyuan.formats.ilcd.fields import FOLDERS, TYPES
from tanyuan.formats.ilcd.nodes import guessed_language
from tanyuan.formats.ilcd.trees import Tree

NO_VERSION = "00.00.000"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VERSION = re.compile(r"\d{2}\.\d{2}(\.\d{3})?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# The data set of the European Commission that stands for the format itself.
_FORMAT = "a97a0155-0234-4b87-b4ce-a45da52f2a40"
_SHORT, _TEXT = 500, 1000


def kind_of(entry: Entry) -> str:
    """The name of the root of an object's data set."""
    for of, kind in _KINDS:
        if isinstance(entry, of):
            return kind
    if isinstance(entry, Reference) and entry.kind is ReferenceKind.ACTOR:
        return "contactDataSet"
    return "sourceDataSet"


_KINDS: tuple[tuple[type[Entry], str], ...] = (
    (UnitGroup, "unitGroupDataSet"),
    (Property, "flowPropertyDataSet"),
    (Flow, "flowDataSet"),
    (Process, "processDataSet"),
)


def valid_id(key: str) -> str:
    """An id as the format can hold it: a UUID in small letters, derived where it is none."""
    lower = key.lower()
    return lower if _UUID.fullmatch(lower) else str(uuid.uuid5(uuid.NAMESPACE_OID, key))


def valid_version(version: str) -> str:
    """A version as the format can hold it."""
    return version if _VERSION.fullmatch(version) else NO_VERSION


def valid_time(stamp: str) -> str:
    """A time with its zone; empty where there is none."""
    if _TIME.fullmatch(stamp):
        return stamp
    return f"{stamp}T00:00:00Z" if _DATE.fullmatch(stamp) else ""


def texts(meant: Texts, most: int = 0) -> list[Tree]:
    """A text in each of its languages; where the language is not known, it is guessed.

    Args:
        meant: the text by language.
        most: the most characters that the field holds, 0 for any number.
    """
    found = dict(meant)
    if UNDETERMINED in found and guessed_language(found[UNDETERMINED]) not in found:
        text = found.pop(UNDETERMINED)
        found[guessed_language(text)] = text
    return [{"@xml:lang": tag, "#text": cut(found[tag], most)} for tag in sorted(found)]


def cut(text: str, most: int) -> str:
    """A text of so many characters at most."""
    return text if not most or len(text) <= most else f"{text[: most - 1]}…"


def short(meant: Texts) -> list[Tree]:
    """A text of at most 500 characters, as names and comments in tables are."""
    return texts(meant, _SHORT)


def put(tree: Tree, path: str, value: Any) -> None:
    """Set a value at a path, if there is one."""
    if value in ("", None, [], {}, ()):
        return
    *parents, name = path.split("/")
    for parent in parents:
        tree = tree.setdefault(parent, {})
    tree[name] = value


class Writing:
    """One package while it is written in one of the twins."""

    def __init__(self, package: Package, dialect: Dialect) -> None:
        self.package, self.dialect = package, dialect
        self._entries: dict[str, Mapping[str, Entry]] = {
            "unitGroupDataSet": package.unit_groups,
            "flowPropertyDataSet": package.properties,
            "flowDataSet": package.flows,
            "processDataSet": package.processes,
        }

    def ref(self, kind: str, key: str, names: Texts | None = None) -> Tree:
        """A reference to a data set, with everything that a reference has.

        Args:
            kind: the name of its root.
            key: its id; empty where only its name is known.
            names: what it is called here, where that is not its own name.
        """
        entry = self._entries.get(kind, self.package.references).get(key)
        found: Tree = {"@type": TYPES[kind]}
        if key:
            found["@refObjectId"] = valid_id(key)
            found["@version"] = valid_version(entry.version) if entry else NO_VERSION
            found["@uri"] = self.dialect.address(FOLDERS[kind], valid_id(key))
        said = names or (entry.names if entry else {}) or {UNDETERMINED: key}
        found["common:shortDescription"] = texts(said, _TEXT)
        return found

    def document(self, key: str) -> Tree:
        """A reference to a source or an actor."""
        entry = self.package.references.get(key)
        return self.ref(kind_of(entry) if entry else "sourceDataSet", key)

    def frame(self, entry: Entry, information: str) -> Tree:
        """What every data set has: id, class, version, time."""
        tree: Tree = {"@version": "1.1"}
        put(tree, f"{information}/common:UUID", valid_id(entry.id))
        self._classify(tree, entry, information)
        admin = "administrativeInformation"
        put(tree, f"{admin}/dataEntryBy/common:timeStamp", valid_time(entry.last_change))
        put(tree, f"{admin}/dataEntryBy/common:referenceToDataSetFormat", self._format())
        put(
            tree,
            f"{admin}/publicationAndOwnership/common:dataSetVersion",
            valid_version(entry.version),
        )
        return tree

    def _format(self) -> Tree:
        return {
            "@type": TYPES["sourceDataSet"],
            "@refObjectId": _FORMAT,
            "@version": "01.00.000",
            "@uri": self.dialect.address("sources", _FORMAT),
            "common:shortDescription": [{"@xml:lang": "en", "#text": "ILCD format"}],
        }

    def _classify(self, tree: Tree, entry: Entry, information: str) -> None:
        if not entry.category:
            return
        elementary = isinstance(entry, Flow) and entry.kind == "elementary"
        system, name, code = (
            ("common:elementaryFlowCategorization", "common:category", "@catId")
            if elementary
            else ("common:classification", "common:class", "@classId")
        )
        codes: Iterable[str] = entry.category_codes or ("",) * len(entry.category)
        # A level is one digit.
        levels = list(zip(entry.category, codes, strict=False))[:10]
        found = [
            {"@level": str(level), "#text": text} | ({code: key} if key else {})
            for level, (text, key) in enumerate(levels)
        ]
        put(tree, f"{information}/classificationInformation/{system}/{name}", found)


Maker = Callable[[Any, Writing], Tree]
