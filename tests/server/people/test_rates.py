"""Requests are counted in a minute: by all processes together on PostgreSQL."""

import threading
import time

import pytest
from django.db import connection, connections

from tanyuan.server.base.rest import Stopped
from tanyuan.server.people import rates
from tanyuan.server.people.models import RequestCount

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one process; PostgreSQL runs this"
)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    now = [1_000_000 * 60]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


@pytest.mark.django_db
def test_the_limit_holds_for_a_minute(rf, settings, clock):
    settings.API_RATES = {"key": 2}
    for left in (1, 0):
        request = rf.get("/")
        rates.count(request, "key", "a")
        assert request.tanyuan_rate.headers["X-RateLimit-Remaining"] == str(left)
    with pytest.raises(Stopped) as stopped:
        rates.count(rf.get("/"), "key", "a")
    assert (stopped.value.status, stopped.value.headers["Retry-After"]) == (429, "60")
    rates.count(rf.get("/"), "key", "b")
    clock[0] += 60
    rates.count(rf.get("/"), "key", "a")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_several_connections_count_together():
    def work():
        for _ in range(50):
            rates._in_table("key:a", 7)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rates._in_table("key:a", 7) == 201


@on_postgresql
@pytest.mark.django_db
def test_callers_who_have_gone_are_pruned():
    for caller in ("a", "b", "c"):
        rates._in_table(caller, 7)
    rates._in_table("a", 8)
    assert RequestCount.objects.count() == 3
    rates._in_table("a", 9)
    assert list(RequestCount.objects.values_list("caller", "minute", "used")) == [("a", 9, 1)]


@on_postgresql
@pytest.mark.django_db
def test_a_clock_that_is_behind_does_not_reset_the_count():
    assert [rates._in_table("a", minute) for minute in (8, 7, 8)] == [1, 2, 3]


@on_postgresql
@pytest.mark.django_db
def test_the_counters_cost_no_wait_for_the_disk():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'people_requestcount'")
        assert cursor.fetchone() == ("u",)


@on_postgresql
@pytest.mark.django_db
def test_processes_share_what_sign_in_remembers(settings):
    assert "DatabaseCache" in settings.CACHES["default"]["BACKEND"]
