"""What people fill in on the pages of studies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from tanyuan.backgrounds.profile import read_profile
from tanyuan.documents.identifiers import credit_code
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError
from tanyuan.server.base.bodies import too_large
from tanyuan.server.people.models import Level, Organisation
from tanyuan.server.studies.models import Product, Site

ENDINGS = (".xlsx", ".json", ".yaml", ".yml")
LONGEST_CONSENT_DAYS = 5 * 366
LEVEL_LABELS = {
    Level.NUMBER: Message("the number alone"),
    Level.STAGES: Message("the number and its stages"),
    Level.LINES: Message("everything: all lines, factors and files"),
}


class _Form(forms.Form):
    """A form in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label, field.help_text = str(field.label), str(field.help_text)
            field.error_messages["required"] = str(Message("Fill this in."))


def _text(label: Any, hint: Any = "", *, longest: int = 200, required: bool = False) -> Any:
    return forms.CharField(label=label, help_text=hint, max_length=longest, required=required)


class _NamedForm(_Form):
    """A thing with a name in one of the languages at least."""

    name_zh = _text(Message("Name (Chinese)"), Message("One of the two names is enough."))
    name_en = _text(Message("Name (English)"))

    def clean(self) -> dict[str, Any]:
        """At least one name."""
        facts = super().clean() or {}
        if not facts.get("name_zh") and not facts.get("name_en"):
            self.add_error("name_zh", str(Message("Give it a name in one of the languages.")))
        return facts


class SiteForm(_NamedForm):
    """A site of the register."""

    region = _text(
        Message("Region"), Message("Its code of administrative division: 370100."), longest=12
    )
    address = _text(Message("Address"), longest=300)


class ProductForm(_NamedForm):
    """A product of the register."""

    model = _text(Message("Model"), Message("Model, type or grade."), longest=100)
    hs_code = _text(
        Message("HS code"), Message("The number of customs, 4 to 12 digits."), longest=12
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(organisation=organisation)
        field = forms.ModelChoiceField(
            sites, label=str(Message("Site")), required=False, empty_label="—"
        )
        self.fields["site"] = field

    def clean_hs_code(self) -> str:
        """Digits, points and spaces between them left out."""
        code = "".join(c for c in self.cleaned_data["hs_code"] if c not in " .")
        if code and not (code.isascii() and code.isdigit() and 4 <= len(code) <= 12):
            raise forms.ValidationError(str(Message("An HS code has 4 to 12 digits.")))
        return code


class UploadForm(_Form):
    """A file that holds a study."""

    file = forms.FileField(label="", max_length=255)
    product = forms.ModelChoiceField(
        Product.objects.none(), label="", required=False, empty_label="—"
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file: Any = self.fields["file"]
        product: Any = self.fields["product"]
        file.label, product.label = str(Message("File")), str(Message("Product"))
        file.widget.attrs |= {
            "accept": ",".join(ENDINGS),
            "data-most": settings.UPLOAD_LIMIT,
            "data-too-large": str(too_large(settings.UPLOAD_LIMIT)),
        }
        file.error_messages |= {
            "required": str(Message("Choose a file.")),
            "empty": str(Message("The file is empty.")),
            "invalid": str(Message("Choose a file.")),
        }
        product.queryset = Product.objects.filter(organisation=organisation)

    def clean_file(self) -> UploadedFile[Any]:
        """A file of a known form that is not too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(ENDINGS):
            raise forms.ValidationError(
                str(
                    Message(
                        "A study is a workbook (.xlsx) or a JSON or YAML file. "
                        "Save it as one of these, or start from the template."
                    )
                )
            )
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(str(too_large(settings.UPLOAD_LIMIT)))
        return file


class DatabaseForm(_Form):
    """A process database, and what is stated of it."""

    file = forms.FileField(label="", max_length=255)
    name = forms.CharField(label="", required=False, max_length=80)
    licence = forms.CharField(label="", required=False, max_length=200)
    allocation = forms.ChoiceField(label="", required=False)
    shareable = forms.BooleanField(label="", required=False)
    profile = forms.FileField(label="", required=False, max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["file"].label = str(Message("File"))
        fields["profile"].label = str(Message("Choices of an earlier import (.json)"))
        fields["profile"].help_text = str(
            Message("The suppliers and shares that were chosen then are chosen again.")
        )
        fields["name"].label = str(Message("What it is called here"))
        fields["licence"].label = str(Message("Its terms of use, where the file does not say"))
        fields["allocation"].label = str(
            Message("How several outputs share burdens where the source does not say")
        )
        fields["allocation"].choices = [
            ("", str(Message("Refuse it and say which processes"))),
            ("mass,energy,equal", str(Message("By mass, else by energy, else in equal parts"))),
            ("economic,mass,energy,equal", str(Message("By value, else by mass, energy, equal"))),
            ("reference", str(Message("All to the main product"))),
        ]
        fields["shareable"].label = str(
            Message("Its licence lets figures of single products be passed on.")
        )
        fields["file"].error_messages |= {
            "required": str(Message("Choose a file.")),
            "empty": str(Message("The file is empty.")),
            "invalid": str(Message("Choose a file.")),
        }

    def clean_file(self) -> UploadedFile[Any]:
        """A file that is not too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.DATABASE_LIMIT:
            raise forms.ValidationError(str(too_large(settings.DATABASE_LIMIT)))
        return file

    def clean_profile(self) -> bytes:
        """Choices that can be replayed, as they stand in the file."""
        file: UploadedFile[Any] | None = self.cleaned_data["profile"]
        if file is None:
            return b""
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(str(too_large(settings.UPLOAD_LIMIT)))
        data: bytes = file.read()
        try:
            read_profile(data, file.name or "")
        except InputError as error:
            told = [f"{one.cause} {one.mend}" for one in error.problems]
            raise forms.ValidationError(told) from None
        return data


class VerifyForm(_Form):
    """A sealed footprint."""

    file = forms.FileField(label="", max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        file.label = str(Message("Sealed footprint (.json)"))
        file.widget.attrs["accept"] = ".json"
        file.error_messages |= {
            "required": str(Message("Choose a file.")),
            "empty": str(Message("The file is empty.")),
            "invalid": str(Message("Choose a file.")),
        }


class ConsentForm(_Form):
    """Whom a study is opened to, how far and until when."""

    code = _text(
        Message("Organisation"),
        Message("Its unified social credit code, 18 characters. It must be registered here."),
        longest=18,
        required=True,
    )
    level = forms.ChoiceField(label="", widget=forms.RadioSelect)
    purpose = _text(
        Message("Purpose"), Message("For instance: supplier data for the customer."), required=True
    )
    until = forms.DateField(label="", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, grantor: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grantor = grantor
        level: Any = self.fields["level"]
        until = self.fields["until"]
        level.label, until.label = str(Message("How much")), str(Message("Until (that day too)"))
        level.choices = [(key.value, str(label)) for key, label in LEVEL_LABELS.items()]
        level.initial = Level.NUMBER.value

    def clean_code(self) -> str:
        """The code of another organisation that is registered."""
        try:
            code = credit_code(self.cleaned_data["code"])
        except InvalidValueError as error:
            raise forms.ValidationError(str(error)) from None
        found = Organisation.objects.filter(credit_code=code).first()
        if found is None:
            raise forms.ValidationError(
                str(Message("No organisation with this code is registered here."))
            )
        if found == self.grantor:
            raise forms.ValidationError(str(Message("This is your own organisation.")))
        self.grantee = found
        return code

    def clean_until(self) -> Any:
        """A day to come, not too far."""
        until = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= until <= today + timedelta(days=LONGEST_CONSENT_DAYS):
            raise forms.ValidationError(
                str(Message("Choose a day from today on, within five years."))
            )
        return until
