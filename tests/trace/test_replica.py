"""Public pages are read from a real streaming standby while it follows closely, everything else never (docs/adr/0033)."""

import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khcn.config.provinces import replica
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.operations.page_writing import write_pages
from khcn.trace.store.database import replica as watched
from khcn.trace.store.database.replica import ReplicaWatch
from khcn.trace.views import public_views
from tests.own_database import binaries, postgresql_server
from tests.trace.border_chains import MEMBERS
from tests.trace.two_stores import HERE, Installation
from tools import postgres

LABEL, LOT = "/01/09521234000013/21/X1", "/01/09521234000013/10/L1"
GOODS = f"https://id.gs1.org{LABEL}"
MAKER = MEMBERS[0]


class Standby:
    """A copy of a server that streams its log."""

    def __init__(self, primary):
        self.stack = ExitStack()
        home = Path(tempfile.mkdtemp(prefix="khcn-standby-", dir="/tmp"))
        self.stack.callback(shutil.rmtree, home, ignore_errors=True)
        account = postgres._account()
        if account:
            shutil.chown(home, account["user"], account["group"])
        socket = unquote(urlsplit(primary).netloc.partition("@")[2])
        data = home / "data"
        subprocess.run(
            [
                binaries() / "pg_basebackup",
                "-D",
                data,
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "-h",
                socket,
                "-U",
                "khcn",
            ],
            check=True,
            capture_output=True,
            timeout=120,
            cwd=home,
            **account,
        )
        self.address = self.stack.enter_context(postgres.server(binaries(), stored_in=data))

    def pause(self):
        """It replays nothing any more: what is asked for comes with the next record."""
        self.do("SELECT pg_wal_replay_pause()")
        for _attempt in range(3000):
            if self.do("SELECT pg_get_wal_replay_pause_state()") == ("paused",):
                return
            sleep(0.01)
        pytest.fail("the standby does not pause")

    def do(self, statement):
        with psycopg.connect(self.address, autocommit=True) as connection:
            return connection.execute(statement).fetchone()


@pytest.fixture
def world(django_db_blocker, monkeypatch):
    """An installation with a standby; a clock for what is known of the standby."""
    with ExitStack() as stack, django_db_blocker.unblock():
        installation = Installation(HERE, stack.enter_context(postgresql_server()))
        installation.register([MAKER.row()])
        installation.capture([(0, MAKER.pk, [reported(1, action="ADD", bizStep="commissioning")])])
        standby = Standby(installation.address)
        stack.callback(standby.stack.close)
        installation.replica = standby.address
        clock = [1000.0]
        monkeypatch.setattr(watched, "monotonic", lambda: clock[0])
        monkeypatch.setattr(public_views, "WATCH", ReplicaWatch())
        with installation.running():
            yield installation, standby, clock


def reported(day, **fields):
    tree = {
        "type": "ObjectEvent",
        "eventTime": f"2026-10-{day:02}T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "eventID": f"urn:example:{day}",
        "epcList": [GOODS],
        **fields,
    }
    return decode_event({name: value for name, value in tree.items() if value is not None}, Names({}))


def flush(installation):
    """The server's log is on the disk, as after each commit of an installation; these servers do not wait for it."""
    with psycopg.connect(installation.address, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("SELECT pg_logical_emit_message(true, 'khcn', '')")


def until_followed(installation, standby):
    """The standby has replayed all that the server has written."""
    flush(installation)
    with psycopg.connect(installation.address, autocommit=True) as connection:
        (written,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
    for _attempt in range(3000):
        if standby.do(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0]:
            return
        sleep(0.01)
    pytest.fail("the standby does not follow")


@pytest.mark.xdist_group("programs")
def test_public_pages_are_read_from_the_standby_while_it_follows(world):
    installation, standby, clock = world

    def is_recalled():
        answer = Client().get(LABEL)
        assert answer.status_code == 200
        assert "Cơ sở A" in answer.content.decode()
        return "THU HỒI" in answer.content.decode()

    until_followed(installation, standby)
    assert (is_recalled(), public_views.WATCH.alias()) == (False, "replica")
    standby.pause()
    installation.capture([(1, MAKER.pk, [reported(2, action="OBSERVE", disposition="recalled")])])
    flush(installation)
    clock[0] += 2
    assert (is_recalled(), public_views.WATCH.alias()) == (
        False,
        "replica",
    )  # it is a little behind, as it may be
    clock[0] += 4
    assert (is_recalled(), public_views.WATCH.alias()) == (
        True,
        "default",
    )  # too far: the server itself is asked
    standby.do("SELECT pg_wal_replay_resume()")
    until_followed(installation, standby)
    clock[0] += 1
    assert (is_recalled(), public_views.WATCH.alias()) == (True, "replica")
    standby.stack.close()
    assert (is_recalled(), public_views.WATCH.alias()) == (True, "default")  # it is away
    clock[0] += 60
    assert (is_recalled(), public_views.WATCH.alias()) == (True, "default")


@pytest.mark.xdist_group("programs")
def test_a_page_that_was_made_from_the_standby_is_stored_and_not_answered_after_a_change(world):
    installation, standby, clock = world
    lot = {"quantityList": [{"epcClass": f"https://id.gs1.org{LOT}"}], "epcList": None}

    def asked():
        """Whether the page says that the lot is recalled, and how many statements it took."""
        with (
            CaptureQueriesContext(connections["default"]) as here,
            CaptureQueriesContext(connections["replica"]) as there,
        ):
            answer = Client().get(LOT)
        assert answer.status_code == 200
        return "THU HỒI" in answer.content.decode(), len(here) + len(there)

    PAGES.take()
    installation.capture([(1, MAKER.pk, [reported(3, action="ADD", bizStep="commissioning", **lot)])])
    until_followed(installation, standby)
    asked()
    write_pages()
    until_followed(installation, standby)
    assert (asked(), public_views.WATCH.alias()) == ((False, 1), "replica")
    standby.pause()
    installation.capture([(2, MAKER.pk, [reported(4, action="OBSERVE", disposition="recalled", **lot)])])
    flush(installation)
    assert asked() == (False, 1)  # a little behind, as the standby may be
    clock[0] += 7
    is_recalled, statements = asked()
    assert (is_recalled, statements > 1, public_views.WATCH.alias()) == (True, True, "default")
    write_pages()
    assert asked() == (True, 1)
    standby.do("SELECT pg_wal_replay_resume()")
    until_followed(installation, standby)
    clock[0] += 1
    recalled = asked()
    assert (recalled[0], public_views.WATCH.alias()) == (True, "replica")


def test_what_was_found_long_ago_does_not_count_while_a_request_looks_again(monkeypatch):
    watch, clock, while_looking = ReplicaWatch(), [1000.0], []

    def fetch(_statement, alias="default"):
        if alias == "default":
            while_looking.append(watch.alias())  # another request
        return [(100,)]

    monkeypatch.setattr(watched, "monotonic", lambda: clock[0])
    monkeypatch.setattr(watched, "connections", SimpleNamespace(settings={"replica": {}}))
    monkeypatch.setattr(watched, "fetch", fetch)
    assert (watch.alias(), while_looking) == ("replica", ["default"])
    clock[0] += 0.5
    assert (watch.alias(), while_looking) == ("replica", ["default"])
    clock[0] += 3600  # nobody asked for an hour
    assert (watch.alias(), while_looking) == ("replica", ["default"] * 2)


POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "khcn"}


def test_the_standby_is_one_of_the_own_database_and_read_only():
    found = replica("postgresql://khcn@10.0.0.6/khcn", own=POSTGRES)
    assert "default_transaction_read_only=on" in found["OPTIONS"]["options"]
    assert found["ATOMIC_REQUESTS"] is False
    for text, own in (
        ("postgresql://khcn@10.0.0.6/other", POSTGRES),
        ("nonsense", POSTGRES),
        ("sqlite:///khcn", POSTGRES),
        ("postgresql://khcn@10.0.0.6/khcn", {"ENGINE": "django.db.backends.sqlite3", "NAME": "khcn"}),
    ):
        with pytest.raises(ImproperlyConfigured, match="KHCN_REPLICA_URL"):
            replica(text, own=own)
