"""The form of a report's particulars, made from their fields: a new field is a new entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from pydantic import ValidationError

from tanyuan.footprint.particulars import Particulars
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError

_LONGEST_NAME, _LONGEST_TEXT = 300, 4000
_GROUPS = (
    (Message("Report"), ("number", "date", "client", "author", "verifier", "standard", "pcr")),
    (Message("Product"), ("model", "product", "plants")),
    (Message("Data"), ("collection", "substitutes", "quality")),
    (Message("Life of the product"), ("timing", "use_profile", "end_of_life")),
    (Message("Interpretation"), ("conclusions", "value_choices", "comparison", "review")),
)
_LONG = ("product", "plants", "collection", "substitutes", "quality", "timing", "use_profile",
         "end_of_life", "conclusions", "value_choices", "comparison", "review")  # fmt: skip


class ReportForm(forms.Form):
    """The particulars of a report; nothing must be filled in to be saved."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, info in Particulars.model_fields.items():
            told = {
                "label": str(Message(info.title or name)),
                "help_text": str(Message(info.description or "")),
                "required": False,
            }
            self.fields[name] = _field(name, info.annotation, told)

    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields by what they are about."""
        for title, names in _GROUPS:
            yield str(title), [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        """Every text as a report may hold it."""
        given = super().clean() or {}
        for name in Particulars.model_fields:
            if name in given:
                self._check(name, given[name])
        return given

    def _check(self, name: str, value: Any) -> None:
        try:
            Particulars.model_validate({name: value})
        except ValidationError as error:
            found = (error.errors()[0].get("ctx") or {}).get("error")
            told = found if isinstance(found, InvalidValueError) else Message("This is not a text.")
            self.add_error(name, str(told))

    @property
    def particulars(self) -> Particulars:
        """What was filled in."""
        given = {name: self.cleaned_data[name] for name in Particulars.model_fields}
        return Particulars.model_validate(given)


def _field(name: str, kind: Any, told: dict[str, Any]) -> forms.Field:
    if kind == dt.date | None:
        return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **told)
    if name in _LONG:
        area = forms.Textarea({"rows": 3})
        return forms.CharField(widget=area, max_length=_LONGEST_TEXT, **told)
    return forms.CharField(max_length=_LONGEST_NAME, **told)
