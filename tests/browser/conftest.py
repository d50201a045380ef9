"""One server and one browser for all these tests, and the people who sit at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

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
    # Pages of the browser's own face, which nobody sees here and which take a third of its time;
    # the last three are what Playwright turns off in the same switch
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "MediaRouter,OptimizationHints,NetworkTimeServiceQuerying",
)

Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found, process = serving.start(tmp_path_factory.mktemp("server"))
    yield found
    serving.stop(process)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    assert program, "These tests need Chromium; on Debian: apt-get install chromium fonts-noto-cjk"
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=_QUIET)


@pytest.fixture(scope="package")
def windows() -> dict[tuple[object, ...], BrowserContext]:
    """Browsers that stay open for the next test: by language, person and options."""
    return {}


@pytest.fixture
def visit(
    server: Server, browser: Browser, windows: dict[tuple[object, ...], BrowserContext]
) -> Iterator[Visit]:
    """Makes visitors, signed in where a person is named; at the end none may have had trouble.

    A visitor who signs out or loses cookies needs a browser of their own: `fresh`.
    """
    visitors: list[Visitor] = []

    def made(
        language: str = "en",
        person: str = "",
        *,
        fresh: bool = False,
        width: int = 1280,
        **options: object,
    ) -> Visitor:
        key = (language, person, width, *options.items(), len(visitors) if fresh else None)
        if key not in windows:
            windows[key] = browser.new_context(
                locale=_LOCALES[language], viewport={"width": width, "height": 844}, **options
            )
            windows[key].set_default_timeout(60_000)
            if person:
                _sign_in(Visitor(windows[key], server.address, language), person, server.password)
        visitors.append(Visitor(windows[key], server.address, language))
        return visitors[-1]

    yield made
    for visitor in visitors:
        visitor.leave()
    for key in [key for key in windows if key[-1] is not None]:
        windows.pop(key).close()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert not troubles, "\n".join([*troubles, server.log[-3000:]])


def _sign_in(visitor: Visitor, person: str, password: str) -> None:
    visitor.page.goto(f"{visitor.address}/accounts/login/")
    visitor.page.fill("[name=login]", person)
    visitor.page.fill("[name=password]", password)
    visitor.press("Sign in")
    visitor.leave()
