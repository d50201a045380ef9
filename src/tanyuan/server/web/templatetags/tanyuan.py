"""Template tags of every page: translated text, numbers as people read them, figures as doors."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from tanyuan.documents.numbers import sealed_string, shown
from tanyuan.languages import language, translate

register = template.Library()

_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=%|[kMG]?[gtWJm]\b)")


@register.simple_tag
def t(text: str, **values: Any) -> str:
    """A text of the catalogue in the reader's language, with its values."""
    translated = translate(text)
    return translated.format(**values) if values else translated


@register.simple_tag
def colon() -> str:
    """What stands between a name and what is said of it."""
    return "：" if language() == "zh" else ": "


@register.filter
def figures(number: float | None, digits: int = 4) -> str:
    """A number as a person reads it."""
    return "" if number is None else shown(float(number), digits)


@register.filter
def thousands(count: int) -> str:
    """A count with its thousands marked."""
    return f"{count:,}"


@register.filter
def tied(text: object) -> str:
    """A text in which no line breaks between a number and its unit or per cent sign."""
    return _NUMBER_AND_UNIT.sub("\u00a0", str(text))


@register.filter
def sealed(number: float | None) -> str:
    """A number with the nine digits that are sealed."""
    return "" if number is None else sealed_string(float(number))


@register.filter
def percent(share: float | None) -> str:
    """A share as per cent with one decimal."""
    return "" if share is None else f"{100 * float(share):.1f} %".replace("-", "−")


@register.simple_tag(takes_context=True)
def here(context: Context, *names: str) -> SafeString | str:
    """Mark the navigation entry of the page that is shown."""
    match = getattr(context.get("request"), "resolver_match", None)
    current = getattr(match, "url_name", "") or ""
    return SafeString('aria-current="page"') if current.startswith(names) else ""
