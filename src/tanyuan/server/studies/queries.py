"""Questions about studies; consent is applied here and nowhere else."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from tanyuan.backgrounds.references import references_in
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.study import Study
from tanyuan.server.base.models import Job
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.factorbase.backgrounds import factors_for, shelf
from tanyuan.server.people.models import Consent, Level, Organisation, Person
from tanyuan.server.people.queries import consent_in_force, opens, role_in
from tanyuan.server.studies.models import (
    Product,
    ReportEdition,
    Revision,
    SealedFootprint,
    Site,
    StudyRecord,
)
from tanyuan.server.studies.reading import Reading, note

_KEPT = 64


def studies_of(organisation: Organisation) -> QuerySet[StudyRecord]:
    """The studies of an organisation, newest first."""
    return organisation.studies.select_related("product").prefetch_related("revisions")


def public_examples() -> QuerySet[StudyRecord]:
    """Studies that everybody may see whole: the published examples."""
    return StudyRecord.objects.filter(public=True).prefetch_related("revisions")


def level_for(
    person: Person | None, study: StudyRecord, *, within: Organisation | None = None
) -> Level | None:
    """How much of a study a person may see; `within` counts one of their organisations alone.

    Lines tell figures of databases, which the owner may not open where a licence withholds them.
    """
    if _is_free(person, study, within):
        return Level.LINES
    consent = _consent_for(person, study, within)
    level = Level(consent.level) if consent else None
    if level is Level.LINES and _takes_withheld(study):
        return Level.STAGES
    return level


def _takes_withheld(study: StudyRecord) -> bool:
    """Whether a revision takes products of a database whose figures may not be passed on."""
    kept = shelf(str(study.organisation_id))
    documents = study.revisions.values_list("document", flat=True)
    found = {digits for one in documents for digits in references_in(json.dumps(one))}
    entries = [kept.starting(digits) for digits in found]
    return any(entry is None or not entry.shareable for entry in entries)


def _is_free(person: Person | None, study: StudyRecord, within: Organisation | None) -> bool:
    """Whether the person may see all without anybody's consent: it is public, or their own."""
    if study.public:
        return True
    if person is None or not person.is_authenticated:
        return False
    return within in (None, study.organisation) and bool(role_in(person, study.organisation))


def _consent_for(
    person: Person | None, study: StudyRecord, within: Organisation | None
) -> Consent | None:
    if person is None or not person.is_authenticated:
        return None
    return consent_in_force(person, StudyRecord._meta.label, str(study.pk), within=within)


def study_for(
    person: Person | None,
    study_id: Any,
    level: Level = Level.LINES,
    *,
    within: Organisation | None = None,
) -> StudyRecord:
    """A study that the person may see at this level.

    Raises:
        NotFound: there is none, or none for this person.
    """
    study = StudyRecord.objects.select_related("organisation", "product").filter(pk=study_id)
    found = study.first()
    if found is None or not opens(level_for(person, found, within=within), level):
        raise NotFound
    return found


def revision_for(
    person: Person | None,
    study_id: Any,
    number: int | None,
    *,
    within: Organisation | None = None,
    reading: Reading = Reading.DOCUMENT,
    **facts: Any,
) -> Revision:
    """Open a revision, the newest where no number is given: the one way to a study's inside.

    Whoever reads it under a consent is written down for the owner, with the purpose.

    Raises:
        NotFound: there is none for this person.
    """
    study = study_for(person, study_id, within=within)
    revisions = study.revisions.select_related("study", "file", "created_by")
    found = revisions.filter(number=number).first() if number else revisions.first()
    if found is None:
        raise NotFound
    note_reading(person, study, found.number, within=within, reading=reading, **facts)
    return found


def note_reading(
    person: Person | None,
    study: StudyRecord,
    number: int,
    *,
    within: Organisation | None = None,
    reading: Reading = Reading.DOCUMENT,
    **facts: Any,
) -> Consent | None:
    """Write down that lines were read under a consent; the consent, where one was needed."""
    if person is None or _is_free(person, study, within):
        return None
    consent = _consent_for(person, study, within)
    if consent is not None:
        note(reading, person=person, consent=consent, study=study, number=number, **facts)
    return consent


def sealed_for(
    person: Person | None,
    sealed_id: Any,
    level: Level = Level.LINES,
    *,
    within: Organisation | None = None,
) -> SealedFootprint:
    """A sealed footprint that the person may see at this level.

    Raises:
        NotFound: there is none for this person.
    """
    found = SealedFootprint.objects.select_related("revision__study__organisation", "file")
    sealed = found.filter(pk=sealed_id).first()
    if sealed is None:
        raise NotFound
    study = study_for(person, sealed.revision.study_id, level, within=within)
    if level is Level.LINES:
        note_reading(person, study, sealed.revision.number, within=within, reading=Reading.PROGRAM)
    return sealed


def study_document(revision: Revision) -> Study:
    """The revision's study as the library reads it."""
    return Study.model_validate(revision.document)


def footprint_of(revision: Revision) -> Footprint:
    """The revision's footprint; calculated once and kept while the process lives."""
    return _footprint(str(revision.pk), revision.hash)


@lru_cache(maxsize=_KEPT)
def _footprint(revision_id: str, _: str) -> Footprint:
    revision = Revision.objects.select_related("study").get(pk=revision_id)
    library = factors_for(str(revision.study.organisation_id))
    return calculate(study_document(revision), library=library)


def report_edition(revision: Revision) -> ReportEdition | None:
    """The particulars that a revision's report is made with: its own, or those of an older one."""
    editions = ReportEdition.objects.filter(study=revision.study_id)
    found = editions.filter(revision__number__lte=revision.number).select_related("created_by")
    return found.order_by("-revision__number", "-number").first()


def registered_particulars(revision: Revision) -> dict[str, str]:
    """What the register of products and sites knows of a report's particulars."""
    product = revision.study.product
    site = product.site if product else None
    told = {"model": product.model if product else ""}
    told["plants"] = ", ".join(part for part in (site.name, site.address) if part) if site else ""
    return {name: text for name, text in told.items() if text}


def particulars_of(edition: ReportEdition | None) -> Particulars:
    """What an edition says; nothing where there is none."""
    return Particulars.model_validate(edition.particulars if edition else {})


def differences(older: Revision, newer: Revision) -> list[dict[str, Any]]:
    """What changed between two revisions, row by row: table, id, field, before, after."""
    found: list[dict[str, Any]] = []
    before, after = older.document, newer.document
    for table in dict.fromkeys([*before, *after]):
        was, now = before.get(table), after.get(table)
        if was == now:
            continue
        if not isinstance(was or now, list) or not all(
            isinstance(row, dict) for row in [*(was or []), *(now or [])]
        ):
            found.append({"table": "", "id": "", "field": table, "before": was, "after": now})
            continue
        found.extend(_row_differences(table, was or [], now or []))
    return found


def _row_differences(
    table: str, was: list[dict[str, Any]], now: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    def keyed(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        counts: dict[str, int] = {}
        found = {}
        for row in rows:
            name = str(row.get("id", row.get("stage", "")))
            counts[name] = counts.get(name, 0) + 1
            found[name if counts[name] == 1 else f"{name} ({counts[name]})"] = row
        return found

    old, new = keyed(was), keyed(now)
    changes = []
    for name in dict.fromkeys([*old, *new]):
        left, right = old.get(name, {}), new.get(name, {})
        changes += [
            {"table": table, "id": name, "field": f, "before": left.get(f), "after": right.get(f)}
            for f in dict.fromkeys([*left, *right])
            if left.get(f) != right.get(f)
        ]
    return changes


def newest_revisions(studies: QuerySet[StudyRecord]) -> QuerySet[Revision]:
    """The newest revision of each study, without its document, newest first."""
    newest = Revision.objects.filter(study=OuterRef("study")).order_by("-number").values("pk")[:1]
    return (
        Revision.objects.filter(study__in=studies, pk=Subquery(newest))
        .select_related("study__product", "study__organisation", "created_by", "sealed")
        .defer("document")
        .order_by("-created_at")
    )


def opened_to(organisation: Organisation) -> QuerySet[Consent]:
    """What other organisations have opened to this one and not closed again."""
    return organisation.consents_held.filter(
        subject_type=StudyRecord._meta.label, withdrawn_at=None, until__gt=timezone.now()
    ).select_related("grantor")


def consents_on(study: StudyRecord) -> QuerySet[Consent]:
    """Every consent that was given on a study, newest first."""
    found = Consent.objects.filter(subject_type=StudyRecord._meta.label, subject=str(study.pk))
    return found.select_related("grantee", "given_by").order_by("-given_at")


def consent_on(study: StudyRecord, consent_id: Any) -> Consent:
    """A consent on a study.

    Raises:
        NotFound: there is none.
    """
    found = consents_on(study).select_related("grantor").filter(pk=consent_id).first()
    if found is None:
        raise NotFound
    return found


def newest_seal(study: StudyRecord) -> SealedFootprint | None:
    """The sealed footprint of the newest revision that has one; the document is not read."""
    found = SealedFootprint.objects.filter(revision__study=study).select_related("revision")
    return found.defer("revision__document").order_by("-revision__number").first()


def product_of(organisation: Organisation, product_id: Any) -> Product:
    """A product of the organisation's register.

    Raises:
        NotFound: it has no such product.
    """
    found = organisation.products.select_related("site").filter(pk=product_id).first()
    if found is None:
        raise NotFound
    return found


def site_of(organisation: Organisation, site_id: Any) -> Site:
    """A site of the organisation's register.

    Raises:
        NotFound: it has no such site.
    """
    found = organisation.sites.filter(pk=site_id).first()
    if found is None:
        raise NotFound
    return found


def job_for(person: Person, job_id: Any) -> Job:
    """A long task of one of the person's organisations.

    Raises:
        NotFound: there is none.
    """
    owners = [str(pk) for pk in person.memberships.values_list("organisation_id", flat=True)]
    found = Job.objects.filter(pk=job_id, owner__in=owners).first()
    if found is None:
        raise NotFound
    return found
