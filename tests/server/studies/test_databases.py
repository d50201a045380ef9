"""Process databases on the server: import, report, search, use in a study, and who sees them."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tanyuan.backgrounds.offering import offered
from tanyuan.backgrounds.profile import Profile
from tanyuan.footprint.study import Study
from tanyuan.formats.background_import import import_background
from tanyuan.server.base import files, jobs
from tanyuan.server.base.models import Job
from tanyuan.server.factorbase.backgrounds import shelf
from tanyuan.server.people.actions import give_consent
from tanyuan.server.people.models import Level
from tanyuan.server.studies import actions, queries
from tests.backgrounds.steelworks import STEEL, package, windmills

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BACKGROUNDS = tmp_path / "backgrounds"


@pytest.fixture
def engineer(cast, as_person):
    return as_person(cast.engineer)


@pytest.fixture
def data(tmp_path):
    return package(tmp_path / "works.zip").read_bytes()


def send(browser, data, **more):
    file = SimpleUploadedFile("works.zip", data)
    return browser.post(reverse("database_import"), {"file": file, "name": "Steelbase", **more})


def run():
    while jobs.run_next():
        pass


@pytest.fixture
def entry(engineer, data, cast):
    assert send(engineer, data, licence="CC-BY-4.0").status_code == 302
    run()
    (found,) = shelf(str(cast.works.pk))
    return found


@pytest.fixture
def study(cast, entry):
    document = Study.model_validate({
        "id": "s", "name_en": "Wire", "unit": "piece", "boundary": "cradle_to_gate",
        "lines": [{"id": "a", "ref": offered(entry)["works"].id, "amount": "2", "unit": "kg",
                   "stage": "production"}],
    })  # fmt: skip
    return actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)


def test_a_file_becomes_a_database_with_its_report(engineer, data, cast):
    answer = send(engineer, data)
    waiting = engineer.get(answer.url)
    assert b'http-equiv="refresh"' in waiting.content
    run()
    (entry,) = shelf(str(cast.works.pk))
    assert entry.name == "Steelbase"
    assert not entry.shareable
    report = engineer.get(answer.url, follow=True)
    assert report.redirect_chain[-1][0] == reverse("database_report", args=[entry.folder.name])
    text = report.content.decode()
    assert "no-supplier" in text
    assert "Dye" in text


def test_the_report_is_narrowed_and_taken_away(engineer, entry):
    page = reverse("database_report", args=[entry.folder.name])
    assert "Dye" not in engineer.get(page, {"kind": "unit-converted"}).content.decode()
    found = json.loads(engineer.get(page, {"whole": "json"}).content)
    assert found["hash"] == entry.hash
    assert engineer.get(page, {"whole": "xlsx"}).content.startswith(b"PK")
    assert b"no-supplier" in engineer.get(page, {"format": "csv"}).content


def test_other_suppliers_are_chosen_and_the_file_is_imported_again(engineer, cast, tmp_path):
    send(engineer, package(tmp_path / "rivals.zip", more=[windmills()]).read_bytes())
    run()
    (entry,) = shelf(str(cast.works.pk))
    page = reverse("database_choices", args=[entry.folder.name])
    assert "Wind farm" in engineer.get(page).content.decode()
    taken = engineer.post(page, {"f.power": "wind", "act": "file"})
    assert json.loads(taken.content)["providers"] == {"power": "wind"}
    answer = engineer.post(page, {"f.power": "wind", "act": "import", "name": "Windbase"})
    run()
    again = next(one for one in shelf(str(cast.works.pk)) if one.name == "Windbase")
    assert engineer.get(answer.url).url == reverse("database_report", args=[again.folder.name])
    assert again.about["file_hash"] == entry.about["file_hash"]
    steel = offered(again)["works"].co2e("AR6 GWP-100")
    assert steel == pytest.approx(1 + 2 * 0.01 + 0.1 - 0.3)
    every = json.loads(engineer.get(page, {"format": "json"}).content)
    assert every["providers"] == {"power": "plant"}


def test_choices_of_an_earlier_import_are_replayed(engineer, cast, tmp_path):
    data = package(tmp_path / "rivals.zip", more=[windmills()]).read_bytes()
    profile = json.dumps(Profile(providers={"power": "wind"}).document()).encode()
    send(engineer, data, profile=SimpleUploadedFile("choices.json", profile))
    run()
    (entry,) = shelf(str(cast.works.pk))
    assert entry.profile().providers == {"power": "wind"}
    wrong = send(engineer, data, profile=SimpleUploadedFile("choices.json", b"{}"))
    assert wrong.status_code == 422
    assert "no profile of an import" in wrong.content.decode()


def test_who_did_not_send_the_file_takes_the_choices_away(engineer, as_person, cast, tmp_path):
    file = package(tmp_path / "rivals.zip", more=[windmills()])
    entry = import_background(file, shelf(), name="Open").entry
    page = reverse("database_choices", args=[entry.folder.name])
    answer = engineer.post(page, {"f.power": "wind", "act": "import"})
    assert answer.status_code == 422
    assert "did not send in the file" in answer.content.decode()
    assert 'value="wind" checked' in answer.content.decode()
    reader = as_person(cast.reader)
    assert "Import again" not in reader.get(page).content.decode()
    reader.post(page, {"f.power": "wind", "act": "import"})
    assert not Job.objects.exists()


def test_a_bad_file_says_what_to_mend(engineer, cast):
    answer = send(engineer, b"no database")
    run()
    assert "What must be mended" in engineer.get(answer.url).content.decode()
    assert list(shelf(str(cast.works.pk))) == []
    assert engineer.post(reverse("database_import"), {}).status_code == 422


def test_a_stopped_import_leaves_nothing(engineer, data, cast):
    answer = send(engineer, data)
    jobs.cancel(Job.objects.get())
    run()
    assert "Stopped" in engineer.get(answer.url).content.decode()
    assert list(shelf(str(cast.works.pk))) == []


def test_products_are_listed_and_found(engineer, entry):
    page = reverse("database", args=[entry.folder.name])
    text = engineer.get(page).content.decode()
    assert offered(entry)["works"].id in text
    assert "1 of 3 · 33.3 %" in text
    assert "2 of 3; the others are cut off" in text
    assert "Steelworks" not in engineer.get(page, {"q": "wire"}).content.decode()
    assert b"drawing" in engineer.get(page, {"format": "csv"}).content
    nothing = engineer.get(page, {"q": "zzz"}).content.decode()
    assert "No product is called “zzz” here." in nothing
    found = engineer.get(reverse("databases"), {"q": "steel"}).content.decode()
    assert offered(entry)["works"].id in found


def test_a_line_takes_a_product_and_its_study_shows_it(engineer, study, entry):
    footprint = queries.footprint_of(study.latest)
    assert footprint.total == pytest.approx(2 * STEEL)
    assert engineer.get(reverse("study", args=[study.pk])).status_code == 200
    line = engineer.get(reverse("study_newest_line", args=[study.pk, 1])).content.decode()
    assert entry.hash in line
    assert "CC-BY-4.0" in line


def test_a_line_leads_to_its_supply_chain(engineer, study, entry):
    page = reverse("database_supply", args=[entry.folder.name])
    line = engineer.get(reverse("study_newest_line", args=[study.pk, 1])).content.decode()
    assert f'href="{page}?product=works"' in line
    text = engineer.get(page, {"product": "works"}).content.decode()
    assert "Electricity, Power plant" in text
    assert "1.060" in text  # of 1.860, what 2 kWh of power cause
    taken = engineer.get(page, {"product": "works", "format": "csv"}).content.decode()
    assert '1,"Electricity, Power plant",7.2,MJ' in taken
    for wrong in ("", "none"):
        assert engineer.get(page, {"product": wrong}).status_code == 404


def test_the_line_s_search_offers_products(engineer, study, entry):
    page = reverse("study_edit", args=[study.pk])
    ref = offered(entry)["plant"].id
    found = engineer.post(page, {"based_on": "1", "find": "0", "ref.0": "Power plant"})
    assert ref in found.content.decode()
    tried = engineer.post(page, {"based_on": "1", "act": "save", "use": f"0:{ref}",
                                 "unit.0": "kWh"})  # fmt: skip
    assert tried.status_code in (200, 302)


def test_a_seal_holds_no_figures_of_the_product(cast, study, entry, settings):
    sealed = actions.seal_footprint(actor=cast.manager, revision=study.latest)
    (factor,) = json.loads(files.content(sealed.file))["factors"]
    assert factor["emissions"] == []
    assert sealed.factor_uses.get().factor == offered(entry)["works"].id


def test_who_checks_the_seal_without_the_database_is_told(cast, study, entry, as_person, tmp_path):
    sealed = actions.seal_footprint(actor=cast.manager, revision=study.latest)
    data = files.content(sealed.file)
    page = as_person().post("/verify/", {"file": SimpleUploadedFile("s.json", data)})
    text = page.content.decode()
    assert "not all of it could be calculated again" in text
    assert entry.hash in text
    told = as_person().post("/api/v1/verify", data, content_type="application/json").json()
    assert (told["verdict"], len(told["unchecked"])) == ("PARTIAL", 1)


def test_no_other_organisation_sees_it(as_person, cast, entry):
    stranger = as_person(cast.stranger)
    for name in ("database", "database_report", "database_supply"):
        page = reverse(name, args=[entry.folder.name])
        assert stranger.get(page, {"product": "works"}).status_code == 404
    text = stranger.get(reverse("databases"), {"q": "steel"}).content.decode()
    assert "Steelbase" not in text
    assert list(shelf(str(cast.mill.pk))) == []
    assert list(shelf()) == []


def test_lines_that_tell_licensed_figures_are_opened_to_nobody(cast, study, entry):
    give_consent(
        actor=cast.manager, grantor=cast.works, grantee=cast.mill, subject=study,
        level=Level.LINES, purpose="procurement", until=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    assert queries.level_for(cast.stranger, study) == "stages"
    assert queries.level_for(cast.reader, study) == "lines"
    shelf(str(cast.works.pk)).permit(entry, shareable=True)
    assert queries.level_for(cast.stranger, study) == "lines"


def test_all_see_the_platform_s(as_person, cast, data, tmp_path):
    import_background(tmp_path / "works.zip", shelf(), name="Open")
    text = as_person(cast.stranger).get(reverse("databases")).content.decode()
    assert "Open" in text


def test_whoever_imports_it_again_leaves_the_platform_s_terms(engineer, cast, data, tmp_path):
    file = tmp_path / "works.zip"
    file.write_bytes(data)
    import_background(file, shelf(), name="Steelbase")
    send(engineer, data, shareable="on")
    run()
    (entry,) = shelf()
    assert not entry.shareable
    assert [one.hash for one in shelf(str(cast.works.pk))] == [entry.hash]


def test_a_file_may_have_a_long_name(engineer, cast, data):
    file = SimpleUploadedFile("钢铁" * 60 + ".zip", data)
    assert engineer.post(reverse("database_import"), {"file": file}).status_code == 302
    run()
    (entry,) = shelf(str(cast.works.pk))
    assert entry.about["file"].endswith("钢.zip")


def test_readers_import_nothing(as_person, cast, data):
    assert send(as_person(cast.reader), data).status_code in (302, 403, 404)
    assert not Job.objects.exists()


def test_a_study_whose_database_is_gone_says_so(engineer, study, entry, cast):
    shelf(str(cast.works.pk)).remove(entry)
    queries._footprint.cache_clear()
    answer = engineer.get(reverse("study", args=[study.pk]))
    assert answer.status_code == 422
    assert "is not here" in answer.content.decode()
