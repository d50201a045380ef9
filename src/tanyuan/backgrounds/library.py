"""Backgrounds on this machine: each in a folder of its own, named by the hash of its content.

    <library>/<64 hexadecimal digits>/
        about.json       name, source and its hash, profile, licence, notice, counts
        system.arrays    the system (`tanyuan.lca.storage`)
        results.arrays   intensities of its products, by column, and what flows count
        catalogue.json   its products
        report.json      what the import changed
        profile.json     the choices it was made by
        choices.json     the same with every supplier that was chosen among several, to be replayed
        derived/         what can be made again: the solution, samples (`tanyuan.lca.storage.Cache`)

A folder is written under a temporary name and renamed when it is whole, so that whoever is
interrupted leaves nothing that is found. The same file imported by the same choices is recognised
before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tanyuan.backgrounds.products import Product
from tanyuan.backgrounds.profile import Profile, read_profile
from tanyuan.backgrounds.report import Report
from tanyuan.documents.canonical import canonical_json, content_hash
from tanyuan.languages import Message
from tanyuan.lca.array_files import read_arrays, write_arrays
from tanyuan.lca.background import Background
from tanyuan.lca.storage import Cache, StoredSystem, read_system, write_system
from tanyuan.lca.system import Characterisation
from tanyuan.problems import InputError, Place, refuse

if TYPE_CHECKING:
    from tanyuan.backgrounds.building import Built
    from tanyuan.lca.solve import Solved

MAKING = 2
"""Raised when the same file and choices give another background than before."""

RESULTS = "background-results"
_PART = ".part-"
_ABANDONED = 24 * 3600.0
_ABOUT, _SYSTEM, _RESULTS = "about.json", "system.arrays", "results.arrays"
_CATALOGUE, _REPORT = "catalogue.json", "report.json"
_PROFILE, _CHOICES = "profile.json", "choices.json"
_DERIVED = "derived"
_FACTORS = ("row", "column", "factor")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a background was made from.

    Attributes:
        name: what the importer calls it.
        file: name of the file.
        file_hash: of its bytes.
        format: key of its format.
        licence: name or address of the terms of use.
        notice: text that must travel with every copy.
        shareable: whether the licence lets figures of single products be passed on.
    """

    name: str
    file: str
    file_hash: str
    format: str = ""
    licence: str = ""
    notice: str = ""
    shareable: bool = False


@dataclass(frozen=True)
class Entry:
    """A background in the library; its parts are read when they are asked for."""

    folder: Path
    about: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The background in a folder."""
        return cls(folder, json.loads((folder / _ABOUT).read_text(encoding="utf-8")))

    @property
    def hash(self) -> str:
        """Of its content, as `sha256:` and 64 hexadecimal digits."""
        return f"sha256:{self.folder.name}"

    @property
    def name(self) -> str:
        """What its importer calls it."""
        return str(self.about["name"])

    @property
    def shareable(self) -> bool:
        """Whether its licence lets figures of single products be passed on."""
        return bool(self.about.get("shareable"))

    @cached_property
    def system(self) -> StoredSystem:
        """The system, mapped from its file."""
        return read_system(self.folder / _SYSTEM)

    @cached_property
    def background(self) -> Background:
        """Its products with what they cause; rows in the order of `products`."""
        found = read_arrays(self.folder / _RESULTS, RESULTS)
        ids = tuple(product.id for product in self.products)
        return Background(ids, tuple(found.about["columns"]), found.arrays["intensities"])

    @cached_property
    def characterisation(self) -> Characterisation:
        """What its elementary flows count."""
        found = read_arrays(self.folder / _RESULTS, RESULTS)
        row, column, factor = (np.asarray(found.arrays[name]) for name in _FACTORS)
        columns, flows = found.about["columns"], found.about["flows"]
        return Characterisation(tuple(columns), tuple(flows), row, column, factor)

    @property
    def derived(self) -> Cache:
        """What was derived from it."""
        return Cache(self.folder / _DERIVED)

    @cached_property
    def solved(self) -> Solved:
        """The system as it was solved, to look inside."""
        from tanyuan.lca.derived import stored_solution  # noqa: PLC0415 - loads compiled code

        return stored_solution(self.system, self.characterisation, self.derived)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The catalogue of what was calculated, in the order of the system."""
        return tuple(product for product in self._catalogue if not product.stated)

    @cached_property
    def stated(self) -> tuple[Product, ...]:
        """Products whose figures the source states."""
        return tuple(product for product in self._catalogue if product.stated)

    @cached_property
    def _catalogue(self) -> tuple[Product, ...]:
        return tuple(Product.from_document(one) for one in self._json(_CATALOGUE))

    def report(self) -> Report:
        """What the import changed."""
        return Report.from_document(self._json(_REPORT))

    def profile(self) -> Profile:
        """The choices it was made by."""
        return read_profile((self.folder / _PROFILE).read_bytes(), _PROFILE)

    def choices(self) -> Profile:
        """The choices it was made by, with every supplier that was chosen among several."""
        return read_profile((self.folder / _CHOICES).read_bytes(), _CHOICES)

    def _json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


def default_folder() -> Path:
    """Where backgrounds are kept: TANYUAN_BACKGROUNDS, else a folder of the user's data."""
    named = os.environ.get("TANYUAN_BACKGROUNDS")
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "tanyuan" / "backgrounds"


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as `sha256:` and 64 hexadecimal digits."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


class Library:
    """The backgrounds in a folder, and in others that are only read.

    Args:
        folder: by default that of the user.
        others: where backgrounds are found too.
    """

    def __init__(self, folder: Path | None = None, *others: Path) -> None:
        self._folder, self._others = folder, others

    @cached_property
    def folder(self) -> Path:
        """Where they are kept."""
        return self._folder or default_folder()

    def _abouts(self, digits: str = "") -> Iterator[Path]:
        """The file about each background whose hash begins so; of equal ones the first."""
        seen = set[str]()
        for folder in (self.folder, *self._others):
            for about in folder.glob(f"{digits}*/{_ABOUT}"):
                if about.parent.name not in seen:
                    seen.add(about.parent.name)
                    yield about

    def __iter__(self) -> Iterator[Entry]:
        found = []
        for about in self._abouts():
            if not about.parent.name.startswith("."):
                # One that is removed meanwhile is no longer there
                with suppress(FileNotFoundError):
                    found.append(Entry.of(about.parent))
        yield from sorted(found, key=lambda entry: (entry.name, entry.hash))

    def find(self, name: str) -> Entry:
        """A background by its name or the beginning of its hash.

        Raises:
            InputError: `background-unknown`, `background-several`.
        """
        key = name.removeprefix("sha256:")
        named = [one for one in self if one.name == name]
        found = named or [one for one in self if len(key) >= 6 and one.folder.name.startswith(key)]
        if len(found) == 1:
            return found[0]
        raise _not_found(name, [one.hash for one in found], [one.name for one in self])

    def starting(self, digits: str) -> Entry | None:
        """The background whose hash begins with these hexadecimal digits, if it is one."""
        found = list(self._abouts(digits))
        return Entry.of(found[0].parent) if len(found) == 1 else None

    def made_before(self, file_hash: str, profile: Profile) -> Entry | None:
        """The background that the same file and choices made."""
        wanted = {"file_hash": file_hash, "profile": profile.hash, "making": MAKING}
        for entry in self:
            if {key: entry.about.get(key) for key in wanted} == wanted:
                return entry
        return None

    def keep(self, built: Built, origin: Origin, profile: Profile, report: Report) -> Entry:
        """Store a background and answer its entry."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        with self._part() as part:
            about = _write(part, built, origin, profile, report)
            target = self.folder / about["hash"].removeprefix("sha256:")
            if not target.exists():
                part.replace(target)
        return Entry(target, about)

    def permit(self, entry: Entry, *, shareable: bool) -> Entry:
        """State whether the licence of a background lets figures of single products be passed on.

        It is no part of the content: the hash stays. Of a background that is only read, what was
        stated stands.
        """
        if entry.folder.parent != self.folder:
            return entry
        about = {**entry.about, "shareable": shareable}
        part = entry.folder / f"{_PART}{secrets.token_hex(8)}"
        part.write_bytes(canonical_json(about))
        part.replace(entry.folder / _ABOUT)
        return Entry(entry.folder, about)

    def remove(self, entry: Entry) -> None:
        """Remove a background."""
        gone = self.folder / f"{_PART}{secrets.token_hex(8)}"
        entry.folder.replace(gone)
        shutil.rmtree(gone)

    @contextmanager
    def _part(self) -> Iterator[Path]:
        part = self.folder / f"{_PART}{secrets.token_hex(8)}"
        part.mkdir()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what writers left that were killed long ago."""
        before = time.time() - _ABANDONED
        for part in self.folder.glob(f"{_PART}*"):
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    shutil.rmtree(part)


def _write(
    part: Path, built: Built, origin: Origin, profile: Profile, report: Report
) -> dict[str, Any]:
    catalogue = [product.document() for product in (*built.products, *built.stated)]
    made = {
        "file_hash": origin.file_hash,
        "format": origin.format,
        "profile": profile.hash,
        "making": MAKING,
        "catalogue": content_hash(catalogue),
        "columns": list(built.solved.characterisation.columns),
    }
    counted = built.solved.characterisation
    content = write_system(built.solved.system, part / _SYSTEM, made)
    write_arrays(
        part / _RESULTS,
        RESULTS,
        {"content": content, "columns": made["columns"], "flows": list(counted.flows)},
        {
            "intensities": np.ascontiguousarray(built.solved.intensities),
            **{name: getattr(counted, name) for name in _FACTORS},
        },
    )
    counts = {f"{act.value}/{code}": count for (act, code), count in report.counts().items()}
    # What people call it and say of it is no part of the content: the hash is the same everywhere
    about = {
        **made,
        "hash": content,
        "name": origin.name,
        "file": origin.file,
        "licence": origin.licence,
        "notice": origin.notice,
        "shareable": origin.shareable,
        "summary": built.summary(),
        "findings": counts,
    }
    (part / _CATALOGUE).write_bytes(canonical_json(catalogue))
    (part / _PROFILE).write_bytes(canonical_json(profile.document()))
    from tanyuan.backgrounds.linking import settled  # noqa: PLC0415 - only to write one

    choices = settled(profile, built.links)
    (part / _CHOICES).write_bytes(canonical_json(choices.document()))
    (part / _REPORT).write_text(json.dumps(report.document(), ensure_ascii=False), encoding="utf-8")
    (part / _ABOUT).write_bytes(canonical_json(about))
    return about


def _not_found(name: str, hashes: list[str], names: list[str]) -> InputError:
    if hashes:
        return refuse(
            "background-several",
            Message("Several backgrounds are called {name}.", name=name),
            Message("Name one by its hash: {hashes}.", hashes=", ".join(hashes)),
            Place(sheet="backgrounds"),
        )
    return refuse(
        "background-unknown",
        Message("There is no background called {name}.", name=name),
        Message("There are: {names}.", names=", ".join(names))
        if names
        else Message("Import one: tanyuan background import FILE."),
        Place(sheet="backgrounds"),
    )
