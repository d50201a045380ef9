"""The XML parts inside a workbook, streamed: nothing of a part is held but what a reader keeps.

Expat builds no tree, so a part full of foreign elements costs no memory; it needs half the time
of a pass with a tree.
"""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

from tanyuan.formats.archives import CHUNK, MAX_UNPACKED, MIB, Archive, damaged, doctype
from tanyuan.formats.sheets.gathering import MAX_CHARACTERS, overlong
from tanyuan.formats.sheets.values import plain
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

# The largest sheets within the limits hold about this many tags; harmful files hold more.
MAX_TAGS = 16_000_000
# Bounds for what Expat itself must remember: one tag, and every name that it has met.
_MAX_TAG = MIB
_MAX_NAMES = 20_000
# Lists of sheets, styles and links are short; sheets and texts may be as large as the archive.
_MAX_SMALL_PART = 16 * MIB
# A character may be written as _x000D_.
_MAX_WRITTEN = MAX_CHARACTERS * len("_x000D_")

Attributes = dict[str, str]


class PartReader:
    """Takes in one part as its elements go by; names come without their namespace prefix."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element opens."""

    def end(self, name: str) -> None:
        """An element closes."""

    def characters(self, text: str) -> None:
        """Text between the tags."""


class TextReader(PartReader):
    """A reader that gathers what stands in `v` (values) and `t` (texts)."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pieces: list[str] = []
        self._length = 0
        self._listening = False
        self._phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Listen where text is meant, but not to the reading aid above Japanese text."""
        if name in {"v", "t"}:
            self._listening = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        """Stop listening."""
        self._listening = False
        if name == "rPh":
            self._phonetic = False

    def characters(self, text: str) -> None:
        """Keep the text while listening."""
        if self._listening:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > _MAX_WRITTEN:
                raise overlong(self.where())

    def where(self) -> Place:
        """The place of what is being read."""
        return self._place

    def take_raw(self) -> str:
        """The text as written since this was last asked."""
        raw = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return raw

    def text_of(self, raw: str) -> str | None:
        """The text as a cell shows it; None if there is none."""
        text = plain(raw)
        if text is not None and len(text) > MAX_CHARACTERS:
            raise overlong(self.where())
        return text


class Parts:
    """The parts of one file, read within one allowance of tags."""

    def __init__(self, archive: Archive, place: Place) -> None:
        self.archive = archive
        self._place = place
        self._tags = 0

    def read(self, part: str, reader: PartReader, large: bool = False) -> None:
        """Stream the part through the reader."""
        most = MAX_UNPACKED if large else _MAX_SMALL_PART
        # Namespaces are left to the prefix: Expat would remember every one without bound. The
        # encoding is fixed, so that no DOCTYPE hides in another one.
        names: dict[str, str] = {}
        parser = expat.ParserCreate("utf-8", None, names)
        self._connect(parser, part, reader)
        fed = 0
        try:
            with self.archive.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    fed += len(chunk)
                    self._tags += chunk.count(b"<")
                    if fed > most or self._tags > MAX_TAGS:
                        raise refuse(
                            "workbook-too-large",
                            Message("The workbook holds far more than its tables."),
                            Message("Copy the values into a new workbook and save it."),
                            self._place,
                        )
                    parser.Parse(chunk)
                    if fed - parser.CurrentByteIndex > _MAX_TAG or len(names) > _MAX_NAMES:
                        raise damaged(self._place)
                parser.Parse(b"", True)
        except (KeyError, expat.ExpatError):
            raise damaged(self._place) from None

    def _connect(self, parser: expat.XMLParserType, part: str, reader: PartReader) -> None:
        def refuse_doctype(*_: object) -> NoReturn:
            raise doctype(part, self._place)

        def root(name: str, attributes: Attributes) -> None:
            prefix, colon, _ = name.rpartition(":")
            if colon:
                # What lacks the root's prefix is foreign: ":" keeps it from being recognised.
                def local(name: str) -> str:
                    here, _, rest = name.rpartition(":")
                    return rest if here == prefix else ":" + name

                parser.StartElementHandler = lambda name, found: reader.start(local(name), found)
                parser.EndElementHandler = lambda name: reader.end(local(name))
            else:
                parser.StartElementHandler = reader.start
                parser.EndElementHandler = reader.end
            parser.StartElementHandler(name, attributes)

        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = root
        parser.CharacterDataHandler = reader.characters
