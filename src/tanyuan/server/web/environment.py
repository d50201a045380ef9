"""Typed readers of the environment; a bad value stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingError(Exception):
    """A setting that cannot be used; the message says which, why, and what to write."""


def text(name: str, default: str) -> str:
    """A text; the default where the variable is not set."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """Yes or no."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise SettingError(f"{name} is “{value}”; write yes or no")
    return value in _TRUE


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within limits."""
    value = os.environ.get(name, str(default)).strip()
    if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
        raise SettingError(f"{name} is “{value}”; write a whole number from {least} to {most}")
    return int(value)


def names(name: str, default: str) -> list[str]:
    """Names separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(folder: Path, name: str) -> str:
    """A secret of its own file, made at the first start and readable by its owner alone."""
    file = folder / name
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_urlsafe(48))
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise SettingError(f"{file} can be read by others; run: chmod 600 {file}")
    found = file.read_text().strip()
    if not found:
        raise SettingError(f"{file} is empty; take it away and a new secret is made")
    return found
