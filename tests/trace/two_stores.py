"""Two installations on two PostgreSQL servers, and one store that has the events of both: what they must agree with.

The programs run in this process. Whose installation it is, is which database is called "default".
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.models import QuerySet
from django.test import override_settings

from khcn.config.database_addresses import application_database
from khcn.config.provinces import alias_of, other_provinces
from khcn.config.provinces import replica as replica_of
from khcn.epcis import Time
from khcn.trace.models import TraceParty
from khcn.trace.store import write_events
from khcn.trace.store.database import postgres as statements
from khcn.trace.store.database import stores
from tests.own_database import copy_of, is_copied, migrate, postgresql_database, postgresql_server

HERE, THERE, MINISTRY = "04", "24", "TW"
"""The codes of the two provinces; the store that has everything is of the first. The third installation only looks at both."""

FIRST_EVENTS = 10_000
"""So many ids of events are left free for the events of one capture."""


class Installation:
    """A store of a province; `others` are the addresses of the stores that it asks, by the codes of their provinces."""

    def __init__(self, code, address):
        self.code, self.address = code, address
        self.others = {}
        self.replica = None

    @contextmanager
    def running(self):
        """This process is one of this installation."""
        known = connections.settings
        before = {alias: known[alias] for alias in known}
        connection = connections["default"]
        # with the options of an installation, such as no compiled statements
        own = application_database(self.address)
        text = " ".join(f"{code}={address}" for code, address in self.others.items())
        others = other_provinces(text, own_code=self.code, own=own)
        aliases = {code: alias_of(code) for code in others}
        databases = {"default": own, **{aliases[code]: each for code, each in others.items()}}
        if self.replica:
            databases["replica"] = replica_of(self.replica, own=own)
        known.update(connections.configure_settings(databases))
        del connections["default"]
        ContentType.objects.clear_cache()
        stores.other_stores.cache_clear()
        stores._own_slot.cache_clear()
        try:
            # a busy machine is no reason to leave a store out; the test of slow ones sets its own limit
            with override_settings(PROVINCE=self.code, PROVINCES=aliases, PROVINCE_SECONDS=60.0):
                yield
        finally:
            with override_settings(PROVINCES=aliases):
                for each in stores.other_stores():
                    each.end()
            connections["default"].close()
            connections["default"] = connection
            if self.replica:
                connections["replica"].close()
                del connections["replica"]
            known.clear()
            known.update(before)
            ContentType.objects.clear_cache()
            stores.other_stores.cache_clear()
            stores._own_slot.cache_clear()

    def capture(self, batches):
        """Store events: of each batch the place in the order of capture, the party, and the events."""
        with self.running():
            for place, owner, events in batches:
                numbers = iter(range((place + 1) * FIRST_EVENTS, (place + 2) * FIRST_EVENTS))
                minute, hour = place % 60, 10 + place // 60
                at = Time(f"2026-10-29T{hour:02}:{minute:02}:00Z")
                given = statements.next_event_ids
                statements.next_event_ids = lambda count, numbers=numbers: [
                    next(numbers) for _ in range(count)
                ]
                try:
                    with transaction.atomic():
                        write_events(events, at=at, owner=owner, job=0)
                finally:
                    statements.next_event_ids = given

    def register(self, parties):
        """Put parties in its register, with their keys."""
        with self.running():
            QuerySet(TraceParty).bulk_create(parties)


class Servers:
    """Two PostgreSQL servers; the first has the store with everything too."""

    def __init__(self, stack: ExitStack) -> None:
        first = stack.enter_context(postgresql_database())
        if not is_copied():
            migrate(first)
        self._second = stack.enter_context(ExitStack())
        second = self._second.enter_context(postgresql_server())
        with psycopg.connect(second) as connection:
            connection.execute("UPDATE kernel_id_slots_idslot SET slot = 1")
        self.here, self.there = Installation(HERE, first), Installation(THERE, second)
        self.merged = Installation(HERE, stack.enter_context(copy_of(first)))
        self.ministry = Installation(MINISTRY, stack.enter_context(copy_of(first)))
        with psycopg.connect(self.ministry.address) as connection:
            connection.execute("UPDATE kernel_id_slots_idslot SET slot = 2")
        self.ministry.others = {HERE: first, THERE: second}
        self.here.others = {THERE: second}
        self.there.others = {HERE: first}

    def stop_there(self):
        """The server of the other province ends."""
        self._second.close()
