"""What a person deleted is in the log until its time is over; then no page shows it and nobody brings it back."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.chain_check import check_chain
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.audit.sealer import has_unsealed, seal_log
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.undo import undo_url
from khcn.parties.models import Person
from khcn.parties.operations import merge_records, undo_merger
from khcn.privacy.operations.retention import KINDS, due_records, erase_due
from tests.factories.base import an_actor
from tests.factories.parties import PersonFactory
from tests.factories.registry import factory_of
from tests.privacy.test_retention import LONG_AGO, OLD, TODAY, at, confirm, confirmed, rules  # noqa: F401 -- fixtures
from tests.security.test_closed_links import close
from tests.web.conftest import words

pytestmark = pytest.mark.django_db
SECRETS = (OLD["phone"], OLD["email"])


def deleted(moment, record, reason="nhập nhầm"):
    """The key of a record that somebody deleted at this moment."""
    pk = record.pk
    with time_machine.travel(moment, tick=False), acting(SYSTEM, reason):
        record.delete()
    return pk


def deletion(pk):
    return ChangeEntry.objects.get(model="parties.person", object_id=str(pk), action="delete")


def read(client, pk):
    """What the pages say that show the log of a deleted person."""
    return [words(client.get(each)) for each in ("/log/", way_back(pk))]


def way_back(pk):
    return undo_url(register_of(Person), deletion(pk).pk)


def test_contacts_of_a_deleted_person_are_shown_until_their_time_is_over(confirmed, clock, sign_in):  # noqa: F811
    pk = deleted(datetime(2021, 12, 6, 5, tzinfo=UTC), at(LONG_AGO, PersonFactory, **OLD))
    client = sign_in(Role.ADMIN, "VP")
    assert all(secret in text for text in read(client, pk) for secret in SECRETS)
    assert erase_due(on=date(2026, 12, 5)) == 0
    assert erase_due(on=date(2026, 12, 7)) == 1
    assert erase_due(on=date(2026, 12, 8)) == 0
    texts = read(client, pk)
    assert not any(secret in text for text in texts for secret in (*SECRETS, "nhập nhầm"))
    assert all("(đã xóa theo thời hạn)" in text for text in texts)
    assert client.post(way_back(pk)).status_code == 409
    assert not Person.objects.exists()
    while has_unsealed():
        seal_log()
    assert check_chain().findings == []
    assert compare_records()[1] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.rule)
def test_every_kind_reaches_what_was_deleted(confirmed, clock, sign_in, kind):  # noqa: F811
    """Of what nobody may delete on screen as well: what the log holds is hidden alike."""
    record = at(LONG_AGO, factory_of(kind.model))
    texts = [name for name in kind.erased if not record._meta.get_field(name).is_relation]
    with time_machine.travel(LONG_AGO, tick=False), acting(SYSTEM):
        for name in texts:
            setattr(record, name, f"Kín{name}@tinh.gov.vn"[: record._meta.get_field(name).max_length])
        record.save()
    deleted(LONG_AGO, record)
    client = sign_in(Role.ADMIN, "VP")
    assert "Kín" in words(client.get(f"/log/?model={kind.model._meta.label_lower}"))
    assert erase_due(on=TODAY) >= 1
    assert "Kín" not in words(client.get(f"/log/?model={kind.model._meta.label_lower}"))
    assert erase_due(on=TODAY) == 0
    assert compare_records()[1] == []


def test_a_person_who_was_merged_and_set_apart_again_is_not_deleted(confirmed, clock):  # noqa: F811
    office = an_actor(Role.OFFICE, "VP")
    target, duplicate = at(LONG_AGO, PersonFactory), at(LONG_AGO, PersonFactory, **OLD)
    with time_machine.travel(LONG_AGO, tick=False):
        merge_records(target=target, duplicate=duplicate, actor=office, on=LONG_AGO.date())
    with time_machine.travel(datetime(2026, 11, 1, 5, tzinfo=UTC), tick=False):
        undo_merger(target=target, actor=office, on=date(2026, 11, 1))
    assert due_records(on=TODAY, actor=SYSTEM)[0].count == 0
    assert erase_due(on=TODAY) == 0


def test_the_page_names_them_before_as_far_as_the_reader_may_know_them(rules, clock, sign_in):  # noqa: F811
    pk = deleted(LONG_AGO, at(LONG_AGO, PersonFactory, **OLD))
    at(LONG_AGO, PersonFactory, full_name="Trần Thị Còn", phone="0987654321")
    confirm("privacy.contacts_term")
    client = sign_in(Role.ADMIN, "VP")
    text = words(client.get("/privacy/retention/"))
    assert "Nguyễn Văn Cũ (bản ghi đã bị xóa ngày 06/01/2020)" in text
    assert "Trần Thị Còn" in text
    close("parties.person")
    text = words(client.get("/privacy/retention/"))
    assert f"số {pk} (bản ghi đã bị xóa ngày 06/01/2020)" in text
    assert "Nguyễn Văn Cũ" not in text
    assert "Trần Thị Còn" not in text
