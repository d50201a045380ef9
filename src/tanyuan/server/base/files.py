"""Files kept under the hash of their content, so that nobody can change one unseen."""

from __future__ import annotations

import hashlib
import os
import uuid
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from tanyuan.server.base.models import StoredFile

_LONGEST_NAME, _LONGEST_ENDING = 255, 10
_PIECE = 1024 * 1024


def store(data: bytes | BinaryIO, name: str, *, owner: str) -> StoredFile:
    """Keep a file; equal content is written once. A stream is never whole in memory."""
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{uuid.uuid4().hex}.part"
    try:
        with part.open("wb") as target:
            digest = _copy(BytesIO(data) if isinstance(data, bytes) else data, target)
            size = target.tell()
            target.flush()
            os.fsync(target.fileno())
        path = _path(digest)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            part.replace(path)
            _flush_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest, size=size, name=_short(Path(name).name) or "file", owner=owner
    )


def _copy(source: BinaryIO, target: BinaryIO) -> str:
    """Copy a stream in pieces; its SHA-256."""
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _short(name: str) -> str:
    """A name as long as file systems take it, which count bytes; its ending stays."""
    ending = Path(name).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    most = _LONGEST_NAME - len(ending.encode())
    stem = name.removesuffix(ending).encode()[:most]
    return stem.decode(errors="ignore") + ending


def _flush_folder(path: Path) -> None:
    """Let a new name in a folder outlive a loss of power."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def content(file: StoredFile) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: the file is missing, or is not what was stored.
    """
    found = BytesIO()
    _fetch(file, found)
    return found.getvalue()


def fetch(file: StoredFile, target: Path) -> None:
    """Copy a file to where it may be read by path.

    Raises:
        OSError: as of `content`.
    """
    with target.open("wb") as stream:
        _fetch(file, stream)


def _fetch(file: StoredFile, target: BinaryIO) -> None:
    with _path(file.sha256).open("rb") as source:
        if _copy(source, target) != file.sha256:
            raise OSError(f"the file {file.id} is damaged")


def _path(digest: str) -> Path:
    return Path(settings.FILES) / digest[:2] / digest
