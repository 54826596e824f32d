"""The sealer among writers: whatever the order of commits, roll-backs and kills, every committed row is sealed once."""

import random
import threading

import pytest
from django.db import connection, transaction

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit import sealer
from khcn.kernel.audit.chain_head import read_chain_head
from khcn.kernel.audit.jobs import verify_log_job
from khcn.kernel.audit.models import ChainHead, ChainLink, ChangeEntry
from khcn.kernel.audit.sealer import has_unsealed, seal_log, unsealed
from khcn.parties.models import Organisation
from tests.factories.parties import OrganisationFactory

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="writers of SQLite come one after the other"
)


def threads(*actions):
    """Run all at once, each with a connection of its own; what they raised."""
    faults = []

    def run(action):
        try:
            action()
        except Exception as fault:  # noqa: BLE001 -- shown by the caller
            faults.append(fault)
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(each,)) for each in actions]
    for each in running:
        each.start()
    for each in running:
        each.join(120)
    return faults


def sealed_keys():
    return list(ChainLink.objects.order_by("position").values_list("entry", flat=True))


@pytest.mark.django_db
def test_rows_get_their_places_in_the_order_of_their_keys_and_only_once(monkeypatch):
    monkeypatch.setattr(sealer, "AT_ONCE", 2)
    OrganisationFactory.create_batch(5)
    assert has_unsealed()
    assert seal_log() == 5
    assert seal_log() == 0
    assert sealed_keys() == list(ChangeEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert list(ChainLink.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    while has_unsealed():
        seal_log()
    assert read_chain_head().final_to == ChangeEntry.objects.latest("pk").pk
    verify_log_job()


@pytest.mark.django_db
def test_rows_that_are_refused_keep_nobody_from_being_sealed(monkeypatch):
    monkeypatch.setattr(sealer, "AT_ONCE", 2)
    OrganisationFactory.create_batch(7)
    for row in ChangeEntry.objects.order_by("pk")[:5]:
        ChangeEntry.objects.filter(pk=row.pk).update(actor_label="khác")
    assert seal_log() == 2
    assert unsealed().count() == 5


@pytest.mark.django_db
def test_a_look_at_a_sealed_log_writes_nothing(django_assert_num_queries):
    OrganisationFactory()
    while has_unsealed():
        seal_log()
    with django_assert_num_queries(2):
        assert seal_log() == 0


@pytest.mark.django_db(transaction=True)
@on_postgresql
def test_a_smaller_key_committed_later_is_not_skipped():
    begun, may_end = threading.Event(), threading.Event()

    def slow():
        with acting(SYSTEM), transaction.atomic():
            Organisation.objects.create(name="chậm")
            begun.set()
            may_end.wait(120)

    def after():
        begun.wait(120)
        try:
            for number in range(3):  # committed and sealed while the other is still open
                with acting(SYSTEM):
                    Organisation.objects.create(name=f"nhanh {number}")
                seal_log()
            assert ChainLink.objects.count() == 3
            assert read_chain_head().final_to < ChangeEntry.objects.order_by("pk")[0].pk
        finally:
            may_end.set()

    assert threads(slow, after) == []
    assert seal_log() == 1
    keys = sealed_keys()
    assert keys[-1] == min(keys)
    while has_unsealed():
        seal_log()
    assert read_chain_head().final_to == max(keys)
    verify_log_job()


@pytest.mark.django_db(transaction=True)
@on_postgresql
def test_writers_roll_backs_and_three_sealers_at_once_make_one_chain():
    done = threading.Event()

    def writing(seed):
        chance = random.Random(seed)

        def run():
            for number in range(15):
                with acting(SYSTEM), transaction.atomic():
                    for part in range(chance.randint(1, 4)):
                        made = Organisation.objects.create(name=f"Sở {seed} {number} {part}")
                        made.address = "sửa"
                        made.save()
                    transaction.set_rollback(chance.random() < 0.3)

        return run

    def sealing_all_the_time():
        while not done.is_set():
            seal_log()

    sealers = [threading.Thread(target=lambda: threads(sealing_all_the_time)) for _each in range(3)]
    for each in sealers:
        each.start()
    faults = threads(*(writing(seed) for seed in range(8)))
    done.set()
    for each in sealers:
        each.join(120)
    assert faults == []
    seal_log()
    assert sorted(sealed_keys()) == list(ChangeEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert ChainHead.objects.get().position == ChangeEntry.objects.count()
    verify_log_job()


@pytest.mark.django_db(transaction=True)
def test_a_sealer_killed_in_the_middle_leaves_nothing_half_done(monkeypatch):
    OrganisationFactory.create_batch(6)
    monkeypatch.setattr(sealer, "AT_ONCE", 2)
    insert, calls = sealer.insert_rows, []

    def killed(model, rows):
        insert(model, rows)
        calls.append(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt  # the connection ends without a commit, as after SIGKILL

    monkeypatch.setattr(sealer, "insert_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        seal_log()
    assert (ChainLink.objects.count(), read_chain_head().position) == (2, 2)
    assert seal_log() == 4
    verify_log_job()


@pytest.mark.django_db(transaction=True)
@on_postgresql
def test_writers_do_not_wait_for_each_other_nor_for_the_sealer():
    """With the head locked and another writer's transaction open, a third one commits."""
    seal_log()
    OrganisationFactory()
    seal_log()
    with acting(SYSTEM), transaction.atomic():
        ChainHead.objects.select_for_update().get(pk=1)
        Organisation.objects.create(name="mở")

        def other():
            with acting(SYSTEM):
                Organisation.objects.create(name="xong")

        assert threads(other) == []
        assert Organisation.objects.filter(name="xong").exists()
    verify_log_job()
