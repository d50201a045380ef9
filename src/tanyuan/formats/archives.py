"""Reading ZIP archives from strangers: checked whole before any entry is handed out.

An archive's own header says how large an entry is; a hostile one lies. So every entry is unpacked
once in small pieces, counted and thrown away, and only then may it be read.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

MIB = 1024 * 1024
MAX_FILE = 20 * MIB
MAX_UNPACKED = 200 * MIB
MAX_RATIO = 100
MAX_ENTRIES = 1_000
CHUNK = 64 * 1024

# Below this, even a high ratio unpacks to little.
_SMALL_ENTRY = MIB
_CENTRAL_HEADER = b"PK\x01\x02"
_ARCHIVE_STARTS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
)
_XML_ENDINGS = (".xml", ".rels", ".vml")
_DOCTYPE = b"<!DOCTYPE"
_ENCRYPTED = 0x1
# What zipfile and zlib raise, between them, on damaged input.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
)

_COPY = Message("Copy the content into a new file, save it and try again.")


class Archive(Mapping[str, bytes]):
    """The entries of an archive that passed every check; names are found in any letter case."""

    def __init__(self, unpacker: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        self._unpacker = unpacker
        self._entries = entries

    def open(self, name: str) -> IO[bytes]:
        """The entry as a stream, to be read in pieces."""
        return self._unpacker.open(self._entries[name.casefold()])

    def __getitem__(self, name: str) -> bytes:
        with self.open(name) as stream:
            return stream.read()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.casefold() in self._entries

    def __iter__(self) -> Iterator[str]:
        return (info.filename for info in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


def open_archive(data: bytes, name: str) -> Archive:
    """The archive's entries, or InputError if any part of it breaks a limit or a safety rule."""
    place = Place(file=name)
    refuse_large(data, place)
    # Counted before zipfile builds an object for each of what may be hundreds of thousands.
    if data.count(_CENTRAL_HEADER) > MAX_ENTRIES:
        raise refuse(
            "archive-entries",
            Message("The file holds more than {limit:,} parts.", limit=MAX_ENTRIES),
            _COPY,
            place,
        )
    try:
        unpacker = zipfile.ZipFile(BytesIO(data))
        entries: dict[str, zipfile.ZipInfo] = {}
        unpacked = 0
        for info in unpacker.infolist():
            _check_header(info, place)
            if info.filename.casefold() in entries:
                raise refuse(
                    "archive-duplicate",
                    Message("The file holds the part {part} twice.", part=shown(info.filename)),
                    _COPY,
                    place,
                )
            entries[info.filename.casefold()] = info
            room = min(MAX_UNPACKED, MAX_RATIO * len(data)) - unpacked
            unpacked += _check_content(unpacker, info, room, place)
    except _BROKEN:
        raise damaged(place) from None
    files = {key: info for key, info in entries.items() if not info.is_dir()}
    return Archive(unpacker, files)


def refuse_large(data: bytes, place: Place) -> None:
    """Refuse a file above the limit for any file."""
    if len(data) > MAX_FILE:
        raise refuse(
            "file-too-large",
            Message("The file is larger than {limit} MiB.", limit=MAX_FILE // MIB),
            Message("Remove what is not needed, or split the file."),
            place,
        )


def damaged(place: Place) -> InputError:
    """The refusal of a file that ends early or contradicts itself."""
    return refuse(
        "file-damaged",
        Message("The file is damaged or incomplete."),
        Message("Fetch it again, or open it in its program and save it anew."),
        place,
    )


def shown(text: str) -> str:
    """Text from a stranger as it may stand in a message: short, control characters escaped."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _check_header(info: zipfile.ZipInfo, place: Place) -> None:
    # zipfile may already have turned backslashes in `filename` into slashes.
    path = info.orig_filename
    if (
        "\\" in path
        or "\0" in path
        or path.startswith("/")
        or path[1:2] == ":"
        or ".." in PurePosixPath(path).parts
        or stat.S_ISLNK(info.external_attr >> 16)
    ):
        raise refuse(
            "archive-path",
            Message("The part {part} in the file points outside of it.", part=shown(path)),
            _COPY,
            place,
        )
    if info.flag_bits & _ENCRYPTED:
        raise refuse(
            "file-password",
            Message("The file is protected by a password."),
            Message("Open it with the password, remove the protection and save it."),
            place,
        )
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refuse(
            "archive-packing",
            Message("The file is packed in a way that cannot be read."),
            Message("Save it again, or pack it as an ordinary ZIP file."),
            place,
        )


def _check_content(
    unpacker: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, place: Place
) -> int:
    """Unpack the entry to see what it really is; returns its true size."""
    claimed = info.file_size
    # zipfile stops at the claimed size; an entry that claims less than it holds must be seen.
    info.file_size = MAX_UNPACKED + 1
    size = 0
    tail = b""
    with unpacker.open(info) as stream:
        while chunk := stream.read(CHUNK):
            if size == 0:
                _refuse_nested(info.filename, chunk, place)
            size += len(chunk)
            _refuse_bomb(size, room, info.compress_size, place)
            if info.filename.lower().endswith(_XML_ENDINGS):
                if _DOCTYPE in tail + chunk:
                    raise doctype(info.filename, place)
                tail = chunk[-len(_DOCTYPE) :]
    if size != claimed:
        raise damaged(place)
    info.file_size = claimed
    return size


def _refuse_nested(entry: str, start: bytes, place: Place) -> None:
    if start.startswith(_ARCHIVE_STARTS):
        raise refuse(
            "archive-nested",
            Message("The part {part} in the file is an archive of its own.", part=shown(entry)),
            Message(
                "Unpack it and use what is inside, or remove embedded files and save it again."
            ),
            place,
        )


def _refuse_bomb(size: int, room: int, packed: int, place: Place) -> None:
    if size > room or (size > _SMALL_ENTRY and size > MAX_RATIO * packed):
        raise refuse(
            "archive-unpacked",
            Message(
                "Unpacked, the file is larger than {limit} MiB or than {ratio} times its size.",
                limit=MAX_UNPACKED // MIB,
                ratio=MAX_RATIO,
            ),
            _COPY,
            place,
        )


def doctype(part: str, place: Place) -> InputError:
    """The refusal of XML with a DOCTYPE, the door of every entity attack."""
    return refuse(
        "xml-doctype",
        Message("The part {part} in the file has a DOCTYPE, which may do harm.", part=shown(part)),
        _COPY,
        place,
    )
