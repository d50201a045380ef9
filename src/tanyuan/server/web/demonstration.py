"""The demonstration region.

Organisations and accounts are made up and say so; the studies are the published product cases.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tanyuan.documents.identifiers import credit_code_from
from tanyuan.formats.examples import PUBLISHED, SYNTHETIC, example, examples_folder
from tanyuan.formats.particulars import read_particulars
from tanyuan.server.people.models import Membership, Organisation, OrganisationKind, Person, Role
from tanyuan.server.studies import actions
from tanyuan.server.studies.models import StudyRecord


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account."""

    email: str
    name: str
    organisation: str
    role: Role


_ORGANISATIONS = {
    "institute": (OrganisationKind.INSTITUTE, "公开案例研究所", "published cases"),
    "works": (OrganisationKind.ENTERPRISE, "虚构钢铁联合企业", "made-up iron and steel works"),
    "mill": (OrganisationKind.ENTERPRISE, "虚构纺织企业", "made-up textile mill"),
    "body": (OrganisationKind.CERTIFICATION_BODY, "虚构认证机构", "made-up certification body"),
    "buyer": (OrganisationKind.BUYER, "虚构采购方", "made-up buyer"),
    "regulator": (OrganisationKind.REGULATOR, "虚构监管部门", "made-up regulator"),
    "operator": (OrganisationKind.OPERATOR, "平台运营方", "platform operator"),
}

ACCOUNTS = (
    Account("manager@works.example", "演示 厂长", "works", Role.MANAGER),
    Account("engineer@works.example", "演示 工程师", "works", Role.ENGINEER),
    Account("reader@works.example", "演示 只读", "works", Role.READER),
    Account("owner@mill.example", "演示 企业主", "mill", Role.MANAGER),
    Account("researcher@institute.example", "演示 研究员", "institute", Role.MANAGER),
    Account("auditor@body.example", "演示 审核员", "body", Role.MANAGER),
    Account("buyer@buyer.example", "演示 采购员", "buyer", Role.MANAGER),
    Account("officer@regulator.example", "演示 监管员", "regulator", Role.MANAGER),
    Account("operator@platform.example", "演示 运营", "operator", Role.MANAGER),
)


def password_file() -> Path:
    """Where the password of the demonstration accounts is kept."""
    return Path(settings.DATA) / "secrets" / "demonstration-password"


def build() -> bool:
    """Make the demonstration region once; whether it was made now."""
    if Organisation.objects.exists():
        return False
    password = secrets.token_urlsafe(9)
    # Written first: accounts whose password nobody knows would be of no use
    _write_password(password)
    with transaction.atomic():
        organisations = _organisations()
        people = _people(organisations, password)
        for name in PUBLISHED:
            _study(name, people["researcher@institute.example"], organisations["institute"])
        for name in SYNTHETIC:
            _study(name, people["manager@works.example"], organisations["works"])
    return True


def _write_password(password: str) -> None:
    file = password_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as target:
        target.write(password)


def _organisations() -> dict[str, Organisation]:
    return {
        key: Organisation.objects.create(
            kind=kind,
            name_zh=f"演示：{chinese}",
            name_en=f"Demonstration: {english}",
            credit_code=credit_code_from(f"91370000TYDEM00{number:02}"),
            region="370000",
        )
        for number, (key, (kind, chinese, english)) in enumerate(_ORGANISATIONS.items(), 1)
    }


def _people(organisations: dict[str, Organisation], password: str) -> dict[str, Person]:
    people = {}
    hashed = make_password(password)  # once: a good hash is slow
    for account in ACCOUNTS:
        person = Person.objects.create(email=account.email, name=account.name, password=hashed)
        Membership.objects.create(
            person=person, organisation=organisations[account.organisation], role=account.role
        )
        people[account.email] = person
    return people


def _study(name: str, actor: Person, organisation: Organisation) -> None:
    """One example as a public study, sealed."""
    study = actions.start_study(
        actor=actor, organisation=organisation, document=example(name).study
    )
    given = examples_folder() / f"{name}.report.yaml"
    if given.is_file():
        actions.describe_report(
            actor=actor,
            revision=study.latest,
            particulars=read_particulars(given.read_bytes(), given.name),
            based_on=0,
        )
    StudyRecord.objects.filter(pk=study.pk).update(public=True)
    actions.seal_footprint(actor=actor, revision=study.latest)
