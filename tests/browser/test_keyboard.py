"""Everything without a mouse: skip link, focus that is seen, order, menus, the path by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tanyuan.formats.examples import examples_folder

from .conftest import MANAGER, Visit
from .serving import Server
from .visiting import PHONE, TROUSERS, Visitor

_FOCUSED = "element => element === document.activeElement"
# How the focused element looks, itself and its frame, with and without the focus
_LOOKS = """() => {
  const element = document.activeElement;
  const look = () => [element, element.closest('label'), ...element.children]
    .filter(Boolean).map((e) => [getComputedStyle(e), getComputedStyle(e, '::before'),
      getComputedStyle(e, '::after')].map((s) => [s.outlineStyle, s.outlineWidth, s.boxShadow,
        s.borderColor, s.backgroundColor, s.opacity, s.stroke].join()).join()).join();
  const box = element.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const whole = element.closest('label') ?? element;
  const seen = hit !== null && (hit.contains(element) || whole.contains(hit));
  const focused = look();
  element.blur();
  const blurred = look();
  element.focus({ focusVisible: true });
  return { name: element.outerHTML.slice(0, 120), seen, marked: focused !== blurred };
}"""
_MOST_TABS = 250


def _tab_to(visitor: Visitor, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    target.wait_for(state="attached")
    for _ in range(_MOST_TABS):
        visitor.page.keyboard.press("Tab")
        if target.evaluate(_FOCUSED):
            return
    raise AssertionError(f"{target} cannot be reached with Tab on {visitor.page.url}")


def _enter(visitor: Visitor, target: Locator) -> None:
    """Reach a link or button with Tab and follow it with Enter."""
    _tab_to(visitor, target)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def test_the_first_tab_skips_to_the_content(visit: Visit):
    visitor = visit()
    visitor.go("/factors/EL-0121/")
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.locator("main :focus").count() == 1


@pytest.mark.parametrize(
    ("path", "width"),
    [("/", 1280), ("/factors/?q=EL-012", PHONE), ("/accounts/login/", PHONE), ("/verify/", 1280)],
)
def test_whatever_has_the_focus_is_seen(visit: Visit, path: str, width: int):
    visitor = visit(width=width)
    visitor.go(path)
    visitor.page.keyboard.press("Tab")
    first, looks = None, []
    while (now := visitor.page.evaluate(_LOOKS)) != first and len(looks) < _MOST_TABS:
        first = first or now
        looks.append(now)
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement === document.body"):
            break
    assert len(looks) > 5
    assert [look for look in looks if not (look["seen"] and look["marked"])] == []


def test_the_sign_in_form_goes_from_address_to_password_to_button(visit: Visit):
    visitor = visit()
    visitor.go("/accounts/login/")
    _tab_to(visitor, visitor.page.locator("[name=login]"))
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("[name=password]")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Forgot your password?")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.button("Sign in")).to_be_focused()


def test_a_refused_form_puts_the_focus_on_what_must_be_mended(visit: Visit):
    visitor = visit()
    visitor.go("/accounts/login/")
    visitor.page.locator("[name=login]").fill("nobody@works.example")
    visitor.page.locator("[name=password]").fill("wrong")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".errors")).to_be_focused()
    assert visitor.page.locator("[name=login]").input_value() == "nobody@works.example"


def test_a_line_is_edited_along_its_row_and_enter_tries(visit: Visit):
    visitor = visit("en", MANAGER)
    visitor.go(f"{visitor.start_from(TROUSERS)}edit/")
    visitor.page.locator("[name='amount.0']").focus()
    for name in ("unit.0", "ref.0", "find", "role.0", "note.0", "remove.0", "amount.1"):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.name") == name
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()
    assert visitor.say("This would give") in visitor.text()


def test_the_menu_of_a_phone_closes_with_escape_and_gives_the_focus_back(visit: Visit):
    visitor = visit(width=PHONE)
    visitor.go("/factors/EL-0121/")
    summary = visitor.page.locator(".fold summary")
    _tab_to(visitor, summary)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".fold nav")).to_be_visible()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.locator(".fold nav :focus").count() == 1
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".fold nav")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_path_without_a_mouse(visit: Visit, server: Server):
    visitor = visit(fresh=True)
    keyboard = visitor.page.keyboard
    visitor.go("/")
    _tab_to(visitor, visitor.page.get_by_role("searchbox").first)
    keyboard.type("EL-0121")
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    _enter(visitor, visitor.page.locator(".tbl--factors .item a").first)
    assert visitor.page.url.endswith("/factors/EL-0121/")
    _enter(visitor, visitor.link("Sign in"))
    _tab_to(visitor, visitor.page.locator("[name=login]"))
    keyboard.type("researcher@institute.example")
    keyboard.press("Tab")
    keyboard.type(server.password)
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    _enter(visitor, visitor.link("Send in a workbook"))
    _choose(visitor, examples_folder() / "tyre.xlsx")
    _enter(visitor, visitor.button("Read and calculate"))
    visitor.wait_for_job()
    expect(visitor.page.locator("#total")).to_contain_text("4.53")
    _enter(visitor, visitor.link("Edit the lines"))
    _tab_to(visitor, visitor.page.locator("[name='note.0']"))
    keyboard.type("by keys alone")
    _enter(visitor, visitor.button("Save as revision {n}", n=2))
    _enter(visitor, visitor.link("Seal revision {n}", n=2))
    _enter(visitor, visitor.button("Seal revision {n}", n=2))
    _enter(visitor, visitor.page.locator(".who a"))
    _enter(visitor, visitor.link("Sign out"))
    _enter(visitor, visitor.button("Sign out"))
    expect(visitor.link("Sign in")).to_be_visible()


def _choose(visitor: Visitor, file: Path) -> None:
    """Open the chooser of files with the space bar."""
    _tab_to(visitor, visitor.page.locator("[name=file]"))
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.keyboard.press("Space")
    chooser.value.set_files(file)
