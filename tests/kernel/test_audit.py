"""The change log: what an entry says, and what each way of writing writes. Its proof is in test_verify.py."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, NoActorError, Role, acting, current_act
from khcn.kernel.audit import bulk_writes, projections
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_insert, bulk_remove
from khcn.kernel.audit.jobs import verify_log_job
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.row_locks import locked, locked_all
from khcn.kernel.query_chunks import chunks
from khcn.parties.models import Organisation
from khcn.science.models import PilotModel, ScienceTask
from tests.factories.parties import OrganisationFactory
from tests.factories.science import PilotModelFactory, ScienceTaskFactory

CLERK = Actor(5, "Lê Thị Ghi", Role.OFFICER, 3, "QLKH", kind=ActorKind.STAFF)


def entries(model="parties.organisation"):
    return ChangeEntry.objects.filter(model=model).order_by("pk")


@pytest.mark.django_db
def test_an_entry_says_who_what_why_and_both_sides():
    with acting(CLERK, "theo công văn"):
        made = Organisation.objects.create(name="Sở A", kind="state_body")
        made.name = "Sở B"
        made.save()
        made.delete()
    create, update, delete = entries()
    assert {entry.actor_label for entry in entries()} == {"Lê Thị Ghi"}
    assert {(entry.actor_id, entry.reason) for entry in entries()} == {(5, "theo công văn")}
    assert len({entry.batch for entry in entries()}) == 1
    assert create.before is None
    assert (create.after["name"], create.after["kind"]) == ("Sở A", "state_body")
    assert not {"sort_key", "created_at", "updated_at"} & set(create.after)
    assert (update.before, update.after) == ({"name": "Sở A"}, {"name": "Sở B"})
    assert (delete.before["name"], delete.after) == ("Sở B", None)
    assert (create.object_label, delete.object_label) == ("Sở A", "Sở B")


@pytest.mark.django_db
def test_values_are_logged_as_they_come_back_from_the_database():
    task = ScienceTaskFactory(budget_total=45_998_409)
    model = PilotModelFactory(task=task, area_ha="10.50")
    before = entries("science.pilotmodel").count()
    with acting(SYSTEM):
        again = type(model).objects.get(pk=model.pk)
        again.save()
        again.area_ha = 10.5
        again.save()
    assert entries("science.pilotmodel").count() == before
    assert entries("science.pilotmodel").get().after["area_ha"] == "10.5"
    assert entries("science.sciencetask").get().after["budget_total"] == 45_998_409


@pytest.mark.django_db
def test_derived_columns_are_written_without_an_entry():
    made = OrganisationFactory(name="Trạm Đồn Đèn")
    QuerySet(Organisation).filter(pk=made.pk).update(sort_key="cũ")  # behind the log's back
    count = ChangeEntry.objects.count()
    with acting(SYSTEM):
        Organisation.objects.get(pk=made.pk).save()
    assert Organisation.objects.get(pk=made.pk).sort_key == made.sort_key
    assert ChangeEntry.objects.count() == count


@pytest.mark.django_db
def test_bulk_change_writes_and_logs_only_the_named_columns():
    made = [OrganisationFactory(name=f"Sở {n}") for n in range(3)]
    for record in made:
        record.name, record.address = f"Sở mới {record.pk}", "nơi khác"
    count = ChangeEntry.objects.count()
    with acting(CLERK):
        assert bulk_change(made, ["name"]) == 3
    assert list(Organisation.objects.order_by("pk").values_list("name", "address")) == [
        (f"Sở mới {record.pk}", "") for record in made
    ]
    assert [sorted(entry.after) for entry in ChangeEntry.objects.order_by("pk")[count:]] == [["name"]] * 3
    verify_log_job()


@pytest.mark.django_db
def test_records_inserted_in_pieces_are_stored_and_logged_like_single_ones(monkeypatch):
    monkeypatch.setattr(bulk_writes, "chunks", partial(chunks, size=2))
    names, places = "ABCDE", ("số 1", "số 1", "số 2", "số 1", "")
    made = [Organisation(name=name, address=place) for name, place in zip(names, places, strict=True)]
    with acting(CLERK):
        bulk_insert(made)
    rows = list(zip([each.pk for each in made], names, places, strict=True))
    assert list(Organisation.objects.order_by("pk").values_list("pk", "name", "address")) == rows
    logged = [(int(each.object_id), each.object_label, each.after["address"]) for each in entries()]
    assert (logged, {each.action for each in entries()}) == (rows, {"create"})
    verify_log_job()


@pytest.mark.django_db
def test_only_new_records_are_inserted_and_only_with_stored_links():
    stored = OrganisationFactory()
    with acting(SYSTEM):
        with pytest.raises(ValueError, match="only the database gives keys"):
            bulk_insert([Organisation(name="Sở A"), stored])
        with pytest.raises(ValueError, match="unsaved related object 'task'"):
            bulk_insert([PilotModel(task=ScienceTask(code="NV-1"))])
    assert (Organisation.objects.get(), PilotModel.objects.count()) == (stored, 0)


@pytest.mark.django_db
def test_a_write_that_is_rolled_back_leaves_no_entry():
    count = ChangeEntry.objects.count()

    def insert_and_fail():
        with acting(SYSTEM), transaction.atomic():
            bulk_insert([Organisation(name="Sở A")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        insert_and_fail()
    assert ChangeEntry.objects.count() == count
    assert not Organisation.objects.exists()
    verify_log_job()


def test_acts_are_nested_and_share_the_outer_batch():
    with pytest.raises(NoActorError):
        current_act()
    with acting(CLERK, "ngoài") as outer:
        with acting(SYSTEM, "trong") as inner:
            assert current_act() is inner
            assert inner.batch == outer.batch
            assert (inner.actor, inner.reason) == (SYSTEM, "trong")
        assert current_act() is outer
    with pytest.raises(NoActorError):
        current_act()
    with acting(CLERK) as other:
        assert other.batch != outer.batch
        with acting(CLERK, new_batch=True) as apart:
            assert apart.batch != other.batch


@pytest.mark.django_db
def test_locked_gives_the_stored_row_and_not_the_one_at_hand():
    made = OrganisationFactory(name="Sở A")
    made.name = "chưa lưu"
    assert locked(Organisation, made.pk).name == "Sở A"
    with pytest.raises(Organisation.DoesNotExist):
        locked(Organisation, made.pk + 1)
    other = OrganisationFactory()
    assert locked_all(Organisation, [other.pk, other.pk + 1, made.pk, made.pk]) == [made, other]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" in str(connection.vendor), reason="on SQLite a writing transaction is alone")
def test_a_locked_row_is_waited_for():
    made = OrganisationFactory(name="Sở A")
    seen = []

    def second():
        try:
            with transaction.atomic():
                seen.append(locked(Organisation, made.pk).name)
        finally:
            connection.close()

    other = threading.Thread(target=second)
    with acting(CLERK), transaction.atomic():
        first = locked(Organisation, made.pk)
        other.start()
        other.join(0.3)
        assert seen == []
        first.name = "Sở B"
        first.save()
    other.join(120)
    assert seen == ["Sở B"]


@pytest.mark.django_db
def test_what_is_deleted_is_logged_as_it_was_stored():
    made = OrganisationFactory(name="Sở A")
    stale = Organisation.objects.get(pk=made.pk)
    made.name = "Sở B"
    with acting(CLERK):
        made.save()
        stale.delete()
        assert stale.pk is None
        twice = Organisation(pk=made.pk)
        assert twice.delete()[0] == 0
    assert [entry.before["name"] for entry in entries().filter(action="delete")] == ["Sở B"]


@pytest.mark.django_db
def test_projections_see_every_written_and_removed_row(monkeypatch):
    seen = []

    def note(model, written, removed, *, are_new):
        seen.append(([each.pk for each in written], [each.pk for each in removed], are_new))

    monkeypatch.setattr(projections, "_projections", [note])
    with acting(SYSTEM):
        one = Organisation.objects.create(name="Một")
        two, three = Organisation(name="Hai"), Organisation(name="Ba")
        bulk_insert([two, three])
        one.address = "số 1"
        one.save()
        one.save()  # nothing new: nothing to project
        two.address = "số 2"
        bulk_change([two, three], ["address"])
        key = one.pk
        one.delete()
        bulk_remove([two, three])
    assert seen == [
        ([key], [], True),
        ([two.pk, three.pk], [], True),
        ([key], [], False),
        ([two.pk], [], False),
        ([], [key], False),
        ([], [two.pk, three.pk], False),
    ]
