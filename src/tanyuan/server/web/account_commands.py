"""`tanyuan account …`: the first account, and the way back in for those who are locked out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tanyuan.languages import Message, translate

if TYPE_CHECKING:
    from tanyuan.server.people.models import Person


def _(text: str) -> str:
    """Help in the system's language."""
    return translate(text)


account = typer.Typer(
    help=_("The first account, lost passwords and second factors, deletion; at the server."),
    no_args_is_help=True,
)
Email = Annotated[str, typer.Argument(help=_("The address that somebody signs in with."))]
Data = Annotated[
    Path | None, typer.Option("--data", help=_("The folder of all data; ./var if not said."))
]


@account.command(help=_("Register the platform's operator or a regulator, with its first manager."))
def found(
    email: Email,
    code: Annotated[str, typer.Option("--code", help=_("Unified social credit code"))],
    kind: Annotated[str, typer.Option("--kind", help=_("operator or regulator"))] = "operator",
    name_zh: Annotated[str, typer.Option("--name-zh", help=_("Name in Chinese"))] = "",
    name_en: Annotated[str, typer.Option("--name-en", help=_("Name in English"))] = "",
    region: Annotated[str, typer.Option("--region", help=_("Code of the region: 370000"))] = "",
    data: Data = None,
) -> None:
    """Register an operator or regulator."""
    _start(data)
    from tanyuan.problems import InvalidValueError  # noqa: PLC0415
    from tanyuan.server.base.refusals import Refused  # noqa: PLC0415
    from tanyuan.server.people import accounts  # noqa: PLC0415
    from tanyuan.server.web.commands import leave  # noqa: PLC0415

    try:
        person = accounts.found_authority(
            email=email, kind=kind, code=code, name_zh=name_zh, name_en=name_en, region=region
        )
    except (Refused, InvalidValueError) as error:
        leave(error)
    if person.has_usable_password():
        typer.echo(str(Message("{email} is its first manager.", email=person.email)))
    else:
        _tell_link(person, accounts.reset(person=person))


@account.command(help=_("Print a link for a new password, once; ends lock-out and open sessions."))
def reset(
    email: Email,
    second_factor: Annotated[
        bool,
        typer.Option("--second-factor", help=_("Also remove a second factor that was lost.")),
    ] = False,
    data: Data = None,
) -> None:
    """Print a link for a new password."""
    _start(data)
    from tanyuan.server.people import accounts  # noqa: PLC0415

    person = _person(email)
    _tell_link(person, accounts.reset(person=person, second_factor=second_factor))
    if second_factor:
        typer.echo(str(Message("The second factor is removed; a new one is set up at sign-in.")))


@account.command(help=_("Delete an account, also that of an organisation's last manager."))
def delete(email: Email, data: Data = None) -> None:
    """Delete an account."""
    _start(data)
    from tanyuan.server.people.personal import delete_by_operator  # noqa: PLC0415

    for name in delete_by_operator(_person(email)):
        typer.echo(str(Message("{name} has no manager from now on.", name=name)))
    typer.echo(str(Message("The account is deleted; what was done under it keeps its number.")))


def _start(data: Path | None) -> None:
    """Load the server, and make sure that nothing else writes and the schema is this version's."""
    from tanyuan.server.web.commands import claim, leave, start  # noqa: PLC0415

    start(data)
    from tanyuan.server.web import gates, preparing  # noqa: PLC0415

    claim()
    if gates.on_sqlite():
        preparing.migrate()
    elif gates.waiting_migrations():
        leave(gates.OLD_SCHEMA)


def _person(email: str) -> Person:
    from tanyuan.server.base.refusals import NotFound  # noqa: PLC0415
    from tanyuan.server.people import accounts  # noqa: PLC0415
    from tanyuan.server.web.commands import leave  # noqa: PLC0415

    try:
        return accounts.person_of(email)
    except NotFound:
        leave(Message("There is no account with the address {email}.", email=email))


def _tell_link(person: Person, path: str) -> None:
    from django.conf import settings  # noqa: PLC0415

    first = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://localhost:8000")
    typer.echo(
        str(
            Message(
                "{email} sets a password here, once, within three days "
                "(put your own address before it if it is another):",
                email=person.email,
            )
        )
    )
    typer.echo(f"{first}{path}")
