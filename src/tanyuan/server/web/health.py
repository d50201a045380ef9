"""The state of the server in a few values."""

from __future__ import annotations

import shutil
import sqlite3
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from tanyuan.server.base.models import Job
from tanyuan.server.web.gates import SAFE_SQLITE, on_sqlite
from tanyuan.version import VERSION

_LEAST_FREE = 1024**3
_LONGEST_WAIT = 300


def state() -> dict[str, Any]:
    """Version, database, jobs and disk; `ok` is false where something cannot work."""
    warnings: list[str] = []
    database = _database(warnings)
    jobs = _jobs(warnings) if database["ok"] else {}
    disk = _disk(warnings)
    return {
        "ok": database["ok"] and disk["ok"],
        "version": VERSION,
        "database": database,
        "jobs": jobs,
        "disk": disk,
        "warnings": warnings,
    }


def _database(warnings: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": connection.vendor, "ok": True}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        found["ok"] = False
        warnings.append("the database does not answer")
    if on_sqlite():
        found["sqlite"] = sqlite3.sqlite_version
        if sqlite3.sqlite_version_info < SAFE_SQLITE:
            safe = ".".join(map(str, SAFE_SQLITE))
            warnings.append(f"SQLite {sqlite3.sqlite_version} is older than {safe}")
    return found


def _jobs(warnings: list[str]) -> dict[str, Any]:
    """How many jobs wait and run, and how long the oldest has waited: the age of the loop."""
    open_jobs = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
    rows = list(open_jobs.values_list("state", "created_at"))
    waiting = [at for status, at in rows if status == Job.State.WAITING]
    age = (timezone.now() - min(waiting)).total_seconds() if waiting else 0.0
    if age > _LONGEST_WAIT:
        warnings.append("a job has waited for more than five minutes; is a worker running?")
    running = len(rows) - len(waiting)
    return {"waiting": len(waiting), "running": running, "oldest_waits_seconds": round(age)}


def _disk(warnings: list[str]) -> dict[str, Any]:
    """Free space where the data is kept."""
    folder = settings.DATA
    try:
        free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    except OSError:
        warnings.append("the data folder cannot be read")
        return {"ok": False}
    if free < _LEAST_FREE:
        warnings.append("less than 1 GiB is free where the data is kept")
    return {"ok": free > _LEAST_FREE // 16, "free_gib": round(free / 1024**3, 1)}
