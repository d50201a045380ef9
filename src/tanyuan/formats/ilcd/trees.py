"""ILCD data sets as trees: XML in, XML out.

A tree is what TIDAS writes as JSON: an object holds attributes as `@name`, text as `#text` and
elements by name, one or a list of them; an element that has nothing but text is that text. Names
carry the prefixes below whatever prefixes the file has, so that one mapping serves both formats.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn, Protocol
from xml.parsers import expat

from tanyuan.formats.archives import CHUNK, doctype
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

Tree = dict[str, Any]

NAMESPACES = {
    "processDataSet": "http://lca.jrc.it/ILCD/Process",
    "flowDataSet": "http://lca.jrc.it/ILCD/Flow",
    "flowPropertyDataSet": "http://lca.jrc.it/ILCD/FlowProperty",
    "unitGroupDataSet": "http://lca.jrc.it/ILCD/UnitGroup",
    "sourceDataSet": "http://lca.jrc.it/ILCD/Source",
    "contactDataSet": "http://lca.jrc.it/ILCD/Contact",
    "LCIAMethodDataSet": "http://lca.jrc.it/ILCD/LCIAMethod",
    "lifeCycleModelDataSet": "http://eplca.jrc.ec.europa.eu/ILCD/LifeCycleModel/2017",
    "ILCDLocations": "http://lca.jrc.it/ILCD/Locations",
}
"""The namespace of each kind of data set, by the name of its root."""
PREFIXES = {
    "common": "http://lca.jrc.it/ILCD/Common",
    "epd": "http://www.iai.kit.edu/EPD/2013",
    "epd2": "http://www.indata.network/EPD/2019",
    "epd24": "http://www.indata.network/EPD/2024",
    "olca": "http://openlca.org/ilcd-extensions",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_PREFIX_OF = {
    **dict.fromkeys(NAMESPACES.values(), ""),
    **{uri: f"{prefix}:" for prefix, uri in PREFIXES.items()},
}
_IGNORED = "http://www.w3.org/2001/XMLSchema-instance"
ECOSPOLD = "http://www.ecoinvent.org/ecospold0"
"""How the name spaces of ecoSpold begin, in small letters; its trees have no prefixes either."""
_DEEPEST = 64
_MEND = Message("Mend the file, or export the data set again.")

# What XML may declare; Expat itself is only ever fed UTF-8, so that nothing hides in another one.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class Stream(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """So many bytes at most; none at the end."""


def parsed(stream: Stream, part: str, place: Place) -> tuple[str, Tree]:
    """The name of a data set's root and the data set as a tree.

    Args:
        stream: an XML document.
        part: its name, as messages about it say.
        place: where it stands.

    Raises:
        InputError: `encoding`, `xml`, `xml-depth`, `xml-doctype`.
    """
    builder = _Builder(part, place)
    for piece in _decoded(stream, place):
        builder.feed(piece)
    return builder.finished()


def members(
    stream: Stream, part: str, place: Place, unwanted: re.Pattern[str] | None = None
) -> Iterator[tuple[str, str, Tree]]:
    """The elements right under the root of a document, one after another; none is kept.

    Args:
        stream: an XML document.
        part: its name, as messages about it say.
        place: where it stands.
        unwanted: names of attributes that are left out.

    Yields:
        The name space of the root, the name of an element, the element as a tree.

    Raises:
        InputError: `encoding`, `xml`, `xml-depth`, `xml-doctype`.
    """
    builder = _Builder(part, place, one_by_one=True, unwanted=unwanted)
    for piece in _decoded(stream, place):
        builder.feed(piece)
        yield from builder.taken()
    builder.finished()
    yield from builder.taken()


def root_of(start: bytes) -> str:
    """The name of the root element in the first bytes of what may be XML; empty if it is none."""
    return root_with_space(start)[1]


def root_with_space(start: bytes) -> tuple[str, str]:
    """The name space and the name of the root element in the first bytes of what may be XML."""
    found: list[str] = []
    parser = expat.ParserCreate("utf-8", " ")
    text = start.decode(_encoding_of(start)[0] or "utf-8", "ignore")

    def first(name: str, _attributes: object) -> None:
        found.append(name)
        parser.StartElementHandler = None

    parser.StartElementHandler = first
    with suppress(expat.ExpatError):
        parser.Parse(text.encode("utf-8", "ignore"))
    space, _, name = (found[0] if found else "").rpartition(" ")
    return space, name


def _encoding_of(start: bytes) -> tuple[str, str]:
    """The encoding of a document by its first bytes, empty for one not read; what it says."""
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if encoding:
        return encoding, encoding
    declared = _DECLARED.match(start)
    said = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    return _ENCODINGS.get(said, ""), said


def _decoded(stream: Stream, place: Place) -> Iterator[bytes]:
    """The document in UTF-8, in pieces."""
    start = stream.read(CHUNK)
    encoding, said = _encoding_of(start)
    if not encoding:
        raise refuse(
            "encoding",
            Message("The text says that it is written in {encoding}.", encoding=said),
            Message("Save it as UTF-8, or export the database again."),
            place,
        )
    decoder = codecs.getincrementaldecoder(encoding)()
    done, piece = 0, start
    while True:
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise refuse(
                "encoding",
                Message(
                    "The text is not {encoding} (byte {position}).",
                    encoding=encoding.removesuffix("-sig").upper(),
                    position=done + error.start + 1,
                ),
                Message("Save it as UTF-8, or export the database again."),
                place,
            ) from None
        yield text.encode("utf-8", "surrogatepass")
        if not piece:
            return
        done += len(piece)
        piece = stream.read(CHUNK)


class _Builder:
    """Makes a tree of the events of Expat."""

    def __init__(
        self,
        part: str,
        place: Place,
        one_by_one: bool = False,
        unwanted: re.Pattern[str] | None = None,
    ) -> None:
        self.place = place
        self._names: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._root = self._space = ""
        self._one_by_one, self._unwanted = one_by_one, unwanted
        self._members: list[tuple[str, str, Tree]] = []
        self._open: list[Tree] = [{}]
        self._texts: list[list[str]] = [[]]
        self._part = part
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._parse(piece, False)

    def taken(self) -> list[tuple[str, str, Tree]]:
        """The elements under the root that ended since this was last asked."""
        members, self._members = self._members, []
        return members

    def finished(self) -> tuple[str, Tree]:
        """The root's name and tree."""
        self._parse(b"", True)
        root = self._open[0][self._root]
        return self._root, root if isinstance(root, dict) else {}

    def _parse(self, piece: bytes, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise refuse(
                "xml",
                Message(
                    "It is no complete XML: {reason} (line {line}, column {column}).",
                    reason=expat.ErrorString(error.code),
                    line=error.lineno,
                    column=error.offset + 1,
                ),
                _MEND,
                self.place,
            ) from None

    def _doctype(self, *_: object) -> NoReturn:
        raise doctype(self._part, self.place)

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) > _DEEPEST:
            raise refuse(
                "xml-depth", Message("Its parts are nested too deeply."), _MEND, self.place
            )
        node: Tree = {}
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            name_of = self._attributes.get(key)
            if name_of is None:
                name_of = self._attributes[key] = self._attribute(key)
            if name_of:
                node[name_of] = value
        if not self._root:
            self._root = self._canonical(name)
            self._space = name.rpartition(" ")[0]
        self._open.append(node)
        self._texts.append([])

    def _end(self, name: str) -> None:
        node = self._open.pop()
        text = "".join(self._texts.pop()).strip()
        value: Tree | str = node
        if not node:
            value = text
        elif text:
            node["#text"] = text
        parent, key = self._open[-1], self._canonical(name)
        if self._one_by_one and len(self._open) == 2:
            self._members.append((self._space, key, node))
        elif key not in parent:
            parent[key] = value
        elif isinstance(parent[key], list):
            parent[key].append(value)
        else:
            parent[key] = [parent[key], value]

    def _text(self, text: str) -> None:
        self._texts[-1].append(text)

    def _attribute(self, key: str) -> str:
        """The name of an attribute in trees; empty for one that is left out."""
        if key.startswith(_IGNORED) or (self._unwanted and self._unwanted.fullmatch(key)):
            return ""
        return f"@{self._canonical(key)}"

    def _canonical(self, name: str) -> str:
        found = self._names.get(name)
        if found is None:
            uri, _, local = name.rpartition(" ")
            found = f"{_PREFIX_OF[uri]}{local}" if uri in _PREFIX_OF else f"{{{uri}}}{local}"
            found = local if not uri or uri.lower().startswith(ECOSPOLD) else found
            self._names[name] = found
        return found


def written(root: str, tree: Tree) -> bytes:
    """A tree as an XML document: always the same bytes for the same tree."""
    # The root's start, which declares the prefixes, is known when all is written.
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n', ""]
    prefixes = {"common"}
    attributes = _attributes(tree, prefixes)
    _children(tree, 1, pieces, prefixes)
    spaces = "".join(
        f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in sorted(prefixes - {"xml"})
    )
    pieces[1] = f'<{root} xmlns="{NAMESPACES[root]}"{spaces}{attributes}>\n'
    pieces.append(f"</{root}>\n")
    return "".join(pieces).encode("utf-8")


def _children(tree: Tree, depth: int, pieces: list[str], prefixes: set[str]) -> None:
    for key, value in tree.items():
        if key[0] in "@#":
            continue
        if ":" in key:
            prefixes.add(key.partition(":")[0])
        for each in value if isinstance(value, list) else [value]:
            _write(key, each, depth, pieces, prefixes)


def _write(name: str, value: Any, depth: int, pieces: list[str], prefixes: set[str]) -> None:
    indent = "  " * depth
    if not isinstance(value, dict):
        pieces.append(f"{indent}<{name}>{_escaped(str(value), _TEXT)}</{name}>\n")
        return
    start = f"{indent}<{name}{_attributes(value, prefixes)}"
    if any(key[0] not in "@#" for key in value):
        pieces.append(f"{start}>\n")
        _children(value, depth + 1, pieces, prefixes)
        pieces.append(f"{indent}</{name}>\n")
    elif "#text" in value:
        pieces.append(f"{start}>{_escaped(str(value['#text']), _TEXT)}</{name}>\n")
    else:
        pieces.append(f"{start}/>\n")


def _attributes(tree: Tree, prefixes: set[str]) -> str:
    found = []
    for key, value in tree.items():
        if key[0] == "@":
            if ":" in key:
                prefixes.add(key[1:].partition(":")[0])
            found.append(f' {key[1:]}="{_escaped(str(value), _ATTRIBUTE)}"')
    return "".join(found)


_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
# Characters that XML 1.0 cannot hold at all.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _escaped(text: str, table: dict[int, str]) -> str:
    if not text.isprintable():
        text = _FORBIDDEN.sub("\ufffd", text)
    return text.translate(table)
