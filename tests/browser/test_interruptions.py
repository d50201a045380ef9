"""What comes between: an ended session, a lost connection, somebody else at the same study."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import MANAGER, Visit
from .serving import Server
from .visiting import TYRE, Visitor

ENGINEER = "engineer@works.example"
_LOST = (
    "The platform cannot be reached. Nothing was sent, and what you wrote is still here. "
    "Try again when the connection is back."
)


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(
    visit: Visit, server: Server
):
    visitor = visit("en", MANAGER, fresh=True)
    study = visitor.start_from(TYRE)
    visitor.go(f"{study}edit/")
    visitor.page.locator("[name='note.0']").fill("typed before the session ended")
    visitor.page.locator("#why").fill("and why")
    visitor.context.clear_cookies(name="sessionid")
    visitor.press("Save as revision {n}", n=2)
    assert "/accounts/login/" in visitor.page.url
    visitor.page.locator("[name=login]").fill(MANAGER)
    visitor.page.locator("[name=password]").fill(server.password)
    visitor.press("Sign in")
    assert visitor.page.url.endswith("/edit/")
    assert "Your session had ended. What you wrote is here" in visitor.text()
    note = visitor.page.locator("[name='note.0']")
    assert note.input_value() == "typed before the session ended"
    assert visitor.page.locator("#why").input_value() == "and why"
    visitor.press("Save as revision {n}", n=2)
    assert "Revision 2 is saved." in visitor.text()


def test_a_lost_connection_leaves_an_edit_as_it_was_and_says_so(visit: Visit):
    visitor = visit("en", MANAGER)
    study = visitor.start_from(TYRE)
    visitor.go(f"{study}edit/")
    note = visitor.page.locator("[name='note.0']")
    note.fill("written on a train")
    _lose_connection(visitor, "Save as revision {n}", n=2)
    assert note.input_value() == "written on a train"
    visitor.press("Save as revision {n}", n=2)
    assert "Revision 2 is saved." in visitor.text()


def test_a_lost_connection_leaves_an_upload_unsent_and_says_so(visit: Visit):
    visitor = visit("en", MANAGER)
    visitor.go("/studies/upload/")
    example = visitor.fetch(visitor.page.locator(".examplelist").get_by_role("link").last)
    file = {"name": "train.xlsx", "mimeType": "application/zip", "buffer": example.data}
    visitor.page.set_input_files("[name=file]", file)
    _lose_connection(visitor, "Read and calculate")
    assert visitor.page.locator("[name=file]").evaluate("i => i.files[0].name") == "train.xlsx"
    visitor.press("Read and calculate")
    expect(visitor.page.locator("#total")).to_be_visible(timeout=60_000)


def _lose_connection(visitor: Visitor, button: str, **values: object) -> None:
    """Press a button without a connection: the page stays and says what that means."""
    with visitor.expecting("ERR_INTERNET_DISCONNECTED"):
        visitor.context.set_offline(True)
        visitor.button(button, **values).click()
        lost = visitor.page.get_by_role("alert").filter(has_text=visitor.say(_LOST))
        expect(lost).to_be_in_viewport()
        visitor.context.set_offline(False)


def test_two_people_who_seal_at_once_get_one_seal(visit: Visit):
    first, second = visit("en", MANAGER), visit("en", MANAGER, fresh=True)
    study = first.start_from(TYRE)
    visitors = (first, second)
    for visitor in visitors:
        visitor.go(f"{study}revisions/1/seal/")
    for visitor in visitors:
        visitor.button("Seal revision {n}", n=1).click(no_wait_after=True)
    seals = set()
    for visitor in visitors:
        visitor.page.wait_for_url(re.compile("/revisions/1/$"))
        visitor.look()
        seals.add(visitor.page.locator(".rail .hash").inner_text())
    assert len(seals) == 1
    first.go("/organisation/trail/")
    newest = first.page.locator("tbody tr .item").all_inner_texts()[:2]
    assert [" sealed " in event for event in newest] == [True, False]


def test_two_people_who_edit_at_once_lose_nothing(visit: Visit):
    first, second = visit("en", MANAGER), visit("en", ENGINEER)
    study = first.start_from(TYRE)
    for visitor in (first, second):
        visitor.go(f"{study}edit/")
    first.page.locator("[name='note.0']").fill("of the first")
    first.press("Save as revision {n}", n=2)
    second.page.locator("[name='amount.0']").fill("2")
    with second.expecting(409):
        second.press("Save as revision {n}", n=2)
        assert "Nothing of yours is lost" in second.text()
        assert second.page.locator("[name='note.0']").input_value() == "of the first"
        assert second.page.locator("[name='amount.0']").input_value() == "2"
    second.press("Save as revision {n}", n=3)
    assert "Revision 3 is saved." in second.text()


def test_a_seal_of_what_is_no_longer_newest_says_so(visit: Visit):
    first, second = visit("en", MANAGER), visit("en", ENGINEER)
    study = first.start_from(TYRE)
    second.go(f"{study}edit/")
    second.page.locator("[name='note.0']").fill("changed meanwhile")
    second.press("Save as revision {n}", n=2)
    first.go(f"{study}revisions/1/seal/")
    assert "Revision 2 is the newest." in first.text()
