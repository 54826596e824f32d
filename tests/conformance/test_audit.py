"""Every write of every record leaves exactly one entry in a chain that holds; no write goes without an actor."""

import pytest
from django.db import transaction

from khcn.kernel.actors import SYSTEM, NoActorError, Role, acting
from khcn.kernel.audit.audited import SilentWriteError
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_insert, bulk_remove
from khcn.kernel.audit.jobs import verify_log_job
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from tests.conformance.given import REGISTERS
from tests.factories.base import an_actor
from tests.factories.registry import factory_of

pytestmark = pytest.mark.django_db


def code_that_writes(register):
    """What decides how rows of the register are written and logged: equal for nearly all of them."""
    model, rows = register.model, type(register.model.objects.all())
    closed = [getattr(rows, name) for name in ("update", "bulk_create", "bulk_update", "delete")]
    return model.save, model.delete, model.derive, *closed, model.unlogged, model.masked, model.derived


ONE_OF_EACH = list({code_that_writes(register): register for register in reversed(REGISTERS)}.values())
# That every column of every register can be logged is what the first test asks; these ask what is the same code for many.
each_code_that_writes = pytest.mark.parametrize(
    "register", ONE_OF_EACH, ids=[register.name for register in ONE_OF_EACH]
)
CLERK = an_actor(Role.OFFICER, "QLKH", user_id=11, label="Trần Văn Ghi")


def log_of(register):
    """Actions logged for the register's model, oldest first."""
    return list(
        ChangeEntry.objects.filter(model=register.name).order_by("pk").values_list("action", "object_id")
    )


def test_each_write_leaves_exactly_one_entry():
    for register in REGISTERS:
        record = factory_of(register.model)()
        key = str(record.pk)
        before = log_of(register)
        assert before.count((LoggedAction.CREATE, key)) == 1, register.name
        with acting(CLERK, "sửa thử"):
            record.illustrative = ["*"]
            record.save()
            record.save()  # nothing new: nothing to log
            record.delete()
        assert log_of(register) == [*before, (LoggedAction.UPDATE, key), (LoggedAction.DELETE, key)]
        update = ChangeEntry.objects.get(model=register.name, object_id=key, action=LoggedAction.UPDATE)
        assert (update.before, update.after) == ({"illustrative": []}, {"illustrative": ["*"]}), register.name
        assert (update.actor_id, update.actor_label, update.reason) == (11, "Trần Văn Ghi", "sửa thử")
    verify_log_job()


@each_code_that_writes
def test_set_wise_writes_leave_one_entry_for_each_row(register):
    records = [factory_of(register.model)() for _each in range(3)]
    with acting(CLERK):
        for record in records:
            record.delete()
            record.pk = None
        before = log_of(register)
        bulk_insert(records)
        keys = [str(record.pk) for record in records]
        assert log_of(register) == [*before, *((LoggedAction.CREATE, key) for key in keys)]
        records[0].illustrative = records[2].illustrative = ["*"]
        assert bulk_change(records, ["illustrative"]) == 2
        assert log_of(register)[-2:] == [(LoggedAction.UPDATE, keys[0]), (LoggedAction.UPDATE, keys[2])]
        assert len(log_of(register)) == len(before) + 5
        assert bulk_change(records, ["illustrative"]) == 0
        assert len(log_of(register)) == len(before) + 5
        assert register.model.objects.filter(illustrative=["*"]).count() == 2
        bulk_remove(records)
        assert log_of(register)[-3:] == [(LoggedAction.DELETE, key) for key in keys]
        assert len(log_of(register)) == len(before) + 8
    assert not register.model.objects.filter(pk__in=keys).exists()
    verify_log_job()


@each_code_that_writes
def test_nothing_is_written_without_an_actor(register):
    record = factory_of(register.model)()
    logged = log_of(register)
    record.illustrative = ["*"]
    for write in (record.save, record.delete, lambda: bulk_change([record], ["illustrative"])):
        with pytest.raises(NoActorError), transaction.atomic():
            write()
    record.pk = None
    with acting(SYSTEM):
        type(record).objects.all().delete()
    gone = log_of(register)
    with pytest.raises(NoActorError), transaction.atomic():
        bulk_insert([record])
    with pytest.raises(NoActorError), transaction.atomic():
        bulk_remove([record])
    assert not type(record).objects.exists()
    assert log_of(register) == gone != logged


@each_code_that_writes
def test_silent_set_wise_writes_are_closed(register):
    record = factory_of(register.model)()
    for write in (
        lambda: register.model.objects.update(province="19"),
        lambda: register.model.objects.bulk_create([record]),
        lambda: register.model.objects.bulk_update([record], ["province"]),
    ):
        with acting(CLERK), pytest.raises(SilentWriteError):
            write()
    record.refresh_from_db()
    assert record.province == "06"
