"""One server and one browser for all these tests, and the people who sit at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from . import serving
from .serving import Server
from .visiting import Visitor

MANAGER = "manager@works.example"
_LOCALES = {"zh": "zh-CN", "en": "en-GB"}
_QUIET = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests on one worker: they share a server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found, process = serving.start(tmp_path_factory.mktemp("server"))
    yield found
    serving.stop(process)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    assert program, "These tests need Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=_QUIET)


@pytest.fixture(scope="package")
def signed_in() -> dict[str, object]:
    """What the browsers of people who have signed in once keep."""
    return {}


@pytest.fixture
def visit(server: Server, browser: Browser, signed_in: dict[str, object]) -> Iterator[Visit]:
    """Makes visitors, signed in where a person is named; at the end none may have had trouble."""
    visitors: list[Visitor] = []

    def made(
        language: str = "en", person: str = "", *, width: int = 1280, **options: object
    ) -> Visitor:
        if person and person not in signed_in:
            signed_in[person] = _sign_in(made(language), person, server.password)
        context = browser.new_context(
            locale=_LOCALES[language],
            viewport={"width": width, "height": 844},
            storage_state=signed_in.get(person),
            **options,
        )
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context, server.address, language))
        return visitors[-1]

    yield made
    for visitor in visitors:
        visitor.context.close()
    assert not [trouble for visitor in visitors for trouble in visitor.troubles]


def _sign_in(visitor: Visitor, person: str, password: str) -> object:
    visitor.page.goto(f"{visitor.address}/accounts/login/")
    visitor.page.fill("[name=login]", person)
    visitor.page.fill("[name=password]", password)
    visitor.press("Sign in")
    return visitor.context.storage_state()
