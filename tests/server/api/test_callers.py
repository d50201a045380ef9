import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tanyuan.server.people import actions
from tanyuan.server.people.models import ApiKey, Membership

pytestmark = pytest.mark.django_db


def test_only_the_hash_of_a_key_is_kept(cast, key):
    secret = key("read")
    kept = ApiKey.objects.get()
    assert secret not in str(vars(kept))
    assert len(kept.hash) == 64
    assert secret.startswith(kept.start)


def test_a_key_is_used_until_it_is_revoked(cast, key, program):
    caller = program(key("read"))
    assert caller.get("/organisations").json()["items"][0]["id"] == str(cast.works.pk)
    kept = ApiKey.objects.get()
    assert kept.last_used_at is not None
    actions.revoke_key(actor=cast.manager, key=kept)
    assert caller.get("/organisations").status_code == 401


def test_a_key_ends_with_its_day_its_person_and_its_membership(cast, key, program):
    first, second, third = (program(key("read")) for _ in range(3))
    keys = list(ApiKey.objects.order_by("created_at"))
    ApiKey.objects.filter(pk=keys[0].pk).update(until=timezone.now() - timedelta(seconds=1))
    assert first.get("/studies").status_code == 401
    assert second.get("/studies").status_code == 200
    Membership.objects.filter(person=cast.manager).delete()
    assert second.get("/studies").status_code == 401
    Membership.objects.create(person=cast.manager, organisation=cast.works, role="manager")
    cast.manager.is_active = False
    cast.manager.save()
    assert third.get("/studies").status_code == 401


def test_a_key_opens_its_scopes_alone(key, program, document, study):
    reader, writer = program(key("read")), program(key("write"))
    assert reader.post("/studies", document).status_code == 403
    assert reader.post(f"/studies/{study.pk}/revisions?based_on=1", document).status_code == 403
    assert reader.post(f"/studies/{study.pk}/revisions/1/seal").status_code == 403
    assert writer.get("/studies").status_code == 403
    assert writer.post(f"/studies/{study.pk}/revisions/1/seal").status_code == 403
    assert writer.post("/studies", document).status_code == 201


def test_a_key_opens_no_more_than_the_role(cast, key, program, document):
    caller = program(key("read", "write", "seal"))
    Membership.objects.filter(person=cast.manager).update(role="reader")
    answer = caller.post("/studies", document)
    assert answer.status_code == 409
    assert "role" in answer.json()["message"]


def test_a_key_is_of_one_organisation_though_its_person_has_two(cast, key, program, study):
    Membership.objects.create(person=cast.manager, organisation=cast.mill, role="manager")
    works = program(key("read", "write", "seal"))
    mill = program(key("read", "write", "seal", organisation=cast.mill))
    assert works.get(f"/studies/{study.pk}").status_code == 200
    assert mill.get(f"/studies/{study.pk}").status_code == 404
    assert mill.get(f"/studies/{study.pk}/revisions/1").status_code == 404
    assert mill.post(f"/studies/{study.pk}/revisions/1/seal").status_code == 404
    assert mill.get("/organisations").json()["total"] == 1
    assert mill.get("/jobs").json()["total"] == 0


def test_a_wrong_key_is_refused_even_where_anybody_may_come_in(program):
    answer = program("tyk_wrong").get("/factors")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert program().get("/factors").status_code == 200


def test_a_browser_needs_its_token_to_change_things(cast, document):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/api/v1/studies").status_code == 200

    def send(**headers):
        return client.post(
            "/api/v1/studies", document, content_type="application/json", headers=headers
        )

    answer = send()
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"
    client.cookies["csrftoken"] = "a" * 32
    assert send(**{"X-CSRFToken": "a" * 32}).status_code == 201


def test_roles_that_decide_need_their_second_factor(cast, as_person, settings):
    settings.SECOND_FACTOR = True
    answer = as_person(cast.manager).get("/api/v1/studies")
    assert answer.status_code == 403
    assert answer.json()["code"] == "second-factor"
    assert as_person(cast.engineer).get("/api/v1/studies").status_code == 200


def test_requests_are_counted(program, key, settings, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 60_000_015)  # not at the turn of a minute
    settings.API_RATES = {"key": 3, "session": 3, "address": 2}
    caller = program(key("read"))
    answers = [caller.get("/factors") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["code"] == "too-many"
    assert program(key("read")).get("/factors").status_code == 200
    assert [program().get("/studies").status_code for _ in range(3)] == [401, 401, 429]


def test_a_wrong_method_is_told_as_json(program):
    answer = program().client.delete("/api/v1/factors")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert answer.json()["code"] == "method"


def test_managers_make_and_revoke_keys_on_their_page(cast, as_person, program):
    client = as_person(cast.manager)
    page = client.post("/organisation/keys/", {"name": "Line 3", "scopes": ["read"], "days": "30"})
    kept = ApiKey.objects.get()
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert program(secret).get("/studies").status_code == 200
    assert secret not in client.get("/organisation/keys/").content.decode()
    assert client.post("/organisation/keys/", {"name": "x"}).status_code == 422
    client.post(f"/organisation/keys/{kept.pk}/revoke/")
    assert program(secret).get("/studies").status_code == 401
    assert ApiKey.objects.count() == 1


def test_keys_of_others_are_not_found(cast, as_person, key):
    key("read")
    kept = ApiKey.objects.get()
    place = f"/organisation/keys/{kept.pk}/revoke/"
    assert as_person(cast.stranger).post(place).status_code == 404
    assert as_person(cast.engineer).post(place).status_code == 404
    assert as_person(cast.engineer).get("/organisation/keys/").status_code == 404
    assert as_person(cast.manager).get(place).status_code == 405
    kept.refresh_from_db()
    assert kept.is_open
