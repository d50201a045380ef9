import json
import re
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from tanyuan.documents.identifiers import credit_code_from
from tanyuan.server.base.models import AuditEvent
from tanyuan.server.people import actions
from tanyuan.server.people.models import Invitation, Membership, Organisation, Person

PASSWORD = "correct horse battery"  # noqa: S105


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def members(organisation):
    return {m.person.email: m.role for m in organisation.memberships.all()}


@pytest.fixture
def invitation(cast):
    return actions.invite(
        actor=cast.manager, organisation=cast.works, email="loner@example.org", role="engineer"
    )


OWN = (
    "/profile/",
    "/profile/delete/",
    "/organisation/new/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/logout/",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", OWN)
def test_every_page_of_an_account_opens(cast, as_person, address, language):
    answer = as_person(cast.engineer).get(address, {"lang": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\sstyle=|\son(click|change|submit)=", text)


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/"])
def test_entrances_open(db, as_person, address):
    assert as_person().get(address).status_code == 200


@pytest.mark.parametrize("address", ["/profile/", "/organisation/", "/organisation/trail/"])
def test_a_visitor_is_sent_to_sign_in(db, as_person, address):
    assert as_person().get(address)["Location"].startswith("/accounts/login/")


def test_who_belongs_nowhere_founds_first(cast, as_person):
    assert as_person(cast.loner).get("/organisation/")["Location"] == "/organisation/new/"
    assert "wait for the link" in words(as_person(cast.loner).get("/organisation/new/"))


# ---- registering


def register(client, **values):
    fields = {"kind": "enterprise", "name_en": "New works", "region": "370200"}
    return client.post("/organisation/new/", {**fields, **values})


def test_registering_makes_a_manager(cast, as_person):
    client = as_person(cast.loner)
    code = credit_code_from("91370200MA3NEW000")
    answer = register(client, credit_code=f" {code[:9]} {code[9:].lower()} ")
    assert answer["Location"] == "/organisation/"
    assert members(Organisation.objects.get(credit_code=code)) == {"loner@example.org": "manager"}
    assert "Qingdao, Shandong" in words(client.get("/organisation/"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "required"),
        ("123", "has 18 digits and capitals"),
        ("91370200MA3NEWO001", "none of I O S V Z"),
        ("91370000TEXT000010", "does not fit the others"),
    ],
)
def test_a_wrong_credit_code_says_the_mend(cast, as_person, code, said):
    text = words(register(as_person(cast.loner), credit_code=code))
    assert said in text
    assert 'aria-invalid="true"' in text
    assert "What you wrote is still here" in text
    assert 'value="New works"' in text


def test_a_registered_code_is_refused(cast, as_person):
    text = words(register(as_person(cast.loner), credit_code=cast.works.credit_code))
    assert "ask to be invited" in text


def test_an_organisation_needs_a_name(cast, as_person):
    code = credit_code_from("91370200MA3NEW000")
    answer = register(as_person(cast.loner), credit_code=code, name_en="")
    assert "Give the name in Chinese or in English." in words(answer)


@pytest.mark.parametrize("kind", ["regulator", "operator"])
def test_nobody_registers_as_the_authority(cast, as_person, kind):
    code = credit_code_from("91370200MA3NEW000")
    register(as_person(cast.loner), credit_code=code, kind=kind)
    assert not Organisation.objects.filter(credit_code=code).exists()


# ---- the organisation's page


@pytest.mark.parametrize("role", ["reader", "engineer", "manager"])
def test_each_role_sees_the_members_and_managers_more(cast, as_person, role):
    text = words(as_person(getattr(cast, role)).get("/organisation/"))
    assert "reader@example.org" in text
    assert "stranger@example.org" not in text
    assert ("Invite somebody" in text) == (role == "manager")


def test_members_are_filtered_sorted_and_exported(cast, as_person):
    client = as_person(cast.reader)
    found = words(client.get("/organisation/", {"q": "engineer@"}))
    assert "engineer@example.org" in found
    assert "manager@example.org" not in found
    assert "Nobody matches." in words(client.get("/organisation/", {"q": "zzz"}))
    answer = client.get("/organisation/", {"format": "csv", "sort": "-email"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("reader,reader@example.org")


def test_switching_between_own_organisations_only(cast, as_person):
    Membership.objects.create(person=cast.engineer, organisation=cast.mill, role="reader")
    client = as_person(cast.engineer)
    client.post("/organisation/switch/", {"organisation": str(cast.mill.pk)})
    assert "stranger@example.org" in words(client.get("/organisation/"))
    answer = client.post("/organisation/switch/", {"organisation": str(cast.authority.pk)})
    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["reader", "engineer"])
@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/organisation/invite/", {"email": "x@example.org", "role": "reader"}),
        ("/organisation/departments/", {"name": "Melt shop"}),
    ],
)
def test_only_managers_change_the_organisation(cast, as_person, role, address, values):
    client = as_person(getattr(cast, role))
    answer = client.post(address, values, follow=True)
    assert "does not allow this" in words(answer)
    assert not Invitation.objects.exists()
    assert not cast.works.departments.exists()


def test_departments_come_and_go(cast, as_person):
    client = as_person(cast.manager)
    client.post("/organisation/departments/", {"name": "Melt shop"})
    again = client.post("/organisation/departments/", {"name": "Melt shop"}, follow=True)
    assert "There is a department Melt shop already." in words(again)
    assert "required" in words(client.post("/organisation/departments/", {"name": ""}))
    department = cast.works.departments.get()
    engineer = cast.works.memberships.get(person=cast.engineer)
    client.post(
        f"/organisation/members/{engineer.pk}/",
        {"role": "engineer", "department": department.pk},
    )
    assert "Melt shop" in words(client.get("/organisation/"))
    elsewhere = as_person(cast.stranger)
    gone = f"/organisation/departments/{department.pk}/remove/"
    assert elsewhere.post(gone).status_code == 404
    client.post(gone)
    assert not cast.works.departments.exists()
    assert cast.works.memberships.filter(person=cast.engineer).exists()


def test_a_role_is_changed_and_told(cast, as_person):
    client = as_person(cast.manager)
    reader = cast.works.memberships.get(person=cast.reader)
    address = f"/organisation/members/{reader.pk}/"
    assert client.get(address).status_code == 200
    client.post(address, {"role": "engineer", "department": ""})
    assert members(cast.works)["reader@example.org"] == "engineer"
    trail = words(client.get("/organisation/trail/"))
    assert "manager made reader an engineer of Test works" in trail


def test_nobody_changes_the_own_role_without_being_manager(cast, as_person):
    own = cast.works.memberships.get(person=cast.reader)
    as_person(cast.reader).post(f"/organisation/members/{own.pk}/", {"role": "manager"})
    assert members(cast.works)["reader@example.org"] == "reader"


def test_a_member_of_another_organisation_is_not_found(cast, as_person):
    other = cast.mill.memberships.get()
    client = as_person(cast.manager)
    assert client.get(f"/organisation/members/{other.pk}/").status_code == 404
    assert client.post(f"/organisation/members/{other.pk}/remove/").status_code == 404


def test_the_last_manager_stays(cast, as_person):
    client = as_person(cast.stranger)
    own = cast.mill.memberships.get()
    for address, values in (
        (f"/organisation/members/{own.pk}/remove/", {}),
        (f"/organisation/members/{own.pk}/", {"role": "reader", "department": ""}),
    ):
        assert "The last manager stays" in words(client.post(address, values, follow=True))
    assert members(cast.mill) == {"stranger@example.org": "manager"}


def test_a_member_is_taken_out_and_another_leaves(cast, as_person):
    reader = cast.works.memberships.get(person=cast.reader)
    engineer = cast.works.memberships.get(person=cast.engineer)
    answer = as_person(cast.engineer).post(
        f"/organisation/members/{reader.pk}/remove/", follow=True
    )
    assert "does not allow this" in words(answer)
    as_person(cast.manager).post(f"/organisation/members/{reader.pk}/remove/")
    leaving = as_person(cast.engineer).post(f"/organisation/members/{engineer.pk}/remove/")
    assert leaving["Location"] == "/profile/"
    assert "reader@example.org" not in members(cast.works)
    assert "engineer@example.org" not in members(cast.works)


# ---- invitations


def test_an_invitation_is_shown_and_sent(cast, as_person):
    client = as_person(cast.manager)
    answer = client.post(
        "/organisation/invite/", {"email": "New@Example.org", "role": "engineer"}, follow=True
    )
    token = Invitation.objects.get().token
    assert f"http://testserver/invitations/{token}/" in words(answer)
    assert mail.outbox[0].to == ["new@example.org"]
    assert token in mail.outbox[0].body


def test_the_link_is_handed_over_where_no_mail_is_set_up(cast, as_person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    answer = as_person(cast.manager).post(
        "/organisation/invite/", {"email": "new@example.org", "role": "reader"}, follow=True
    )
    assert "Hand over the link below" in words(answer)


def test_mail_that_fails_keeps_the_invitation(cast, as_person, monkeypatch):
    def fail(*_):
        raise OSError

    monkeypatch.setattr("tanyuan.server.people.views.send_mail", fail)
    answer = as_person(cast.manager).post(
        "/organisation/invite/", {"email": "new@example.org", "role": "reader"}, follow=True
    )
    assert "hand over the link yourself" in words(answer)
    assert Invitation.objects.count() == 1


def test_members_are_not_invited_again(cast, as_person):
    answer = as_person(cast.manager).post(
        "/organisation/invite/", {"email": "Reader@example.org", "role": "manager"}
    )
    assert "reader@example.org is a member already." in words(answer)
    assert not Invitation.objects.exists()


def test_an_invitation_is_taken_up_once(cast, as_person, invitation):
    client, address = as_person(cast.loner), f"/invitations/{invitation.token}/"
    assert "Join" in words(client.get(address))
    assert client.post(address)["Location"] == "/organisation/"
    assert members(cast.works)["loner@example.org"] == "engineer"
    assert client.post(address).status_code == 404


def test_an_invitation_for_another_address_is_refused(cast, as_person, invitation):
    client, address = as_person(cast.stranger), f"/invitations/{invitation.token}/"
    assert "This invitation is for another address" in words(client.get(address))
    answer = client.post(address)
    assert answer.status_code == 403
    assert "This invitation is for loner@example.org" in words(answer)
    assert "stranger@example.org" not in members(cast.works)


def test_a_withdrawn_invitation_is_not_found(cast, as_person, invitation):
    away = f"/organisation/invitations/{invitation.pk}/withdraw/"
    assert as_person(cast.stranger).post(away).status_code == 404
    as_person(cast.manager).post(away)
    assert as_person(cast.loner).get(f"/invitations/{invitation.token}/").status_code == 404


def test_an_invited_visitor_makes_an_account_and_joins(cast, as_person, monkeypatch):
    monkeypatch.setenv("TANYUAN_OPEN_SIGNUP", "no")
    invited = actions.invite(
        actor=cast.manager, organisation=cast.works, email="new@example.org", role="reader"
    )
    client, address = as_person(), f"/invitations/{invited.token}/"
    assert "by invitation here" in words(client.get("/accounts/signup/"))
    assert "Make an account" in words(client.get(address))
    answer = client.post(
        "/accounts/signup/",
        {
            "email": "new@example.org",
            "password1": "a long enough phrase",
            "password2": "a long enough phrase",
            "next": address,
        },
    )
    assert answer["Location"] == address
    client.post(address)
    assert members(cast.works)["new@example.org"] == "reader"


# ---- the trail


def test_the_trail_is_newest_first_and_the_organisations_own(cast, as_person, study):
    client = as_person(cast.reader)
    text = words(client.get("/organisation/trail/"))
    assert text.index("made revision 1") < text.index("started the study")
    assert "started the study" not in words(as_person(cast.stranger).get("/organisation/trail/"))
    lines = client.get("/organisation/trail/", {"format": "csv"}).content.decode("utf-8-sig")
    assert "study.started" in lines
    assert "Nothing matches." in words(client.get("/organisation/trail/", {"q": "zzz"}))


# ---- signing in


def sign_in(client, password, email="engineer@example.org"):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_in_by_address_in_any_case(cast, as_person):
    assert sign_in(as_person(), PASSWORD, "Engineer@Example.org")["Location"] == "/studies/"


def test_five_wrong_passwords_lock_this_address_alone(cast, settings):
    from django.core.cache import cache

    cache.clear()
    for _ in range(4):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        assert "do not fit together" in words(sign_in(client, "wrong wrong wrong"))
    fifth = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), "wrong wrong wrong")
    assert fifth.status_code == 429
    assert "Too many wrong passwords" in words(fifth)
    cache.clear()
    right = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), PASSWORD)
    assert right.status_code == 429
    assert sign_in(Client(), PASSWORD, "reader@example.org")["Location"] == "/studies/"
    cache.clear()


def test_the_second_factor_page_says_why(cast, as_person, settings):
    settings.SECOND_FACTOR = True
    client = as_person(cast.manager)
    assert client.get("/organisation/")["Location"] == "/accounts/2fa/"
    text = words(client.get("/accounts/2fa/"))
    assert "Your role at Test works asks for a second factor before you go on" in text
    assert "Your role at" not in words(as_person(cast.reader).get("/accounts/2fa/"))


def test_a_second_factor_can_be_set_up(cast, settings):
    import base64
    import hashlib
    import hmac
    import struct
    import time

    settings.SECOND_FACTOR = True
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, PASSWORD, "manager@example.org")
    again = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert "Confirm that it is you" in words(client.get(again))
    assert "not your password" in words(client.post(again, {"password": "wrong"}))
    client.post(again, {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)[1]
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "abcdef"})
    assert "This code does not fit" in words(wrong)
    client.post("/accounts/2fa/totp/activate/", {"code": f"{number % 10**6:06}"})
    assert client.get("/organisation/").status_code == 200
    assert "A second factor is on." in words(client.get("/accounts/2fa/"))


def test_a_short_password_is_refused_in_both_languages(db, as_person):
    values = {"email": "new@example.org", "password1": "short", "password2": "short"}
    assert "at least 12 characters" in words(as_person().post("/accounts/signup/", values))


def test_a_forgotten_password_without_mail_says_whom_to_ask(db, as_person, settings):
    address = "/accounts/password/reset/"
    assert "Send the link" in words(as_person().get(address))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "sends no e-mail" in words(as_person().get(address))


# ---- the own account


def test_the_profile_is_changed(cast, as_person):
    client = as_person(cast.engineer)
    values = {"name": "New name", "language": "zh", "time_zone": "Europe/Berlin"}
    assert client.post("/profile/", values)["Location"] == "/profile/"
    person = Person.objects.get(pk=cast.engineer.pk)
    assert (person.name, person.language, person.time_zone) == tuple(values.values())
    assert client.get("/profile/")["Content-Language"] == "zh"


def test_an_unknown_time_zone_is_refused(cast, as_person):
    client = as_person(cast.engineer)
    client.post("/profile/", {"name": "x", "language": "en", "time_zone": "Nowhere/City"})
    assert Person.objects.get(pk=cast.engineer.pk).time_zone == "Asia/Shanghai"


def test_times_are_those_of_the_reader(cast, as_person):
    client = as_person(cast.engineer)
    made = actions.add_department(actor=cast.manager, organisation=cast.works, name="Shop")
    at = AuditEvent.objects.filter(type="department.added").get().at
    assert made.pk
    values = {"name": "x", "language": "en", "time_zone": "America/New_York"}
    client.post("/profile/", values)
    local = at.astimezone(ZoneInfo("America/New_York"))
    assert f"{local:%Y-%m-%d %H:%M:%S}" in words(client.get("/organisation/trail/"))


def test_the_own_data_are_exported(cast, invitation):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, PASSWORD, "loner@example.org")
    answer = client.post("/profile/export/")
    found = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert found["email"] == "loner@example.org"
    assert found["invitations"][0]["organisation"] == "Test works"
    assert found["sign_ins"]
    assert found["sessions"]
    assert client.get("/profile/export/").status_code == 405


def test_an_account_is_deleted_with_its_traces(cast):
    from allauth.account.models import EmailAddress
    from allauth.usersessions.models import UserSession
    from axes.models import AccessLog

    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, PASSWORD)
    wrong = client.post("/profile/delete/", {"email": "reader@example.org"})
    assert "not the address of this account" in words(wrong)
    done = client.post("/profile/delete/", {"email": "engineer@example.org"})
    assert "Your account is deleted" in words(done)
    person = Person.objects.get(pk=cast.engineer.pk)
    assert not person.is_active
    assert person.name == ""
    assert "engineer" not in person.email
    assert not person.memberships.exists()
    assert not EmailAddress.objects.filter(email="engineer@example.org").exists()
    assert not UserSession.objects.filter(user=person).exists()
    assert not AccessLog.objects.filter(username="engineer@example.org").exists()
    assert client.get("/profile/").status_code == 302
    assert "do not fit" in words(sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), PASSWORD))


def test_the_last_manager_cannot_delete_the_account(cast, as_person):
    client = as_person(cast.stranger)
    answer = client.post("/profile/delete/", {"email": "stranger@example.org"})
    assert "You are the last manager of Test mill" in words(answer)
    assert Person.objects.get(pk=cast.stranger.pk).is_active
    assert client.get("/profile/").status_code == 200
