"""Public pages are made once for many readers, and never handed to a reader of another language."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tanyuan.languages import in_language, language
from tanyuan.server.base import slim


@pytest.fixture(autouse=True)
def forgotten(settings):
    settings.PAGES_KEPT = 20
    slim._pages.clear()
    yield
    slim._pages.clear()


@pytest.fixture
def view():
    """A view that counts how often it is asked."""
    asked = []

    @slim.kept
    def page(request):
        asked.append(request.get_full_path())
        status = 404 if "missing" in request.GET else 200
        return HttpResponse(f"{language()} {len(asked)}", status=status, headers={"X-One": "1"})

    page.asked = asked
    return page


def get(path="/", **headers):
    return RequestFactory().get(path, headers=headers)


def test_a_page_is_made_once_and_each_reader_gets_an_answer_of_its_own(view):
    first, second = view(get()), view(get())
    assert (first.content, second.content) == (b"en 1", b"en 1")
    assert second["X-One"] == "1"
    first["X-Request-Id"] = "mine"
    assert "X-Request-Id" not in view(get())


def test_address_language_and_host_have_pages_of_their_own(view):
    view(get())
    with in_language("zh"):
        assert view(get()).content == b"zh 2"
    assert view(get("/?q=1")).content == b"en 3"
    assert view(get(host="127.0.0.1")).content == b"en 4"


def test_it_is_made_anew_when_its_time_is_over(view, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(slim.time, "monotonic", lambda: now[0])
    view(get())
    now[0] += 19.0
    assert view(get()).content == b"en 1"
    now[0] += 2.0
    assert view(get()).content == b"en 2"


def test_what_is_no_page_is_not_kept_and_the_oldest_go_first(view, monkeypatch):
    view(get("/?missing=1"))
    view(get("/?missing=1"))
    assert len(view.asked) == 2
    monkeypatch.setattr(slim, "_MOST", 2)
    for path in ("/a", "/b", "/c", "/a"):
        view(get(path))
    assert view.asked[2:] == ["/a", "/b", "/c", "/a"]


def test_whoever_has_a_session_gets_a_page_of_their_own(view):
    view(get())
    assert view(get(cookie="sessionid=abc")).content == b"en 2"
    assert view(get()).content == b"en 1"
