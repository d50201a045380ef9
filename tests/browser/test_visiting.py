"""The eye on every page does see: a page that breaks every rule is caught at each."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .serving import Server
from .test_accessibility import inspect
from .visiting import Visitor

_BAD = """<!doctype html><html lang="en"><title>Bad</title><body>
<script>document.title = "inline"</script>
<p style="width: 900px">wide</p>
<img src="http://example.org/counter.png">
<script src="/missing.js"></script>"""


def test_a_page_that_breaks_every_rule_is_caught_at_each(browser: Browser, server: Server):
    context = browser.new_context()
    context.route("http://example.org/**", lambda route: route.abort())
    context.route(
        f"{server.address}/bad",
        lambda route: route.fulfill(
            body=_BAD,
            content_type="text/html",
            headers={"Content-Security-Policy": "script-src 'self'"},
        ),
    )
    visitor = Visitor(context, server.address, "en")
    visitor.go("/bad")
    with pytest.raises(AssertionError, match="image-alt"):
        inspect(visitor)
    context.close()
    for sign in (
        "inline script",
        "wider than 390 px",
        "left the machine: http://example.org/counter.png",
        "failed: http://example.org/counter.png",
        "404:",
    ):
        assert any(sign in trouble for trouble in visitor.troubles), (sign, visitor.troubles)
