"""Who sees which page; both languages; nothing of one enterprise leaks to another."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tanyuan.formats.examples import example
from tanyuan.languages import in_language, translate
from tanyuan.server.studies import actions
from tanyuan.server.studies.models import StudyRecord

pytestmark = pytest.mark.django_db

# What each reader is answered: anonymous, stranger, regulator, reader, engineer, manager
OWN = (404, 404, 404, 200, 200, 200)
EDIT = (302, 404, 404, 403, 200, 200)
SEAL = (302, 404, 404, 403, 403, 200)
MEMBER = (302, 404, 404, 200, 200, 200)
ANY_MEMBER = (302, 200, 200, 200, 200, 200)
ANY_ENGINEER = (302, 200, 200, 403, 200, 200)
EVERYBODY = (200, 200, 200, 200, 200, 200)
PAGES = {
    "workspace": ANY_MEMBER,
    "study_upload": ANY_ENGINEER,
    "products": ANY_MEMBER,
    "sites": ANY_MEMBER,
    "product_new": ANY_ENGINEER,
    "site_new": ANY_ENGINEER,
    "verify": EVERYBODY,
    "study": OWN,
    "study_newest_line": OWN,
    "study_revisions": OWN,
    "study_revision": OWN,
    "study_line": OWN,
    "study_file": OWN,
    "study_seal": SEAL,
    "study_edit": EDIT,
    "study_share": MEMBER,
}
READERS = (None, "stranger", "officer", "reader", "engineer", "manager")


@pytest.fixture
def address(study):
    given = {
        "study": [study.pk],
        "study_newest_line": [study.pk, 1],
        "study_revisions": [study.pk],
        "study_revision": [study.pk, 1],
        "study_line": [study.pk, 1, 6],
        "study_file": [study.pk, 1, "json"],
        "study_seal": [study.pk, 1],
        "study_edit": [study.pk],
        "study_share": [study.pk],
    }
    return lambda name: reverse(name, args=given.get(name, []))


@pytest.mark.parametrize("name", PAGES)
def test_each_reader_sees_what_is_theirs(cast, as_person, address, name):
    found = []
    for reader in READERS:
        browser = as_person(getattr(cast, reader) if reader else None)
        found.append(browser.get(address(name)).status_code)
    assert tuple(found) == PAGES[name]


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("study_") or n == "study"])
def test_persons_without_organisation_and_disabled_ones_see_nothing(cast, as_person, address, name):
    for person in (cast.loner, cast.disabled):
        answer = as_person(person).get(address(name))
        assert answer.status_code in (302, 404)
        assert "wikicarbone" not in answer.content.decode()


def test_public_examples_are_open_to_all(as_person, address, study):
    StudyRecord.objects.update(public=True)
    nobody = as_person()
    for name in ("study", "study_line", "study_revisions", "study_file"):
        assert nobody.get(address(name)).status_code == 200
    assert "Edit the lines" not in nobody.get(address("study")).content.decode()


@pytest.mark.parametrize("name", ["aluminium", "crude-steel", "lithium-hydroxide", "tyre"])
@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_every_example_has_a_page_in_both_languages(cast, as_person, name, spoken):
    document = example(name).study
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    browser = as_person(cast.reader)
    page = browser.get(reverse("study", args=[record.pk]), {"lang": spoken})
    text = page.content.decode()
    assert page.headers["Content-Language"] == spoken
    with in_language(spoken):
        assert document.name in text
    for position in range(1, len(document.lines) + 1):
        line = reverse("study_line", args=[record.pk, 1, position])
        assert browser.get(line, {"lang": spoken}).status_code == 200


def test_lines_that_are_kept_stay_in_their_study_and_language(cast, as_person):
    document, browser, drawn = example("tyre").study, as_person(cast.engineer), {}
    for _ in range(2):
        study = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
        for spoken in ("en", "zh"):
            address = reverse("study", args=[study.pk])
            pages = [browser.get(address, {"lang": spoken}).content.decode() for _ in range(2)]
            first, second = (page.split('id="data"')[-1].split("</tbody>")[0] for page in pages)
            assert first == second
            drawn[str(study.pk), spoken] = first
    assert len(set(drawn.values())) == 4
    for (study, spoken), rows in drawn.items():
        assert f"/studies/{study}/" in rows
        assert not any(f"/studies/{other}/" in rows for other, _ in drawn if other != study)
        assert (">Total<" in rows) == (spoken == "en")


def test_an_incomplete_study_says_what_is_missing(cast, as_person):
    content = example("trousers").study.model_dump(mode="json", exclude_defaults=True)
    content["lines"][0].pop("ref")
    content["lines"][1].pop("amount")
    from tanyuan.footprint.study import Study

    record = actions.start_study(
        actor=cast.engineer, organisation=cast.works, document=Study.model_validate(content)
    )
    text = as_person(cast.reader).get(reverse("study", args=[record.pk])).content.decode()
    assert 'class="gap"' in text
    assert "What is missing" in text
    assert "incomplete" in text


def test_a_page_keeps_the_strict_policy(cast, as_person, address):
    browser = as_person(cast.manager)
    for name in PAGES:
        answer = browser.get(address(name))
        text = answer.content.decode()
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
        if answer.headers["Content-Type"].startswith("text/html"):
            assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|<style", text)


def test_a_name_with_markup_stays_text(cast, as_person):
    hostile = "<script>alert(1)</script>\"'&"
    document = example("tyre").study.model_copy(update={"name_en": hostile})
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    for name in ("study", "study_edit", "study_share", "study_revisions"):
        text = as_person(cast.manager).get(reverse(name, args=[record.pk])).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_the_door_draws_its_band_and_says_it(cast, as_person, address):
    text = as_person(cast.reader).get(address("study")).content.decode()
    door = re.search(r'<a class="door" href="#data" aria-label="31.62 .*?</a>', text, re.DOTALL)
    assert door
    assert '<rect class="band"' in door[0]
    assert "95 %:" in door[0]


def test_lines_that_are_not_there_are_not_found(cast, as_person, study):
    browser = as_person(cast.reader)
    for position in (0, 99, 10**9):
        assert browser.get(reverse("study_line", args=[study.pk, 1, position])).status_code == 404
    assert browser.get(reverse("study_revision", args=[study.pk, 9])).status_code == 404
    assert browser.get(reverse("study_file", args=[study.pk, 1, "exe"])).status_code == 404
    assert browser.get(reverse("study_file", args=[study.pk, 1, "sealed"])).status_code == 404


def test_every_text_of_the_templates_has_its_chinese():
    folder = Path(actions.__file__).parent / "templates"
    texts = {
        found[0] or found[1]
        for file in folder.rglob("*.html")
        for found in re.findall(r"""\{%\s*t\s+(?:"([^"]*)"|'([^']*)')""", file.read_text())
    }
    same_in_both = {"ISO 14067:2018, 7.2; GB/T 24067-2024"}
    missing = {t for t in texts - same_in_both if translate(t, "zh") == t}
    assert missing == set()
