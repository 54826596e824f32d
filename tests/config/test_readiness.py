"""`/readyz`: each thing that stands still raises its own alarm, strangers see the bare state, and many questions cost one look."""

import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor import machine
from khcn.config.monitoring import condition as looking
from khcn.config.monitoring.askers import is_trusted
from khcn.config.monitoring.cached_condition import CachedCondition
from khcn.config.monitoring.condition import SystemCondition, look
from khcn.config.monitoring.observed_request import FORWARDED
from khcn.kernel.actors import SYSTEM
from khcn.kernel.backup.models import BackupRun
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.jobs.failures import record_failure, record_success
from khcn.kernel.jobs.models import DailyRun, Heartbeat, WorkFailure, WriteProbe
from khcn.kernel.jobs.recurring import title_of_work
from khcn.reference.operations import enter_shipped_rules

AT = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)  # noon of Hà Nội
MINUTE = timedelta(minutes=1)
STRANGER = "203.0.113.9"


@pytest.fixture
def in_order(db, settings, monkeypatch):
    """An installation in which all is well at ``AT``, and for two days before."""
    settings.BACKUP_FOLDER = Path("/srv/sets")
    monkeypatch.setattr(looking, "disk_spaces", list)
    enter_shipped_rules(actor=SYSTEM)
    Heartbeat.objects.create(pk=1, at=AT)
    for each in all_daily():
        DailyRun.objects.create(path=each.path, done_on=AT.date())
    for action in ("backup", "rehearsal"):
        names = {"folder": "/srv/sets", "set_name": "khcn-06", "started_at": AT, "finished_at": AT}
        BackupRun.objects.create(action=action, is_good=True, **names)


def alarms(at=AT):
    return [each.code.value for each in look(at).alarms]


def beating(at):
    Heartbeat.objects.update(at=at)


def test_all_is_well(in_order):
    found = look(AT)
    assert found.alarms == []
    assert found.figures["heartbeat_timestamp_seconds"] == AT.timestamp()
    assert found.figures["backup_last_good_timestamp_seconds"] == AT.timestamp()


def test_a_scheduler_that_stopped_is_noticed_within_two_minutes(in_order):
    assert alarms(AT + MINUTE) == []
    assert alarms(AT + 2 * MINUTE) == ["scheduler"]
    beating(AT + 2 * MINUTE)
    assert alarms(AT + 2 * MINUTE) == []
    beating(AT + timedelta(days=400))  # the clock had jumped when it was written
    assert alarms() == ["scheduler"]


def test_a_queue_that_nobody_works_on_is_noticed_within_two_minutes(in_order):
    enqueue("khcn.kernel.audit.jobs.verify_log_job")
    DBTaskResult.objects.update(enqueued_at=AT)
    beating(AT + 2 * MINUTE)
    assert alarms(AT + MINUTE) == []
    assert alarms(AT + 2 * MINUTE) == ["queue"]
    enqueue("khcn.kernel.audit.jobs.verify_log_job")
    running = DBTaskResult.objects.order_by("-enqueued_at").first()
    DBTaskResult.objects.filter(pk=running.pk).update(status="RUNNING", started_at=AT)
    assert alarms(AT + 2 * MINUTE) == []  # it waits behind work that takes long
    beating(AT + 31 * MINUTE)
    assert alarms(AT + 31 * MINUTE) == ["queue"]


def test_backups_that_stopped_and_each_failure_have_alarms_of_their_own(in_order):
    later = AT + timedelta(hours=26, minutes=1)
    beating(later)
    DailyRun.objects.update(done_on=later.date())
    assert alarms(later) == ["backup", "rehearsal"]
    BackupRun.objects.filter(action="backup").update(finished_at=later)
    assert alarms(later) == ["rehearsal"]
    BackupRun.objects.update(finished_at=later)
    assert alarms(later) == []
    names = {"folder": "/srv/sets", "set_name": "", "started_at": later, "finished_at": later}
    BackupRun.objects.create(action="backup", is_good=False, problem="Đĩa đầy", **names)
    assert alarms(later) == ["backup"]


def test_before_the_first_night_nothing_was_rehearsed(in_order):
    BackupRun.objects.filter(action="rehearsal").delete()
    assert alarms() == []
    assert alarms(AT + MINUTE) == []
    BackupRun.objects.update(finished_at=AT - timedelta(hours=25))
    assert alarms() == []
    BackupRun.objects.update(finished_at=AT - timedelta(hours=26))
    assert alarms() == ["rehearsal"]


def test_nightly_work_that_was_left_out_or_fails(in_order):
    path = all_daily()[0].path
    DailyRun.objects.filter(path=path).update(done_on=AT.date() - timedelta(days=2))
    assert alarms() == ["jobs"]
    DailyRun.objects.update(done_on=AT.date())
    record_failure(path, ValueError("không có thư mục"), at=AT)
    record_failure(path, ValueError("không có\0thư mục"), at=AT + MINUTE)
    [row] = WorkFailure.objects.all()
    assert (row.count, row.first_at, row.last_at) == (2, AT, AT + MINUTE)
    assert row.problem == "ValueError: không cóthư mục"
    assert [each.text for each in look(AT).alarms] == [f"Việc tự động không xong: {title_of_work(path)}"]
    record_success(path)
    assert alarms() == []


def test_a_full_disk(in_order, monkeypatch, settings):
    monkeypatch.setattr(looking, "disk_spaces", machine.disk_spaces)
    settings.BACKUP_FOLDER = None
    settings.DATA = machine.tempfile.gettempdir()
    usage = SimpleNamespace(free=1 << 30, total=100 << 30)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: usage)
    found = look(AT)
    assert [each.code.value for each in found.alarms] == ["disk", "disk", "backup"]
    assert found.figures['disk_free_bytes{folder="data"}'] == 1 << 30


def test_a_database_that_is_away_or_gives_back_something_else(in_order, monkeypatch):
    def gone(_at):
        raise OperationalError("postgres://khcn:mat-khau@may-chu/khcn")

    with monkeypatch.context() as patch:
        patch.setattr(looking, "write_and_read", gone)
        found = look(AT)
    assert [(each.code.value, each.what) for each in found.alarms] == [("database", "OperationalError")]
    assert "heartbeat_timestamp_seconds" not in found.figures

    WriteProbe.objects.filter(pk=1).delete()
    monkeypatch.setattr(WriteProbe.objects, "bulk_create", lambda *_rows, **_options: None)
    assert alarms() == ["database"]


def test_the_probe_is_one_row(in_order):
    look(AT)
    look(AT + MINUTE)
    assert [each.at for each in WriteProbe.objects.all()] == [AT + MINUTE]


# ------------------------------------------------------------------------------------------- who asks


@pytest.mark.parametrize(
    ("address", "forwarded", "sent", "expected"),
    [
        ("127.0.0.1", False, "", True),
        ("::1", False, "", True),
        ("::ffff:127.0.0.1", False, "", True),
        ("10.1.2.3", False, "", True),  # of KHCN_MONITORING_ADDRESSES
        (STRANGER, False, "", False),
        ("", False, "", False),
        ("127.0.0.1", True, "", False),  # sent on by a proxy that nobody has named
        (STRANGER, False, "Bearer " + "k" * 32, True),
        (STRANGER, True, "Bearer " + "k" * 32, True),
        (STRANGER, False, "Bearer " + "k" * 31, False),
        (STRANGER, False, "Bearer khóa", False),
        (STRANGER, False, "k" * 32, False),
    ],
)
def test_who_is_trusted(rf, settings, address, forwarded, sent, expected):
    settings.MONITORING_TOKEN = "k" * 32
    settings.MONITORING_NETWORKS = (*settings.MONITORING_NETWORKS, ip_network("10.0.0.0/8"))
    more = {FORWARDED: True} if forwarded else {}
    headers = {"HTTP_AUTHORIZATION": sent} if sent else {}
    assert is_trusted(rf.get("/readyz", REMOTE_ADDR=address, **headers, **more)) is expected


def test_without_a_token_no_token_opens_anything(rf):
    assert not is_trusted(rf.get("/readyz", REMOTE_ADDR=STRANGER, HTTP_AUTHORIZATION="Bearer "))


def test_strangers_see_the_bare_state_and_monitoring_asks_for_one_alarm(in_order, client):
    assert client.get("/readyz", REMOTE_ADDR=STRANGER).json() == {"status": "ready"}
    assert client.get("/readyz?alarm=backup", REMOTE_ADDR=STRANGER).status_code == 200
    answer = client.get("/readyz")
    assert sorted(answer.json()) == ["alarms", "at", "figures", "notes", "status"]
    assert answer["Cache-Control"] == "no-store"
    # By the clock of this machine all of that is old or of the future.
    assert client.get("/readyz?alarm=scheduler").status_code == 503
    assert client.get("/readyz?alarm=database").status_code == 200
    unknown = client.get("/readyz?alarm=x")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "unknown alarm")


# ------------------------------------------------------------------------------------------- what it costs


class Looks:
    """Counts looks; ``clock`` is moved by hand."""

    def __init__(self):
        self.count, self.clock = 0, 0.0

    def __call__(self, at):
        self.count += 1
        return SystemCondition(at)

    def cached(self):
        return CachedCondition(self, clock=lambda: self.clock, now=lambda: AT)


def test_a_thousand_questions_cost_one_look_and_another_one_seconds_later(settings):
    settings.CONDITION_SECONDS = 5.0
    looks = Looks()
    cached = looks.cached()
    assert len({id(cached.get()) for _each in range(1000)}) == 1
    assert looks.count == 1
    looks.clock = 4.9
    cached.get()
    assert looks.count == 1
    looks.clock = 5.0
    cached.get()
    assert looks.count == 2


def test_while_one_looks_the_others_get_the_last_answer_and_a_look_that_hangs_is_an_alarm(settings):
    settings.CONDITION_SECONDS = 5.0
    looks, begun, ends = Looks(), threading.Event(), threading.Event()
    cached = looks.cached()
    first = cached.get()

    def slow(at):
        begun.set()
        ends.wait(120)
        return SystemCondition(at)

    cached._look, looks.clock = slow, 6.0
    looking_thread = threading.Thread(target=cached.get)
    looking_thread.start()
    assert begun.wait(120)
    try:
        assert cached.get() is first
        looks.clock = 46.0
        assert [each.code.value for each in cached.get().alarms] == ["database"]
    finally:
        ends.set()
        looking_thread.join()
    assert cached.get() is not first


def test_broken_rules_of_integrity_are_an_alarm_and_warnings_are_none(in_order):
    def run(**counts):
        IntegrityCheck.objects.create(started_at=AT, finished_at=AT, **counts)
        return alarms()

    assert run(warnings=3) == []
    assert run(errors=2) == ["data"]
    assert look(AT).figures['data_rules_broken{level="error"}'] == 2
    assert run(failed=1) == ["data"]
    assert run() == []
