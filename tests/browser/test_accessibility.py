"""No page has a serious or critical finding of axe-core: in Chinese and light, in English and dark.

Every page is inspected in both; a colour that fails does so in either language.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from .conftest import MANAGER, Visit
from .visiting import TROUSERS, TYRE, Visitor

# Rows of one table and sections of one list are alike: the first three stand for all
_SHORTEN = """() => {
  const alike = 'tbody tr:nth-of-type(n+4), li:nth-of-type(n+7), .page > section:nth-of-type(n+9)';
  for (const one of document.querySelectorAll(alike)) one.remove();
}"""
_OPTIONS = {"resultTypes": ["violations"], "iframes": False, "preload": False}
_SCHEMES = {"zh": "light", "en": "dark"}
_LANGUAGES = pytest.mark.parametrize("language", _SCHEMES)

_PUBLIC = ("/", "/factors/?q=EL-01", "/factors/EL-0121/", "/factors/properties/?q=diesel")
_PUBLIC += ("/verify/", "/accounts/login/", "/accounts/signup/", "/api/v1/docs")
_WORK = ("/studies/", "/studies/upload/", "/products/", "/products/new/", "/sites/", "/sites/new/")
_OWN = ("/organisation/", "/organisation/keys/", "/organisation/trail/", "/organisation/new/")
_OWN += ("/profile/", "/profile/delete/", "/accounts/password/change/", "/accounts/email/")
_OWN += ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/sessions/")
_OWN += ("/accounts/logout/",)
_STUDY = ("", "lines/7/", "revisions/", "edit/", "share/", "revisions/1/seal/")


def inspect(visitor: Visitor) -> None:
    """Hold a page free of findings; axe is run from outside, past the page's own policy."""
    visitor.page.evaluate(f"{AXE_SCRIPT}\n;undefined")
    visitor.page.evaluate(_SHORTEN)
    answer = visitor.page.evaluate("options => axe.run(options)", _OPTIONS)
    found = [
        f"{visitor.page.url} {finding['id']}: {node['html'][:200]} {node['failureSummary']}"
        for finding in answer["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
    assert not found, "\n".join(found)


@_LANGUAGES
def test_public_pages(visit: Visit, language: str):
    visitor = visit(language, color_scheme=_SCHEMES[language])
    for path in _PUBLIC:
        visitor.go(path)
        inspect(visitor)
    visitor.go("/")
    visitor.open(visitor.page.locator(".exa h3 a").first)
    inspect(visitor)
    with visitor.expecting(404):
        for path in ("/nothing", "/factors/EL-9999/"):
            visitor.go(path)
            inspect(visitor)


@_LANGUAGES
@pytest.mark.parametrize("paths", [_WORK, _OWN], ids=["work", "own"])
def test_pages_of_members(visit: Visit, language: str, paths: tuple[str, ...]):
    visitor = visit(language, MANAGER, color_scheme=_SCHEMES[language])
    for path in paths:
        visitor.go(path)
        inspect(visitor)


@_LANGUAGES
def test_pages_of_a_study(visit: Visit, language: str):
    visitor = visit(language, MANAGER, color_scheme=_SCHEMES[language])
    study = visitor.start_from(TROUSERS)
    for path in _STUDY:
        visitor.go(study + path)
        inspect(visitor)


@_LANGUAGES
def test_pages_that_tell_what_must_be_mended(visit: Visit, language: str):
    visitor = visit(language, MANAGER, color_scheme=_SCHEMES[language])
    visitor.start_from(TYRE)
    visitor.follow("Edit the lines")
    visitor.page.locator("[name='unit.0']").fill("furlong")
    with visitor.expecting(422):
        visitor.press("Try")
        inspect(visitor)
        visitor.page.locator("[name='unit.0']").fill("kg")
    visitor.open(visitor.page.locator("[name=find]").first)
    inspect(visitor)
    visitor.go("/studies/upload/")
    visitor.page.set_input_files("[name=file]", _wrong_study())
    visitor.press("Read and calculate")
    visitor.wait_for_job()
    inspect(visitor)


def _wrong_study() -> dict[str, object]:
    return {"name": "wrong.json", "mimeType": "application/json", "buffer": b'{"lines": [{}]}'}
