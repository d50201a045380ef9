"""A person at a browser, and an eye on everything that must never happen on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

from tanyuan.languages import Message, in_language

PHONE = 390
# Places in the list of examples: a study of many lines, and one of a single line
TROUSERS, TYRE = 0, 4
_SEEN: set[tuple[str, str, str]] = set()
_LOOPBACK = ("127.0.0.1", "localhost")
# What sticks out to the right of the window, unless it scrolls in a box of its own
_STICKING_OUT = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= innerWidth) return [];
  const boxed = (e) => e && e !== document.body
    && (getComputedStyle(e).overflowX !== 'visible' || boxed(e.parentElement));
  const out = [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !boxed(e.parentElement));
  const named = (e) => `${e.tagName}.${e.getAttribute('class')} ${e.textContent.trim()}`;
  return [`${page.scrollWidth} px`, ...out.slice(0, 5).map((e) => named(e).slice(0, 60))];
}"""


class File(NamedTuple):
    """A file that was taken away from a page."""

    name: str
    data: bytes


class Visitor:
    """One person with a browser of their own.

    `troubles` collects console errors (breaches of the content security policy among them),
    exceptions in scripts, requests that leave the machine or fail, and pages that are wider than a
    phone. The fixture that makes visitors holds it empty.
    """

    def __init__(self, context: BrowserContext, address: str, language: str) -> None:
        self.context, self.address, self.language = context, address, language
        self.troubles: list[str] = []
        self._tabs: list[Page] = []
        self._expected: set[str] = set()
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """Another page of the same browser, watched as well."""
        page = self.context.new_page()
        self._tabs.append(page)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", lambda answer: self._answered(answer.status, answer.url))
        return page

    def leave(self) -> None:
        """Close the pages, not the browser."""
        for page in self._tabs:
            page.close()

    def say(self, text: str, /, **values: object) -> str:
        """A text of the pages in the visitor's language, found by its English."""
        with in_language(self.language):
            return str(Message(text, **values))

    @contextmanager
    def expecting(self, *signs: int | str) -> Iterator[None]:
        """Inside, answers with these codes (or failures that say this) are no troubles."""
        self._expected |= {str(sign) for sign in signs}
        try:
            yield
            self.page.wait_for_load_state("load")
        finally:
            self._expected.clear()

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.address + path)
        self.look()

    def link(self, text: str, /, **values: object) -> Locator:
        """The first visible link of this name on the page."""
        return self._named("link", text, values)

    def button(self, text: str, /, **values: object) -> Locator:
        """The first visible button of this name on the page."""
        return self._named("button", text, values)

    def field(self, text: str, /, **values: object) -> Locator:
        """The first visible field whose label begins so."""
        label = re.compile("^" + re.escape(self.say(text, **values)))
        return self.page.get_by_label(label).filter(visible=True).first

    def _named(self, role: str, text: str, values: dict[str, object]) -> Locator:
        named = self.page.get_by_role(role, name=self.say(text, **values), exact=True)
        seen = named.and_(self.page.locator(":not(.vh)"))
        return seen.filter(visible=True).first

    def follow(self, text: str, /, **values: object) -> None:
        """Follow a link to the next page; on a phone it may stand in the menu."""
        if not self.link(text, **values).count():
            self.button("Menu").click()
        self._act(self.link(text, **values))

    def press(self, text: str, /, **values: object) -> None:
        """Press a button that leads to the next page."""
        self._act(self.button(text, **values))

    def open(self, target: Locator) -> None:
        """Click on what leads to another page."""
        self._act(target)

    def _act(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.click()
        self.look()

    def fetch(self, target: Locator) -> File:
        """Click on what is to be taken away, and take it."""
        with self.page.expect_download() as taken:
            target.click()
        return File(taken.value.suggested_filename, Path(taken.value.path()).read_bytes())

    def wait_for_job(self) -> None:
        """Look again, sooner than the page does by itself, until the long task is done."""
        while self.page.locator("progress").count():
            self.page.wait_for_timeout(100)
            self.page.reload()
        self.look()

    def start_from(self, example: int) -> str:
        """Start a study from a copy of a published example; its path."""
        self.go("/studies/upload/")
        self.open(self.page.locator(".examplelist button").nth(example))
        return urlsplit(self.page.url).path

    def text(self) -> str:
        """What a reader sees of the page's main part."""
        return self.page.locator("main").inner_text()

    def look(self) -> None:
        """See whether the page fits on a phone, once for pages of one kind."""
        self.page.wait_for_load_state("load")
        kind = (self.language, re.sub(r"[0-9a-f-]{36}|\d+", "*", self.page.url), self.page.title())
        if kind in _SEEN and not self.page.locator("[role=alert]:not([hidden]), .notes").count():
            return
        _SEEN.add(kind)
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": PHONE, "height": 844})
        if wide := self.page.evaluate(_STICKING_OUT):
            self.troubles.append(f"{self.page.url} is wider than {PHONE} px: {wide}")
        self.page.set_viewport_size(size)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_expected(message.text):
            self.troubles.append(f"console of {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in _LOOPBACK:
            self.troubles.append(f"left the machine: {request.url}")

    def _failed(self, request: Request) -> None:
        # A download ends the navigation that asked for it
        taken = request.is_navigation_request() and request.failure == "net::ERR_ABORTED"
        if not taken and not self._is_expected(str(request.failure)):
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _answered(self, status: int, address: str) -> None:
        if status >= 400 and not self._is_expected(str(status)):
            self.troubles.append(f"{status}: {address}")

    def _is_expected(self, words: str) -> bool:
        return any(sign in words for sign in self._expected)
