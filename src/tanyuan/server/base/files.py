"""Files kept under the hash of their content, so that nobody can change one unseen."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from tanyuan.server.base.models import StoredFile


def store(data: bytes, name: str, *, owner: str) -> StoredFile:
    """Keep a file; equal content is written once."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        neighbour = path.with_suffix(f".{os.getpid()}.part")
        with neighbour.open("wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        neighbour.replace(path)
    return StoredFile.objects.create(
        sha256=digest, size=len(data), name=Path(name).name[:255] or "file", owner=owner
    )


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
