"""Backgrounds on disk, and what is derived from them, kept under their content hash."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.array_files import PART, Array, arrays_hash, damaged, read_arrays, write_arrays
from tanyuan.lca.exchanges import Exchanges, Scatters, in_order
from tanyuan.lca.system import System
from tanyuan.lca.system_checks import rising
from tanyuan.problems import InputError

SYSTEM = "system"
DERIVED = "derived"

DERIVED_VERSION = 3
"""Raised when what is derived changes though its name does not; older entries are made again."""

_TEXTS = ("processes", "flows", "names")
_TABLES = ("technosphere", "interventions")
_COLUMNS = ("row", "column", "amount", "key")
_NO_KEYS = np.zeros(0, np.uint64)
_SCATTER = ("shape", "spread", "low", "high", "values")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_ABANDONED = 24 * 3600.0
"""Seconds after which a part of a file belongs to no writer that is still alive."""


@dataclass(frozen=True, eq=False)
class StoredSystem:
    """A system on disk.

    Attributes:
        hash: of the content, as `sha256:` and 64 hexadecimal digits.
        about: metadata.
        system: its arrays are mapped from the file.
        path: the file.
    """

    hash: str
    about: Mapping[str, Any]
    system: System
    path: Path


def write_system(
    system: System, path: str | os.PathLike[str], about: Mapping[str, object] | None = None
) -> str:
    """Write a system to a file and answer the hash of its content.

    Keys of draws are written only where they are others than those that follow from the ids, so
    that equal systems have equal hashes whether or not they had keys before. A file that stands
    there is replaced in one step.

    Args:
        system: the system.
        path: the file; its folder is there.
        about: metadata that has a canonical JSON; it is part of the content.
    """
    return write_arrays(path, SYSTEM, about or {}, _arrays_of(system))


def system_hash(system: System, about: Mapping[str, object] | None = None) -> str:
    """The hash that the system has on disk."""
    return arrays_hash(SYSTEM, about or {}, _arrays_of(system))


def read_system(path: str | os.PathLike[str], *, verify: bool = False) -> StoredSystem:
    """Open a system; with `verify`, all of the file is read and its hash compared.

    Raises:
        InputError: the file is missing, damaged, of another kind or version.
    """
    found = read_arrays(path, SYSTEM, verify=verify)
    try:
        system = _system_of(found.arrays)
    except (KeyError, ValueError):
        raise damaged(path) from None
    return StoredSystem(found.hash, found.about, system, Path(path))


@dataclass(frozen=True)
class Cache:
    """What is derived from backgrounds (orders, factors, intensities, samples), in a folder.

    Every entry can be made again, so what is missing, damaged or of another version is made again
    without a word. Two processes that miss the same entry both make it; the later one replaces the
    earlier with equal content, and who has the earlier open keeps it.
    """

    folder: Path

    def get(
        self, content: str, name: str, build: Callable[[], Mapping[str, Array]]
    ) -> Mapping[str, Array]:
        """The arrays of an entry, mapped from its file.

        Args:
            content: hash of the background.
            name: of the entry, with all it hangs on besides the background (a seed, a number of
                samples): lower-case letters, digits, `.`, `_` and `-`.
            build: makes the arrays.
        """
        if not (_HASH.fullmatch(content) and _NAME.fullmatch(name)):
            raise ValueError(f"no hash and name of an entry: {content!r}, {name!r}")
        file = self.folder / content.removeprefix("sha256:") / f"{name}.arrays"
        about = {"content": content, "name": name, "version": DERIVED_VERSION}
        try:
            found = read_arrays(file, DERIVED, verify=True)
        except InputError:
            found = None
        if found is None or found.about != about:
            arrays = build()
            file.parent.mkdir(parents=True, exist_ok=True)
            _sweep(file.parent)
            write_arrays(file, DERIVED, about, arrays)
            found = read_arrays(file, DERIVED)
        return found.arrays


def _sweep(folder: Path) -> None:
    """Remove parts of files whose writers were killed long ago."""
    before = time.time() - _ABANDONED
    for part in folder.glob(f".*{PART}"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < before:
                part.unlink()


def _arrays_of(system: System) -> dict[str, Array]:
    arrays: dict[str, Array] = {name: _packed(getattr(system, name)) for name in _TEXTS}
    tables: dict[str, Exchanges] = {name: getattr(system, name) for name in _TABLES}
    if any(len(table.key) for table in tables.values()):
        bare = {name: replace(table, key=_NO_KEYS) for name, table in tables.items()}
        inner, outer = (bare[name] for name in _TABLES)
        by_ids = replace(system, technosphere=inner, interventions=outer).keyed()
        for name, table in tables.items():
            if np.array_equal(table.key, getattr(by_ids, name).key):
                tables[name] = bare[name]
    for name, table in tables.items():
        for field in _COLUMNS:
            arrays[f"{name}.{field}"] = getattr(table, field)
        for field in _SCATTER:
            arrays[f"{name}.{field}"] = getattr(table.scatter, field)
    return arrays


def _system_of(arrays: Mapping[str, Array]) -> System:
    processes, flows, names = (_unpacked(arrays[name]) for name in _TEXTS)
    if not (rising(processes) and rising(flows)):
        raise ValueError("ids out of order")
    inner, outer = (_table(arrays, name) for name in _TABLES)
    _check_indices(inner, len(processes), len(processes))
    _check_indices(outer, len(flows), len(processes))
    return System(processes, flows, inner, outer, names)


def _table(arrays: Mapping[str, Array], name: str) -> Exchanges:
    row, column, amount, key = (arrays[f"{name}.{field}"] for field in _COLUMNS)
    scatter = Scatters(*(arrays[f"{name}.{field}"] for field in _SCATTER))
    return Exchanges(row, column, amount, scatter, key)


def _check_indices(table: Exchanges, rows: int, columns: int) -> None:
    # Compiled loops do not look where they read
    for index, count in ((table.row, rows), (table.column, columns)):
        if len(index) and not (index.min() >= 0 and index.max() < count):
            raise ValueError("an index out of range")
    if not in_order(table.row, table.column):
        raise ValueError("exchanges out of order")


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    packed = "\0".join((*texts, "")).encode()
    if packed.count(b"\0") != len(texts):
        raise ValueError("ids and names hold no NUL")
    return np.frombuffer(packed, np.uint8)


def _unpacked(packed: Array) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\0")[:-1])
