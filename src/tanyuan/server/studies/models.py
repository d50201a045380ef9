"""Products, sites, studies, their revisions, and sealed footprints with their disclosure levels."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from tanyuan.footprint.study import Phase
from tanyuan.languages import language
from tanyuan.server.base.models import StoredFile
from tanyuan.server.people.models import Organisation, Person


class _Named(models.Model):
    """A thing with a name in one or both languages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language in use."""
        names = (self.name_zh, self.name_en)
        first, second = names if language() == "zh" else reversed(names)
        return first or second or str(self.id)


class Site(_Named):
    """A place where an organisation makes something."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sites")
    region = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=300, blank=True)


class Product(_Named):
    """A product of an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="products")
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True)
    model = models.CharField(max_length=100, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)


class StudyRecord(_Named):
    """A study as it lives on the platform: its owner, its product, its revisions."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="studies")
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="studies"
    )
    created_by = models.ForeignKey(Person, models.PROTECT)
    public = models.BooleanField(default=False)

    class Meta:
        ordering = ("-created_at",)

    @property
    def latest(self) -> Revision:
        """The newest revision."""
        return self.revisions.order_by("-number")[0]


class Revision(models.Model):
    """An immutable state of a study: its whole document under its hash, and its headline result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(StudyRecord, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    hash = models.CharField(max_length=80)
    total = models.CharField(max_length=30)
    unit = models.CharField(max_length=60)
    complete = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("study", "number"), name="revision_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.study} · {self.number}"


class ReportEdition(models.Model):
    """What a revision's report says beside the study, as somebody saved it; kept, never changed.

    It is no part of the study: who commissioned or reviewed it changes no figure and no seal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(StudyRecord, models.CASCADE, related_name="report_editions")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="report_editions")
    number = models.PositiveIntegerField()
    particulars = models.JSONField()
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("study", "number"), name="report_edition_once"),
        )

    def __str__(self) -> str:
        return f"{self.revision} · {self.number}"


class SealedFootprint(models.Model):
    """A sealed result: the file, its hash, and rows for each level of disclosure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="sealed")
    file = models.ForeignKey(StoredFile, models.PROTECT)
    hash = models.CharField(max_length=80, db_index=True)
    total = models.CharField(max_length=30)
    unit = models.CharField(max_length=60)
    complete = models.BooleanField()
    certifiable = models.BooleanField()
    sealed_by = models.ForeignKey(Person, models.PROTECT)
    sealed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.revision.study} {self.total} {self.unit}"


class FootprintStage(models.Model):
    """A stage of a sealed footprint (disclosure level: stages)."""

    footprint = models.ForeignKey(SealedFootprint, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=30)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language in use; one of the five stages has its own."""
        names = (self.name_zh, self.name_en)
        first, second = names if language() == "zh" else reversed(names)
        known = self.stage in list(Phase)
        return first or second or (str(Phase(self.stage).label) if known else self.stage)


class FootprintLine(models.Model):
    """A line of a sealed footprint (disclosure level: lines)."""

    footprint = models.ForeignKey(SealedFootprint, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    line = models.CharField(max_length=120)
    value = models.CharField(max_length=30)

    class Meta:
        ordering = ("position",)


class FactorUse(models.Model):
    """How much of a factor version a sealed footprint rests on, free of gas and GWP set."""

    footprint = models.ForeignKey(SealedFootprint, models.CASCADE, related_name="factor_uses")
    factor = models.CharField(max_length=400, db_index=True)
    version = models.CharField(max_length=20)
    amount = models.FloatField()
    unit = models.CharField(max_length=60)
