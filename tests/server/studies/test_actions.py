"""Studies are started, revised and sealed; two people at once lose nothing."""

import threading

import pytest
from django.db import connection, connections

from tanyuan.footprint.seal import verify
from tanyuan.formats.examples import example
from tanyuan.server.base import files
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.people import actions as people
from tanyuan.server.people.models import Level
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.models import FactorUse, SealedFootprint, StudyRecord


def changed(document, **changes):
    return document.model_copy(update=changes)


def test_a_study_keeps_its_document_and_headline(study):
    revision = study.latest
    assert (revision.number, revision.total, revision.unit) == (1, "31.6241205", "kg CO2e/piece")
    assert queries.study_document(revision) == example("trousers").study


def test_a_revision_rests_on_the_one_before(cast, study):
    document = changed(queries.study_document(study.latest), note="second look")
    revision = actions.revise(actor=cast.engineer, study=study, document=document, based_on=1)
    assert revision.number == 2
    assert [row["field"] for row in queries.differences(study.revisions.last(), revision)] == [
        "note"
    ]


def test_whoever_saves_second_is_told_and_nothing_is_lost(cast, study):
    document = queries.study_document(study.latest)
    actions.revise(
        actor=cast.engineer, study=study, document=changed(document, note="a"), based_on=1
    )
    with pytest.raises(Refused, match="engineer has made revision 2"):
        actions.revise(
            actor=cast.manager, study=study, document=changed(document, note="b"), based_on=1
        )
    assert study.revisions.count() == 2


def test_readers_may_not_change_and_strangers_find_nothing(cast, study):
    document = queries.study_document(study.latest)
    with pytest.raises(Refused):
        actions.revise(actor=cast.reader, study=study, document=document, based_on=1)
    with pytest.raises(NotFound):
        actions.revise(actor=cast.stranger, study=study, document=document, based_on=1)
    with pytest.raises(Refused):
        actions.seal_footprint(actor=cast.engineer, revision=study.latest)


def test_a_sealed_footprint_verifies_and_has_its_rows(sealed):
    found = verify(files.content(sealed.file))
    assert (found.verdict, found.total) == ("PASS", "31.6241205")
    assert found.hash == sealed.hash
    assert [row.stage for row in sealed.stages.all()][:1] == ["fibre-and-spinning"]
    assert sealed.lines.count() == 17
    assert not FactorUse.objects.exists()  # the trousers use no library factor


def test_library_factors_that_are_used_are_rows(cast):
    from tanyuan.formats.template import template_study

    study = actions.start_study(
        actor=cast.engineer, organisation=cast.works, document=template_study()
    )
    actions.seal_footprint(actor=cast.manager, revision=study.latest)
    used = {row.factor: row.amount for row in FactorUse.objects.all()}
    assert used["MA-0184"] == pytest.approx(0.0012)


def test_sealing_again_gives_the_same_seal(cast, sealed):
    assert actions.seal_footprint(actor=cast.manager, revision=sealed.revision) == sealed


@pytest.mark.django_db(transaction=True)
def test_two_people_sealing_at_once_make_one_seal(cast, study):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; PostgreSQL runs this")
    revision, seals = study.latest, []

    def work():
        seals.append(actions.seal_footprint(actor=cast.manager, revision=revision).pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seals) == 4
    assert len(set(seals)) == 1
    assert SealedFootprint.objects.count() == 1


def test_consent_opens_one_level_until_it_is_withdrawn(cast, study):
    from datetime import timedelta

    from django.utils import timezone

    def level():
        return queries.level_for(cast.stranger, study)

    assert level() is None
    consent = people.give_consent(
        actor=cast.manager,
        grantor=cast.works,
        grantee=cast.mill,
        subject=study,
        level=Level.STAGES,
        purpose="procurement",
        until=timezone.now() + timedelta(days=1),
    )
    assert level() == Level.STAGES
    assert queries.study_for(cast.stranger, study.pk, Level.NUMBER) == study
    with pytest.raises(NotFound):
        queries.study_for(cast.stranger, study.pk, Level.LINES)
    people.withdraw_consent(actor=cast.manager, consent=consent)
    assert level() is None


def test_public_studies_are_open_to_all(cast, study):
    StudyRecord.objects.filter(pk=study.pk).update(public=True)
    study.refresh_from_db()
    assert queries.level_for(None, study) == Level.LINES
