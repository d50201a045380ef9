"""The verbs of studies: start, revise, seal, share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.profile import Profile
from tanyuan.documents.canonical import canonical_json, content_hash
from tanyuan.documents.numbers import sealed_string
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.seal import footprint_hash, seal
from tanyuan.footprint.study import Study
from tanyuan.formats.study_text import to_content
from tanyuan.languages import Message
from tanyuan.server.base import audit, files, hooks, jobs
from tanyuan.server.base.models import Job, StoredFile
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.factorbase.backgrounds import factors_for
from tanyuan.server.people.models import Organisation, Person, Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies.models import (
    FactorUse,
    FootprintLine,
    FootprintStage,
    Product,
    ReportEdition,
    Revision,
    SealedFootprint,
    Site,
    StudyRecord,
)
from tanyuan.server.studies.queries import footprint_of, report_edition

STARTED = audit.register("study.started", Message("{actor} started the study {subject}"))
REVISED = audit.register("study.revised", Message("{actor} made revision {number} of {subject}"))
SEALED = audit.register("footprint.sealed", Message("{actor} sealed {subject}"))
IMPORTED = audit.register("background.imported", Message("{actor} imported the database {name}"))
ADDED = audit.register("register.added", Message("{actor} added {subject} to the register"))
DESCRIBED = audit.register(
    "report.described",
    Message("{actor} saved the particulars of the report on revision {number} of {subject}"),
)
CHANGED = audit.register("register.changed", Message("{actor} changed {subject} in the register"))

_TWICE = timedelta(minutes=1)


def _require(actor: Person, role: str, organisation: Organisation) -> None:
    if not may(actor, Role.READER, organisation):
        raise NotFound
    if not may(actor, role, organisation):
        raise Refused(Message("Your role in {name} does not allow this.", name=organisation))


@transaction.atomic
def add_product(*, actor: Person, organisation: Organisation, **facts: Any) -> Product:
    """Add a product to the organisation's register."""
    _require(actor, Role.ENGINEER, organisation)
    product = Product.objects.create(organisation=organisation, **facts)
    audit.record(ADDED, actor=actor, subject=product, organisation=organisation)
    return product


@transaction.atomic
def add_site(*, actor: Person, organisation: Organisation, **facts: Any) -> Site:
    """Add a site to the organisation's register."""
    _require(actor, Role.ENGINEER, organisation)
    site = Site.objects.create(organisation=organisation, **facts)
    audit.record(ADDED, actor=actor, subject=site, organisation=organisation)
    return site


@transaction.atomic
def change_entry(*, actor: Person, entry: Product | Site, **facts: Any) -> None:
    """Change a product or site of the register."""
    _require(actor, Role.ENGINEER, entry.organisation)
    for name, value in facts.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(facts))
    audit.record(CHANGED, actor=actor, subject=entry, organisation=entry.organisation)


def start_study(
    *,
    actor: Person,
    organisation: Organisation,
    document: Study,
    product: Product | None = None,
    file: StoredFile | None = None,
    particulars: Particulars = NO_PARTICULARS,
) -> StudyRecord:
    """Start a study with its first revision, and with the particulars of its report.

    Raises:
        InputError: the study cannot be calculated; with every problem.
    """
    _require(actor, Role.ENGINEER, organisation)
    made = _headline(document, organisation)
    with transaction.atomic():
        study = StudyRecord.objects.create(
            organisation=organisation,
            product=product,
            created_by=actor,
            name_zh=document.name_zh[:200],
            name_en=document.name_en[:200],
        )
        audit.record(STARTED, actor=actor, subject=study, organisation=organisation)
        revision = _add_revision(actor, study, 1, made, file=file)
        _keep_particulars(actor, revision, particulars)
    return study


def revise(
    *,
    actor: Person,
    study: StudyRecord,
    document: Study,
    based_on: int,
    note: str = "",
    file: StoredFile | None = None,
    particulars: Particulars = NO_PARTICULARS,
) -> Revision:
    """Add a revision that rests on revision `based_on`.

    Where no particulars of its report are given, they stay those of the revision before.

    Raises:
        InputError: the study cannot be calculated.
        Refused: somebody else has made a revision meanwhile.
    """
    _require(actor, Role.ENGINEER, study.organisation)
    made = _headline(document, study.organisation)
    latest = study.latest
    if latest.number != based_on:
        raise Refused(
            Message(
                "{name} has made revision {number} meanwhile; look at it before you save yours.",
                name=latest.created_by,
                number=latest.number,
            )
        )
    try:
        with transaction.atomic():
            revision = _add_revision(actor, study, based_on + 1, made, note=note[:200], file=file)
            _keep_particulars(actor, revision, particulars)
            return revision
    except IntegrityError:
        raise Refused(Message("Somebody saved at the same moment; look, then try again.")) from None


def _headline(document: Study, organisation: Organisation) -> dict[str, Any]:
    """What a revision keeps; worked out before the database is locked for writing."""
    footprint = calculate(document, samples=0, library=factors_for(str(organisation.pk)))
    content = to_content(document)
    return {
        "document": content,
        "hash": content_hash(content),
        "total": sealed_string(footprint.total),
        "unit": footprint.unit,
        "complete": footprint.complete,
    }


def _add_revision(
    actor: Person, study: StudyRecord, number: int, made: dict[str, Any], **more: Any
) -> Revision:
    revision = Revision.objects.create(study=study, number=number, created_by=actor, **made, **more)
    audit.record(
        REVISED, actor=actor, subject=study, organisation=study.organisation, number=number
    )
    return revision


def _keep_particulars(actor: Person, revision: Revision, particulars: Particulars) -> None:
    """Save the particulars that came with a file, where there are any."""
    if particulars != NO_PARTICULARS:
        current = report_edition(revision)
        based_on = current.number if current else 0
        describe_report(actor=actor, revision=revision, particulars=particulars, based_on=based_on)


@transaction.atomic
def describe_report(
    *, actor: Person, revision: Revision, particulars: Particulars, based_on: int
) -> ReportEdition:
    """Save the particulars of a revision's report as a new edition, resting on `based_on`.

    They hold for later revisions too until these have an edition of their own. Saving what is
    saved already makes no edition.

    Raises:
        Refused: somebody else has saved another edition meanwhile.
    """
    study = revision.study
    _require(actor, Role.ENGINEER, study.organisation)
    current = report_edition(revision)
    content = particulars.model_dump(mode="json", exclude_defaults=True)
    if current is not None and current.number != based_on:
        raise Refused(
            Message(
                "{name} has saved these particulars meanwhile; look at theirs, then save yours.",
                name=current.created_by,
            )
        )
    if current is not None and current.particulars == content:
        return current
    newest = study.report_editions.first()
    try:
        with transaction.atomic():
            edition = ReportEdition.objects.create(
                study=study,
                revision=revision,
                number=newest.number + 1 if newest else 1,
                particulars=content,
                created_by=actor,
            )
    except IntegrityError:
        raise Refused(Message("Somebody saved at the same moment; look, then try again.")) from None
    audit.record(
        DESCRIBED,
        actor=actor,
        subject=study,
        organisation=study.organisation,
        number=revision.number,
    )
    return edition


@transaction.atomic
def import_file(
    *,
    actor: Person,
    organisation: Organisation,
    data: bytes,
    name: str,
    language: str,
    study: StudyRecord | None = None,
    based_on: int | None = None,
    product: Product | None = None,
) -> Job:
    """Keep a file and put its reading in the queue: a new study, or a revision of one.

    The same file sent twice at once is read once: the second sender gets the first one's job.
    """
    _require(actor, Role.ENGINEER, organisation)
    if study is not None and study.organisation_id != organisation.pk:
        raise NotFound
    arguments: dict[str, Any] = {"sha256": hashlib.sha256(data).hexdigest()}
    if study is not None:
        arguments |= {"study": str(study.pk), "based_on": based_on or study.latest.number}
    elif product is not None:
        arguments["product"] = str(product.pk)
    # The lock makes two requests at the same moment take turns
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    for job in _recent_imports(organisation):
        if {**job.arguments, "file": ""} == {**arguments, "file": ""}:
            return job
    stored = files.store(data, name, owner=str(organisation.pk))
    return jobs.enqueue(
        "study.import",
        owner=str(organisation.pk),
        person=str(actor.pk),
        language=language,
        file=str(stored.pk),
        **arguments,
    )


def import_database(
    *,
    actor: Person,
    organisation: Organisation,
    data: BinaryIO,
    name: str,
    language: str,
    choices: Mapping[str, Any],
    profile: bytes = b"",
) -> Job:
    """Keep a process database as it was sent and queue its import.

    Args:
        actor: who sends it.
        organisation: whose studies may then name its products.
        data: the file.
        name: of the file.
        language: of what the task says.
        choices: `name`, `licence`, `allocation` and `shareable` of the background.
        profile: choices of an earlier import, to be replayed.
    """
    _require(actor, Role.ENGINEER, organisation)
    stored = files.store(data, name, owner=str(organisation.pk))
    return _queue_database(actor, organisation, stored, language, choices, profile)


def import_database_again(
    *,
    actor: Person,
    organisation: Organisation,
    entry: Entry,
    name: str,
    language: str,
    profile: Profile,
) -> Job | None:
    """Queue the import of a database that is here already by other choices.

    Args:
        actor: who wants it.
        organisation: whose studies may then name its products.
        entry: what was imported before; it stays as it is.
        name: what the new one is called.
        language: of what the task says.
        profile: the choices.

    Returns:
        The task; none where the organisation did not send in the file itself.
    """
    _require(actor, Role.ENGINEER, organisation)
    digest = entry.about["file_hash"].removeprefix("sha256:")
    kept = StoredFile.objects.filter(owner=str(organisation.pk), sha256=digest).first()
    if kept is None:
        return None
    choices = {
        "name": name,
        "licence": entry.about["licence"],
        "allocation": "",
        "shareable": entry.shareable,
    }
    data = canonical_json(profile.document())
    return _queue_database(actor, organisation, kept, language, choices, data)


def _queue_database(
    actor: Person,
    organisation: Organisation,
    stored: StoredFile,
    language: str,
    choices: Mapping[str, Any],
    profile: bytes,
) -> Job:
    owner = str(organisation.pk)
    kept = str(files.store(profile, "profile.json", owner=owner).pk) if profile else ""
    return jobs.enqueue(
        "background.import",
        owner=owner,
        person=str(actor.pk),
        language=language,
        file=str(stored.pk),
        profile=kept,
        **choices,
    )


def _recent_imports(organisation: Organisation) -> Iterable[Job]:
    """Imports that are still open, or were done a moment ago."""
    still_open = Q(state__in=(Job.State.WAITING, Job.State.RUNNING))
    just_done = Q(state=Job.State.DONE, ended_at__gt=timezone.now() - _TWICE)
    own = Job.objects.filter(kind="study.import", owner=str(organisation.pk))
    return own.filter(still_open | just_done)


def seal_footprint(*, actor: Person, revision: Revision) -> SealedFootprint:
    """Seal a revision's footprint; sealing twice gives the same seal.

    Two who seal at once get the one seal of whoever was first.

    Raises:
        Refused: the actor may not seal, or a guard objects.
    """
    study = revision.study
    _require(actor, Role.MANAGER, study.organisation)
    existing = SealedFootprint.objects.filter(revision=revision).first()
    if existing is not None:
        return existing
    # All that takes time comes before the database is locked for writing
    footprint = footprint_of(revision)
    content, digest = seal(footprint), footprint_hash(footprint)
    try:
        with transaction.atomic():
            hooks.guard("footprint.seal", revision=revision, actor=actor)
            sealed = _write_seal(actor, revision, footprint, content, digest)
            audit.record(
                SEALED,
                actor=actor,
                subject=study,
                organisation=study.organisation,
                number=revision.number,
                hash=sealed.hash,
            )
            hooks.tell("footprint.sealed", sealed=sealed)
    except IntegrityError:
        return SealedFootprint.objects.get(revision=revision)
    return sealed


def _write_seal(
    actor: Person, revision: Revision, footprint: Footprint, content: bytes, digest: str
) -> SealedFootprint:
    name = f"{footprint.study.id}.sealed.json"
    stored = files.store(content, name, owner=str(revision.study.organisation_id))
    sealed = SealedFootprint.objects.create(
        revision=revision,
        file=stored,
        hash=digest,
        total=sealed_string(footprint.total),
        unit=footprint.unit,
        complete=footprint.complete,
        certifiable=not footprint.bars,
        sealed_by=actor,
    )
    stages = {row.id: row for row in footprint.study.stages}
    FootprintStage.objects.bulk_create(
        FootprintStage(
            footprint=sealed,
            position=position,
            stage=stage,
            name_zh=getattr(stages.get(stage), "name_zh", ""),
            name_en=getattr(stages.get(stage), "name_en", ""),
            value=sealed_string(value),
        )
        for position, (stage, value) in enumerate(footprint.by_stage.items())
    )
    FootprintLine.objects.bulk_create(
        FootprintLine(
            footprint=sealed, position=position, line=line.id, value=sealed_string(line.value)
        )
        for position, line in enumerate(footprint.lines)
        if line.value is not None
    )
    versions = {factor.id: factor.version for factor in footprint.factors}
    FactorUse.objects.bulk_create(
        FactorUse(
            footprint=sealed,
            factor=line.ref,
            version=versions[line.ref],
            amount=line.amount,
            unit=line.unit,
        )
        for line in footprint.lines
        if line.ref in versions and line.amount is not None and str(line.role) == "counted"
    )
    return sealed
