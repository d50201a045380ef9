"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tanyuan.languages import language
from tanyuan.version import VERSION


def page(request: HttpRequest) -> dict[str, Any]:
    """Language, the same page in the other one, and whether this is the demonstration region."""
    spoken = language()
    other = "en" if spoken == "zh" else "zh"
    query = request.GET.copy()
    query["lang"] = other
    return {
        "language": spoken,
        "html_language": "zh-CN" if spoken == "zh" else "en",
        "other_language": other,
        "same_page": f"{request.path}?{query.urlencode()}",
        "demonstration": settings.DEMONSTRATION,
        "sends_mail": not settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        "second_factor": settings.SECOND_FACTOR,
        "version": VERSION,
    }
