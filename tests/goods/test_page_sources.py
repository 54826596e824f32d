"""Whatever a public page is made from raises the stamp of stored pages when it changes; so a stored page is always the one that would be made."""

import random
import re
from contextlib import suppress
from itertools import count

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from khcn.goods.models import ProductCertificate, ProductGroup, TradeItem
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment
from khcn.parties.models import Organisation
from khcn.reference.models import AdminUnit
from khcn.trace.models import MasterRecord, PageStamp, StoredPage, TraceParty
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.operations.page_writing import write_pages
from khcn.trace.store.page_triggers import watched_tables
from tests.factories.goods import LocationFactory
from tests.factories.reference import AdminUnitSuccessionFactory
from tests.goods.public_given import complete, made_lot, publish
from tests.goods.test_diary import of, take, write
from tests.trace.public_given import NOODLES, ROOTS, Parties, noodles, observed, send, visitor
from tests.trace.public_given import of as goods_of
from tests.trace.rest_given import GROWER

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db
TELEPHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10)", "Accept": "text/html"}
WITH_EVENTS = {"trace_eventobject", "trace_identity", "trace_lineageedgeend", "trace_partyobject"}
"""Their rows are written in the transaction that writes the event they are about, which raises the stamp."""

OF_STORED_PAGES = {"trace_pagestamp", "trace_storedpage"}
NOT_SHOWN = {"kernel_files_storedfilereading"}
"""Read with the row of an attached file, and of no page: whether the file was read for the search."""


@pytest.fixture(autouse=True)
def _nothing_waits():
    PAGES.take()
    yield
    PAGES.take()


def stamp():
    return PageStamp.objects.aggregate(sum=Sum("changes"))["sum"] or 0


def content(visitor, path):
    return visitor.get(path, headers=TELEPHONE).content


def test_every_table_that_pages_read_has_its_changes_noticed(visitor):
    lot, hidden = made_lot(), made_lot()
    complete(lot)
    complete(hidden)
    publish(lot)
    parties = Parties()
    noodles(parties)
    recall = observed(30, 17, "holding", GROWER, quantityList=goods_of(ROOTS), disposition="recalled")
    send(parties.province, recall)
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    read = set()
    for thing in (NOODLES, ROOTS):
        path = thing.removeprefix("https://id.gs1.org")
        for each in (path, path.partition("/10/")[0]):
            read |= tables_of(visitor, each)
    for each in (lot.public_path, lot.item.public_path, hidden.public_path, hidden.item.public_path):
        read |= tables_of(visitor, each)
    read &= known
    assert {"trace_event", "trace_traceparty", "goods_lot", "goods_productcertificate"} <= read
    assert read - WITH_EVENTS - OF_STORED_PAGES - NOT_SHOWN <= watched_tables().keys()


def tables_of(visitor, path):
    with CaptureQueriesContext(connection) as found:
        content(visitor, path)
    return {
        word for each in found.captured_queries for word in re.findall(r"[a-z]+(?:_[a-z]+)+", each["sql"])
    }


def test_each_statement_on_a_table_of_pages_raises_the_stamp(visitor):
    lot = made_lot()
    complete(lot)
    noodles(Parties())
    AdminUnitSuccessionFactory()
    models = {model._meta.db_table: model for model in apps.get_models()}
    assert watched_tables().keys() <= models.keys()
    for table, verbs in watched_tables().items():
        fields = [each for each in models[table]._meta.concrete_fields if not each.generated]
        columns = ", ".join(connection.ops.quote_name(each.column) for each in fields)
        first = connection.ops.quote_name(fields[-1].column)
        statements = {
            "UPDATE": f"UPDATE {table} SET {first} = {first}",
            "DELETE": f"DELETE FROM {table}",
            "INSERT": f"INSERT INTO {table} ({columns}) SELECT {columns} FROM same_rows",
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE same_rows AS SELECT * FROM {table}")
            for verb, statement in statements.items():
                before = stamp()
                cursor.execute(statement)
                assert cursor.rowcount > 0, f"the test has no row of {table}"
                if verb in verbs:
                    assert stamp() > before, f"{verb} {table}"
            transaction.set_rollback(True)


def test_rows_that_may_be_there_already_raise_the_stamp_too(visitor):
    noodles(Parties())
    usual = {
        "vocabulary": "urn:x",
        "thing": NOODLES,
        "owner": 1,
        "body": "{}",
        "recorded_at": "2026-09-01T00:00:00Z",
    }
    for number in range(2):
        before = stamp()
        MasterRecord.objects.bulk_create(
            [MasterRecord(**usual, body_hash=bytes([number] * 16))], ignore_conflicts=True
        )
        assert stamp() > before


def changes_of(lot, entry, certificate):
    """What may be done to a published lot, each as often as one likes."""
    maker = of(lot.item.organisation)
    place = LocationFactory(organisation=lot.item.organisation)
    numbers = count(1)
    is_published = True

    def publication():
        nonlocal is_published
        with suppress(Refused):  # not ready any more, when its picture is gone
            if is_published:
                take(lot, "withdraw-publication", maker, reason="Nhãn in sai")
            else:
                publish(lot)
            is_published = not is_published

    def changed(rows, field):
        def change():
            row = rows.get()
            setattr(row, field, f"Chữ mới {next(numbers)}")
            row.save()

        return change

    return [
        publication,
        lambda: write(lot, place, "harvest", next(numbers), maker),
        changed(TraceParty.objects.filter(organisation=lot.item.organisation), "name"),
        changed(TradeItem.objects.filter(pk=lot.item_id), "standards"),
        changed(ProductGroup.objects.filter(pk=lot.item.group_id), "name"),
        changed(ProductCertificate.objects.filter(pk=certificate.pk), "number"),
        changed(Organisation.objects.filter(pk=lot.item.organisation_id), "name"),
        changed(AdminUnit.objects.filter(pk=entry.location.admin_unit_id), "name"),
        lambda: [each.delete() for each in Attachment.objects.order_by("pk")[:1]],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_stored_page_is_always_the_one_that_would_be_made_now(visitor, seed):
    """In any order of changes and look-ups; pages are also stored after a change that came when they had been made."""
    chance = random.Random(seed)
    lot, other = made_lot(), made_lot()
    entry, certificate, _picture, _photo = complete(lot)
    complete(other)
    publish(lot)
    publish(other)
    changes = changes_of(lot, entry, certificate)
    paths = [lot.public_path, lot.item.public_path, other.public_path]
    hits = 0
    for _each in range(40):
        if chance.random() < 0.3:
            with acting(SYSTEM):
                chance.choice(changes)()
        if chance.random() < 0.7:
            write_pages()
        path = chance.choice(paths)
        with CaptureQueriesContext(connection) as statements:
            answered = content(visitor, path)
        hits += len(statements) == 1
        rows, waiting = list(StoredPage.objects.all()), PAGES.take()
        StoredPage.objects.all().delete()
        assert answered == content(visitor, path), path
        PAGES.take()
        StoredPage.objects.bulk_create(rows)
        for each in waiting:
            PAGES.put(*each)
    assert hits
