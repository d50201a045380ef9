"""Files kept under the hash of their content, so that nobody can change one unseen."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from django.conf import settings

from tanyuan.server.base.models import StoredFile

_LONGEST_NAME, _LONGEST_ENDING = 255, 10


def store(data: bytes, name: str, *, owner: str) -> StoredFile:
    """Keep a file; equal content is written once."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    return StoredFile.objects.create(
        sha256=digest, size=len(data), name=_short(Path(name).name) or "file", owner=owner
    )


def _short(name: str) -> str:
    """A name as long as file systems take it, which count bytes; its ending stays."""
    ending = Path(name).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    most = _LONGEST_NAME - len(ending.encode())
    stem = name.removesuffix(ending).encode()[:most]
    return stem.decode(errors="ignore") + ending


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a loss of power."""
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def content(file: StoredFile) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: the file is missing, or is not what was stored.
    """
    data = _path(file.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise OSError(f"the file {file.id} is damaged")
    return data


def _path(digest: str) -> Path:
    return Path(settings.FILES) / digest[:2] / digest
