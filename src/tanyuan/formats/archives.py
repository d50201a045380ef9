"""Reading ZIP archives from strangers.

An archive's own header says how large an entry is; a hostile one lies. `open_archive` unpacks every
entry of a small file once in small pieces, counts it and throws it away, and only then may it be
read. `open_archive_file` takes large packages by path: their headers are checked whole, and every
entry is checked while it is read, so that nothing is unpacked twice.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Self

from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

MIB = 1024 * 1024
MAX_FILE = 20 * MIB
MAX_UNPACKED = 200 * MIB
MAX_RATIO = 100
MAX_ENTRIES = 1_000
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a package may be: bytes of the file, bytes unpacked, their ratio, entries."""

    file: int
    unpacked: int
    ratio: int
    entries: int


PACKAGE = Limits(file=2048 * MIB, unpacked=8192 * MIB, ratio=200, entries=500_000)
"""Process databases; texts with the same few words a million times pack well."""
MAX_ENTRY = 512 * MIB
"""One entry of a package, which may have to be read whole."""

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
        raise _too_many(place, MAX_ENTRIES)
    try:
        unpacker = zipfile.ZipFile(BytesIO(data))
        entries: dict[str, zipfile.ZipInfo] = {}
        unpacked = 0
        for info in unpacker.infolist():
            _check_header(info, place)
            if info.filename.casefold() in entries:
                raise _duplicate(info.filename, place)
            entries[info.filename.casefold()] = info
            room = min(MAX_UNPACKED, MAX_RATIO * len(data)) - unpacked
            unpacked += _check_content(unpacker, info, room, place)
    except _BROKEN:
        raise damaged(place) from None
    files = {key: info for key, info in entries.items() if not info.is_dir()}
    return Archive(unpacker, files)


class EntryStream:
    """An entry that is checked while it is read: what its header claims, what it starts with."""

    def __init__(self, archive: ArchiveFile, info: zipfile.ZipInfo) -> None:
        self._archive, self._info = archive, info
        self._stream: IO[bytes] | None = None
        self._size = 0
        self._tail = b""

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes, or all that are left."""
        if size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        place = self._archive.place_of(self._info.filename)
        try:
            if self._stream is None:
                self._stream = self._archive.unpacker.open(self._info)
            chunk = self._stream.read(size)
        except _BROKEN:
            raise damaged(place) from None
        if self._size == 0:
            _refuse_nested(self._info.filename, chunk, self._archive.place)
        self._size += len(chunk)
        if not chunk and size and self._size != self._info.file_size:
            raise damaged(place)
        if self._info.filename.lower().endswith(_XML_ENDINGS):
            if _DOCTYPE in self._tail + chunk:
                raise doctype(self._info.filename, self._archive.place)
            self._tail = (self._tail + chunk)[-len(_DOCTYPE) :]
        return chunk

    def close(self) -> None:
        """Give back what reading needed."""
        if self._stream is not None:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class ArchiveFile:
    """A large archive whose headers passed every check; closed when it is left."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.place = Place(file=path.name)
        file = _opened(path, self.place)
        try:
            packed = file.seek(0, 2)
            if packed > limits.file:
                raise too_large(self.place, limits.file)
            _refuse_many(file, packed, limits.entries, self.place)
            self.unpacker = zipfile.ZipFile(file)
            self._entries = self._checked(limits, packed)
        except _BROKEN:
            file.close()
            raise damaged(self.place) from None
        except InputError:
            file.close()
            raise
        self._file = file

    def _checked(self, limits: Limits, packed: int) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        folded: set[str] = set()
        room = min(limits.unpacked, limits.ratio * packed)
        for info in self.unpacker.infolist():
            _check_header(info, self.place)
            if info.filename.casefold() in folded:
                raise _duplicate(info.filename, self.place)
            folded.add(info.filename.casefold())
            room -= info.file_size
            if room < 0 or info.file_size > MAX_ENTRY:
                raise _unpacked(self.place, limits.unpacked, limits.ratio)
            if not info.is_dir():
                entries[info.filename] = info
        return dict(sorted(entries.items()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def open(self, name: str) -> EntryStream:
        """An entry as a stream."""
        return EntryStream(self, self._entries[name])

    def read(self, name: str) -> bytes:
        """An entry whole."""
        with self.open(name) as stream:
            return stream.read()

    def size(self, name: str) -> int:
        """Bytes of an entry, as its header claims; reading finds a lie."""
        return self._entries[name].file_size

    def place_of(self, name: str) -> Place:
        """Where an entry stands, as problems and findings name it."""
        return Place(file=f"{self.place.file}/{name}")

    def close(self) -> None:
        """Close the file."""
        self.unpacker.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_archive_file(path: Path, limits: Limits = PACKAGE) -> ArchiveFile:
    """An archive by its path, read entry by entry; to be used in a `with`.

    Raises:
        InputError: its headers break a limit or a safety rule; the same for an entry, when that is
            read.
    """
    return ArchiveFile(path, limits)


def _opened(path: Path, place: Place) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise refuse(
            "file-unreadable",
            Message("The file cannot be read: {reason}.", reason=error.strerror or error),
            Message("Check its path and who may read it."),
            place,
        ) from None


_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_LONGEST_END = 22 + 65_535 + 20 + 56 + 1024


def _refuse_many(file: IO[bytes], packed: int, limit: int, place: Place) -> None:
    """Refuse too many entries before zipfile builds an object for each; their count may lie."""
    file.seek(max(0, packed - _LONGEST_END))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0:
        raise damaged(place)
    length = struct.unpack_from("<I", tail, end + 12)[0]
    wide = tail.rfind(_END_64, 0, end)
    if wide >= 0:
        end, length = wide, struct.unpack_from("<Q", tail, wide + 40)[0]
    start = packed - len(tail) + end - length
    if start < 0:
        raise damaged(place)
    file.seek(start)
    count, before = 0, b""
    while length > 0 and count <= limit:
        piece = file.read(min(length, MIB))
        length -= MIB
        count += (before + piece).count(_CENTRAL_HEADER)
        before = piece[-len(_CENTRAL_HEADER) + 1 :]
    if count > limit:
        raise _too_many(place, limit)


def refuse_large(data: bytes, place: Place) -> None:
    """Refuse a file above the limit for any file."""
    if len(data) > MAX_FILE:
        raise too_large(place, MAX_FILE)


def too_large(place: Place, limit: int) -> InputError:
    """The refusal of a file above a limit of bytes."""
    return refuse(
        "file-too-large",
        Message("The file is larger than {limit} MiB.", limit=limit // MIB),
        Message("Remove what is not needed, or split the file."),
        place,
    )


def _too_many(place: Place, limit: int) -> InputError:
    return refuse(
        "archive-entries",
        Message("The file holds more than {limit:,} parts.", limit=limit),
        _COPY,
        place,
    )


def _duplicate(entry: str, place: Place) -> InputError:
    return refuse(
        "archive-duplicate",
        Message("The file holds the part {part} twice.", part=shown(entry)),
        _COPY,
        place,
    )


def _unpacked(place: Place, limit: int, ratio: int) -> InputError:
    return refuse(
        "archive-unpacked",
        Message(
            "Unpacked, the file is larger than {limit} MiB or than {ratio} times its size.",
            limit=limit // MIB,
            ratio=ratio,
        ),
        _COPY,
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
        raise _unpacked(place, MAX_UNPACKED, MAX_RATIO)


def doctype(part: str, place: Place) -> InputError:
    """The refusal of XML with a DOCTYPE, the door of every entity attack."""
    return refuse(
        "xml-doctype",
        Message("The part {part} in the file has a DOCTYPE, which may do harm.", part=shown(part)),
        _COPY,
        place,
    )
