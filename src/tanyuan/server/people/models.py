"""Organisations, persons, roles, invitations, consent."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from tanyuan.languages import Message, language

DELETED = "@deleted.invalid"
"""The end of the address of a deleted account."""


class PersonManager(BaseUserManager["Person"]):
    """Makes persons."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with an address and a password."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this address, in any case."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        if self.is_deleted:
            return str(Message("deleted account {number}", number=str(self.pk)[:8]))
        return self.name or self.email

    @property
    def is_deleted(self) -> bool:
        """Whether the person has gone; what was done here keeps the number alone."""
        return self.email.endswith(DELETED)


class OrganisationKind(models.TextChoices):
    """What an organisation is on the platform."""

    ENTERPRISE = "enterprise"
    ASSOCIATION = "association"
    INSTITUTE = "institute"
    CERTIFICATION_BODY = "certification_body"
    BUYER = "buyer"
    BANK = "bank"
    REGULATOR = "regulator"
    OPERATOR = "operator"


KIND_LABELS = {
    OrganisationKind.ENTERPRISE: Message("enterprise"),
    OrganisationKind.ASSOCIATION: Message("association"),
    OrganisationKind.INSTITUTE: Message("research institute"),
    OrganisationKind.CERTIFICATION_BODY: Message("certification body"),
    OrganisationKind.BUYER: Message("buyer"),
    OrganisationKind.BANK: Message("bank"),
    OrganisationKind.REGULATOR: Message("regulator"),
    OrganisationKind.OPERATOR: Message("platform operator"),
}


class Organisation(models.Model):
    """An organisation; what it owns is seen by its members alone, unless it consents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=18, unique=True)
    region = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name_zh", "name_en")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language in use."""
        names = (self.name_zh, self.name_en)
        first, second = names if language() == "zh" else reversed(names)
        return first or second

    @property
    def kind_label(self) -> str:
        """What it is, in the language in use."""
        return str(KIND_LABELS[OrganisationKind(self.kind)])


class Department(models.Model):
    """A department of an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="departments")
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="department_once"),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do in an organisation."""

    READER = "reader"
    ENGINEER = "engineer"
    MANAGER = "manager"


ROLE_LABELS = {
    Role.READER: Message("reader: sees everything of the organisation"),
    Role.ENGINEER: Message("engineer: also edits studies"),
    Role.MANAGER: Message("manager: also seals footprints and invites members"),
}


class Membership(models.Model):
    """A person's role in an organisation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "organisation"), name="member_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"

    @property
    def role_label(self) -> str:
        """What the member may do, in the language in use."""
        return str(ROLE_LABELS[Role(self.role)])

    @property
    def decides(self) -> bool:
        """Whether the role decides, and so asks for a second factor at sign-in."""
        return self.role == Role.MANAGER or self.organisation.kind in (
            OrganisationKind.REGULATOR,
            OrganisationKind.OPERATOR,
            OrganisationKind.CERTIFICATION_BODY,
        )


def _token() -> str:
    return secrets.token_urlsafe(24)


class Invitation(models.Model):
    """An invitation to an organisation, for one address and one use."""

    token = models.CharField(max_length=40, unique=True, default=_token)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    invited_by = models.ForeignKey(Person, models.CASCADE)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email

    @property
    def role_label(self) -> str:
        """What the invited may do, in the language in use."""
        return str(ROLE_LABELS[Role(self.role)])

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken up."""
        return self.used_at is None and self.until > timezone.now()


class Level(models.TextChoices):
    """How much of a study a consent opens."""

    NUMBER = "number"
    STAGES = "stages"
    LINES = "lines"


class Consent(models.Model):
    """Who may see how much of which thing, for which purpose, until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grantor = models.ForeignKey(Organisation, models.CASCADE, related_name="consents_given")
    grantee = models.ForeignKey(Organisation, models.CASCADE, related_name="consents_held")
    subject_type = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    purpose = models.CharField(max_length=200)
    given_by = models.ForeignKey(Person, models.PROTECT)
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("subject_type", "subject", "grantee")),)

    def __str__(self) -> str:
        return f"{self.grantee}: {self.level}"


class Scope(models.TextChoices):
    """What a key opens; each also needs the role of the person whose key it is."""

    READ = "read"
    WRITE = "write"
    SEAL = "seal"


SCOPE_LABELS = {
    Scope.READ: Message("read: see studies, footprints and files"),
    Scope.WRITE: Message("write: add studies, revisions, products and sites"),
    Scope.SEAL: Message("seal: seal footprints"),
}


class ApiKey(models.Model):
    """A key with which a program acts for a person in one organisation; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    person = models.ForeignKey(Person, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    start = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    @property
    def is_open(self) -> bool:
        """Whether it can still be used."""
        return self.revoked_at is None and self.until > timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        """What it opens, in the language in use."""
        return [str(SCOPE_LABELS[Scope(scope)]) for scope in self.scopes]


class KeptAnswer(models.Model):
    """What a program was answered under its Idempotency-Key, so that a repeat changes nothing."""

    caller = models.CharField(max_length=60)
    endpoint = models.CharField(max_length=200)
    token = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("caller", "endpoint", "token"), name="answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.endpoint} {self.token}"


class RequestCount(models.Model):
    """How many requests a caller has made in a minute; shared by the processes of a server."""

    caller = models.CharField(max_length=120, primary_key=True)
    minute = models.BigIntegerField(db_index=True)
    used = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.caller}: {self.used}"
