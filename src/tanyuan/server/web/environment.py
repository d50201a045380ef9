"""Typed readers of the environment; a bad value stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tanyuan.languages import Message

_SIGNS_OF_USE = ("tanyuan.sqlite3", "files")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingError(Exception):
    """A setting that cannot be used; the message says which, why, and what to write."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))


def text(name: str, default: str) -> str:
    """A text; the default where the variable is not set."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """Yes or no."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise SettingError(Message("{name} is “{value}”; write yes or no", name=name, value=value))
    return value in _TRUE


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within limits."""
    value = os.environ.get(name, str(default)).strip()
    if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
        raise SettingError(
            Message(
                "{name} is “{value}”; write a whole number from {least} to {most}",
                name=name,
                value=value,
                least=least,
                most=most,
            )
        )
    return int(value)


def names(name: str, default: str) -> list[str]:
    """Names separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(folder: Path, name: str) -> str:
    """A secret of its own file, made at the first start and readable by its owner alone.

    Where the data folder is in use already, a missing secret was lost, and none is made in its
    stead without being asked for.
    """
    file = folder / name
    if not file.exists():
        if any((folder.parent / sign).exists() for sign in _SIGNS_OF_USE):
            raise SettingError(
                Message(
                    "{file} is missing, though this data folder is in use. Put it back from the "
                    "backup. A new one ends every session: "
                    "openssl rand -base64 48 > {file}; chmod 600 {file}",
                    file=file,
                )
            )
        _write_secret(file)
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise SettingError(
            Message("{file} can be read by others; run: chmod 600 {file}", file=file)
        )
    found = file.read_text().strip()
    if not found:
        raise SettingError(
            Message(
                "{file} is empty. A new one ends every session: openssl rand -base64 48 > {file}",
                file=file,
            )
        )
    return found


def _write_secret(file: Path) -> None:
    """Make a secret; whoever comes first at two starts at once has made it, and it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f".{file.name}-{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as target:
        target.write(secrets.token_urlsafe(48))
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()
