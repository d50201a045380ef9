"""Files of named arrays: one file, raw little-endian arrays, mapped into memory when opened.

    magic and version   16 bytes
    length of header     8 bytes, little-endian
    content digest      32 bytes, SHA-256 of all that follows the preamble
    preamble digest     32 bytes, SHA-256 of the above and the header
    header              canonical JSON: kind, metadata, and name, type and shape of each array
    arrays              by name, each from a multiple of 64 bytes on, zeros between

Equal content gives equal bytes and an equal hash. Opening checks magic, version, preamble digest
and size, which finds what was cut short or is another file; `verify` reads all of it, which finds
changed bytes. A file is written under a temporary name, flushed to the disk and renamed, so that
readers see the whole of it or nothing, whoever is killed and however many write at once.

Not checked: whether the disk keeps what it says it has flushed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tanyuan.documents.canonical import canonical_json
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

Array = NDArray[Any]

VERSION = 1
PART = ".part"
_MAGIC = b"tanyuan-arrays"
_LEAD = _MAGIC + VERSION.to_bytes(2, "little")
_PREAMBLE = len(_LEAD) + 8 + 32 + 32
_ALIGNMENT = 64
_LONGEST_HEADER = 1 << 26
_TYPES = ("|b1", "|u1", "<i4", "<i8", "<u4", "<u8", "<f4", "<f8")


@dataclass(frozen=True, eq=False)
class ArrayFile:
    """What an array file holds.

    Attributes:
        hash: of the content, as `sha256:` and 64 hexadecimal digits.
        about: metadata.
        arrays: by name, read-only, mapped from the file.
    """

    hash: str
    about: Mapping[str, Any]
    arrays: Mapping[str, Array]


def write_arrays(
    path: str | os.PathLike[str],
    kind: str,
    about: Mapping[str, object],
    arrays: Mapping[str, Array],
) -> str:
    """Write a file, in place of one that stands there, and answer the hash of its content.

    Args:
        path: the file; its folder is there.
        kind: what sort of content it is; readers ask for it.
        about: metadata that has a canonical JSON.
        arrays: by ASCII name; of bool, uint8, int32, int64, uint32, uint64, float32 or float64.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}{PART}")
    header, blocks = _content(kind, about, arrays)
    try:
        with part.open("xb", buffering=0) as file, ThreadPoolExecutor(1) as beside:
            hashed = beside.submit(_digest, blocks)  # while they are written
            file.seek(_PREAMBLE)
            for block in blocks:
                _write(file, block)
            digest = hashed.result()
            file.seek(0)
            _write(file, _preamble(header, digest))
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _flush_folder(target.parent)
    return f"sha256:{digest.hex()}"


def arrays_hash(kind: str, about: Mapping[str, object], arrays: Mapping[str, Array]) -> str:
    """The hash that the content has in a file, without writing one."""
    return f"sha256:{_digest(_content(kind, about, arrays)[1]).hex()}"


def read_arrays(path: str | os.PathLike[str], kind: str, *, verify: bool = False) -> ArrayFile:
    """Open a file.

    Args:
        path: the file.
        kind: what sort of content it must be.
        verify: whether to read all of it and compare its hash.

    Raises:
        InputError: `file-unreadable`, `file-kind`, `file-version`, `file-damaged`.
    """
    place = Place(file=os.fspath(path))
    try:
        with Path(path).open("rb") as file:
            digest, header, length = _read_header(file, place)
            whole = np.asarray(np.memmap(file, np.uint8, "r"))
    except OSError as error:
        raise refuse(
            "file-unreadable",
            Message("The file cannot be read: {reason}.", reason=error.strerror or error),
            Message("Check its path and who may read it."),
            place,
        ) from None
    if header["kind"] != kind:
        raise refuse(
            "file-kind",
            Message("The file holds “{found}”, not “{kind}”.", found=header["kind"], kind=kind),
            Message("Choose the right file."),
            place,
        )
    start = _PREAMBLE + length
    layout, size = _layout(header["arrays"], start)
    if size != len(whole) or (verify and hashlib.sha256(whole[_PREAMBLE:].data).digest() != digest):
        raise damaged(path)
    arrays = {
        name: _native(whole[first : first + _bytes(dtype, shape)].view(dtype).reshape(shape))
        for name, dtype, shape, first in layout
    }
    return ArrayFile(f"sha256:{digest.hex()}", header["about"], arrays)


def damaged(path: str | os.PathLike[str]) -> InputError:
    """The error for a file that is not what was written."""
    return refuse(
        "file-damaged",
        Message("The file is damaged or was not written to its end."),
        Message("Copy it again from where it came, or make it again."),
        Place(file=os.fspath(path)),
    )


def _content(
    kind: str, about: Mapping[str, object], arrays: Mapping[str, Array]
) -> tuple[bytes, list[bytes | memoryview]]:
    """The header, and all blocks that follow the preamble, the header first."""
    plain = {name: _little(name, arrays[name]) for name in sorted(arrays)}
    described = [
        {"name": name, "type": array.dtype.str, "shape": array.shape}
        for name, array in plain.items()
    ]
    header = canonical_json({"about": about, "arrays": described, "kind": kind})
    layout, _ = _layout(described, _PREAMBLE + len(header))
    blocks: list[bytes | memoryview] = [header]
    end = _PREAMBLE + len(header)
    for (_, _, _, first), array in zip(layout, plain.values(), strict=True):
        blocks.append(bytes(first - end))
        if array.size:
            blocks.append(array.reshape(-1).view(np.uint8).data)
        end = first + array.nbytes
    return header, blocks


def _digest(blocks: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.digest()


def _preamble(header: bytes, digest: bytes) -> bytes:
    lead = _LEAD + len(header).to_bytes(8, "little") + digest
    return lead + hashlib.sha256(lead + header).digest()


def _write(file: FileIO, block: bytes | memoryview) -> None:
    """All of a block, in as many parts as the system takes."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _read_header(file: BinaryIO, place: Place) -> tuple[bytes, dict[str, Any], int]:
    """The content digest, the header and its length, with the preamble checked."""
    preamble = file.read(_PREAMBLE)
    if not preamble.startswith(_MAGIC):
        raise refuse(
            "file-kind",
            Message("This is no file of arrays that Tanyuan wrote."),
            Message("Choose the right file."),
            place,
        )
    if len(preamble) == _PREAMBLE and preamble[:16] != _LEAD:
        raise refuse(
            "file-version",
            Message(
                "The file has version {found} of its format; this program reads {version}.",
                found=int.from_bytes(preamble[14:16], "little"),
                version=VERSION,
            ),
            Message("Use the program that wrote it, or make the file again."),
            place,
        )
    length = int.from_bytes(preamble[16:24], "little")
    header = file.read(length) if length <= _LONGEST_HEADER else b""
    if hashlib.sha256(preamble[:56] + header).digest() != preamble[56:]:
        raise damaged(place.file)
    return preamble[24:56], json.loads(header), length


def _layout(
    described: Sequence[Mapping[str, Any]], end: int
) -> tuple[list[tuple[str, np.dtype[Any], tuple[int, ...], int]], int]:
    """Name, type, shape and first byte of each array, and the size of the file."""
    layout = []
    for array in described:
        dtype, shape = np.dtype(array["type"]), tuple(array["shape"])
        first = -(-end // _ALIGNMENT) * _ALIGNMENT
        layout.append((array["name"], dtype, shape, first))
        end = first + _bytes(dtype, shape)
    return layout, end


def _bytes(dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    return dtype.itemsize * math.prod(shape)


def _native(array: Array) -> Array:
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _little(name: str, array: Array) -> Array:
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if little.dtype.str not in _TYPES:
        raise TypeError(f"{name}: arrays of {array.dtype} are not stored")
    return little.reshape(array.shape)


def _flush_folder(folder: Path) -> None:
    # A rename is on the disk only when its folder is; Windows opens no folders
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
