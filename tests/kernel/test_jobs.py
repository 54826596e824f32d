"""Background work: queued with the transaction, run under the system's name, misspelt names refused at once."""

import threading
from datetime import UTC, datetime, time, timedelta
from time import monotonic

import pytest
from django.db import OperationalError, transaction
from django.db.models.sql.compiler import SQLCompiler
from django_tasks_db.models import DBTaskResult

from khcn.kernel.actions.jobs import DAYS
from khcn.kernel.actions.models import ActionRun
from khcn.kernel.actors import SYSTEM, acting, current_act
from khcn.kernel.audit.jobs import BrokenChainError, verify_log_job
from khcn.kernel.audit.models import ChangeEntry, LogCheck
from khcn.kernel.jobs import daily, queue, recurring, worker
from khcn.kernel.jobs import jobs as declared
from khcn.kernel.jobs.checks import check_recurring
from khcn.kernel.jobs.daily import Daily
from khcn.kernel.jobs.enqueueing import NotAJobError, enqueue
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.queue import return_lost_to_queue, run_queue
from khcn.kernel.jobs.recurring import DuplicateWorkError, JobContext, Recurring
from khcn.kernel.jobs.worker import Background, Lane
from khcn.parties.models.account_roles import SHIPPED
from tests.factories.reference import LegalDocumentFactory

VERIFY = "khcn.kernel.audit.jobs.verify_log_job"
NOON = datetime(2026, 10, 9, 12, 0, tzinfo=UTC)  # 19:00 local


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch):
    """The library closes connections between jobs; the one of a test is in a transaction and must stay."""
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)


def turn(at=NOON):
    return JobContext(lambda: at)


@pytest.mark.parametrize("path", ["os.system", "khcn.kernel.audit.bulk_writes.bulk_insert", "khcn.jobs"])
def test_only_functions_of_jobs_modules_can_be_queued(path):
    with pytest.raises(NotAJobError):
        enqueue(path)


@transaction.atomic
def asked_for_and_failed():
    enqueue(VERIFY)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_rolled_back_request_leaves_no_job():
    with pytest.raises(ZeroDivisionError):
        asked_for_and_failed()
    assert DBTaskResult.objects.count() == 0
    enqueue(VERIFY)
    assert DBTaskResult.objects.get().args_kwargs == {"args": [VERIFY, {}], "kwargs": {}}


@pytest.mark.django_db
def test_verification_is_a_job_that_keeps_what_it_found():
    with acting(SYSTEM, "test"):
        LegalDocumentFactory.create_batch(3)
    assert not queue.is_under_way(VERIFY)
    enqueue(VERIFY)
    assert queue.is_under_way(VERIFY)
    assert run_queue(turn()) is True
    assert not queue.is_under_way(VERIFY)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    check = LogCheck.objects.get()
    assert (check.entries, check.records, check.findings) == (
        ChangeEntry.objects.count(),
        3 + len(SHIPPED),
        [],
    )
    second = ChangeEntry.objects.order_by("pk")[1]
    ChangeEntry.objects.filter(pk=second.pk).update(actor_label="người khác")
    with pytest.raises(BrokenChainError, match=str(second.pk)):
        verify_log_job()
    assert LogCheck.objects.latest("pk").findings == [
        {"kind": "changed", "what": f"lượt ghi số {second.pk}", "entry": second.pk}
    ]


# ------------------------------------------------------------------------------------------- the queue


@pytest.mark.django_db
def test_queued_jobs_run_one_after_another_and_a_failure_is_stored_with_the_job(monkeypatch, caplog):
    done = []

    def note(**arguments):
        done.append((arguments, current_act().actor))
        if arguments["number"] == 1:
            raise ZeroDivisionError

    monkeypatch.setattr("khcn.kernel.jobs.enqueueing.find_job", lambda path: note)
    for number in range(3):
        enqueue(VERIFY, number=number)
    assert [run_queue(turn()) for _count in range(5)] == [True, True, True, False, False]
    assert done == [({"number": number}, SYSTEM) for number in range(3)]
    found = DBTaskResult.objects.order_by("enqueued_at")
    assert [each.status for each in found] == ["SUCCESSFUL", "FAILED", "SUCCESSFUL"]
    assert "ZeroDivisionError" in found[1].traceback


@pytest.mark.django_db
def test_an_empty_queue_costs_one_look(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert run_queue(turn()) is False


@pytest.mark.django_db
def test_a_worker_that_stops_begins_nothing():
    enqueue(VERIFY)
    stopping = threading.Event()
    stopping.set()
    assert run_queue(JobContext(lambda: NOON, stopping)) is False
    assert DBTaskResult.objects.get().status == "READY"


@pytest.mark.django_db
def test_a_job_lost_with_its_worker_comes_back_and_is_given_up_in_the_end():
    enqueue(VERIFY)
    for attempt in range(1, queue.MOST_ATTEMPTS + 1):
        lost = DBTaskResult.objects.get()
        assert lost.status == "READY"
        lost.claim(f"worker {attempt}")  # and then the worker was killed
        DBTaskResult.objects.update(started_at=NOON)
        return_lost_to_queue(turn(NOON + timedelta(hours=1)))
        assert DBTaskResult.objects.get().status == "RUNNING"  # it may still be at it
        return_lost_to_queue(turn(NOON + timedelta(hours=3)))
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db
def test_book_keeping_of_old_jobs_is_removed():
    for days_ago in (40, 1):
        enqueue(VERIFY)
        run_queue(turn())
        newest = DBTaskResult.objects.order_by("-enqueued_at").first()
        DBTaskResult.objects.filter(pk=newest.pk).update(
            finished_at=datetime.now(UTC) - timedelta(days=days_ago)
        )
    queue.forget_queue_results()
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_requests_are_removed_after_their_days():
    for key, age in (("old", DAYS + timedelta(seconds=1)), ("young", DAYS)):
        made = ActionRun.objects.create(key=key, actor="7", request=key, result={})
        ActionRun.objects.filter(pk=made.pk).update(recorded_at=NOON - age)
    assert "khcn.kernel.actions.jobs.forget_runs" in {each.path for each in daily.all_daily()}
    worker.perform_work("khcn.kernel.actions.jobs.forget_runs", turn())
    assert list(ActionRun.objects.values_list("key", flat=True)) == ["young"]


# ------------------------------------------------------------------------------------------- declarations


def test_each_function_is_declared_once():
    with pytest.raises(DuplicateWorkError):
        recurring.recurring("khcn.kernel.jobs.queue.run_queue", every=timedelta(seconds=1), title="hai lần")
    with pytest.raises(DuplicateWorkError):
        daily.daily("khcn.kernel.jobs.queue.run_queue", at=time(1), title="hai lần")


def test_what_is_declared_can_be_done(monkeypatch):
    assert declared.LANE in {each.lane for each in recurring.all_recurring()}
    assert check_recurring(None) == []
    wrong = Daily("khcn.kernel.jobs.queue.no_such", time(1))
    monkeypatch.setitem(daily._daily, wrong.path, wrong)
    assert [each.id for each in check_recurring(None)] == ["khcn.jobs.E001"]


# ------------------------------------------------------------------------------------------- daily work


DAILY = Daily("tests.fake.jobs.work", time(2, 30))


@pytest.fixture
def performed(monkeypatch):
    done = []
    monkeypatch.setattr(daily, "all_daily", lambda: [DAILY])
    monkeypatch.setattr(daily, "perform_work", lambda path, turn: done.append(turn.now()))
    return done


def local(text):
    return datetime.fromisoformat(f"2026-10-{text}+07:00")


@pytest.mark.django_db
def test_daily_work_is_done_once_a_local_day_from_its_time_on(performed):
    for at in (
        "09T02:29:59",
        "09T02:30:00",
        "09T02:31:00",
        "09T23:59:59",
        "10T00:00:00",
        "10T02:29:00",
        "10T09:00:00",
    ):
        daily.run_daily(turn(local(at)))
    assert performed == [local("09T02:30:00"), local("10T09:00:00")]


@pytest.mark.django_db
def test_daily_work_that_failed_is_tried_again_in_an_hour(performed, monkeypatch, caplog):
    def fail(path, turn):
        performed.append(turn.now())
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(daily, "perform_work", fail)
        for at in ("09T02:30:00", "09T03:00:00", "09T03:30:00"):
            daily.run_daily(turn(local(at)))
    daily.run_daily(turn(local("09T04:30:00")))
    daily.run_daily(turn(local("09T08:30:00")))
    assert performed == [local(f"09T{at}") for at in ("02:30:00", "03:30:00", "04:30:00")]
    assert caplog.text.count("tried again in an hour") == 2


@pytest.mark.django_db
def test_of_two_workers_one_does_the_daily_work(performed):
    DailyRun.objects.create(path=DAILY.path, leased_until=local("09T03:00:00"))  # the other is at it
    daily.run_daily(turn(local("09T02:45:00")))
    assert performed == []
    daily.run_daily(turn(local("09T03:00:00")))  # and was killed
    assert performed == [local("09T03:00:00")]


@pytest.mark.django_db
def test_a_clock_that_was_years_ahead_stops_no_daily_work(performed, caplog):
    ahead = datetime.fromisoformat("2031-01-01T03:00:00+07:00")
    daily.run_daily(turn(ahead))
    DailyRun.objects.update(leased_until=ahead)  # as if the worker had been killed at it
    for at in ("09T02:29:00", "09T02:30:00", "09T02:31:00", "09T02:32:00", "10T02:30:00"):
        daily.run_daily(turn(local(at)))
    assert performed == [ahead, local("09T02:31:00"), local("10T02:30:00")]
    assert caplog.text.count("that lease is ended") == 1


@pytest.mark.django_db
def test_daily_work_that_was_not_done_is_late_some_hours_after_its_time(performed):
    assert daily.late_daily_work(at=local("09T12:00:00")) == []  # never done: new
    daily.run_daily(turn(local("09T02:30:00")))
    found = [daily.late_daily_work(at=local(at)) for at in ("09T23:00:00", "10T08:29:59", "10T08:30:00")]
    assert found == [[], [], [DAILY.path]]


# ------------------------------------------------------------------------------------------- lanes


def test_lanes_do_not_wait_for_each_other_and_a_failure_costs_nobody_else(monkeypatch, caplog):
    counts = {"good": 0, "bad": 0, "slow": 0, "eager": 0}
    release = threading.Event()

    def perform(path, turn):
        counts[path] += 1
        if path == "bad":
            raise ZeroDivisionError
        if path == "slow":
            release.wait(120)
        return path == "eager" and counts["eager"] < 50

    monkeypatch.setattr("khcn.kernel.jobs.worker.perform_work", perform)
    monkeypatch.setattr("khcn.kernel.jobs.worker.close_old_connections", lambda: None)
    soon = timedelta(seconds=0.02)
    work = [Recurring("good", soon, "one"), Recurring("bad", soon, "one"), Recurring("slow", soon, "two")]
    work.append(Recurring("eager", timedelta(hours=1), "three"))
    monkeypatch.setattr("khcn.kernel.jobs.worker.all_recurring", lambda: work)
    background = Background(lambda: NOON)
    runner = threading.Thread(target=background.run)
    started = monotonic()
    runner.start()
    while counts["good"] < 10 or counts["eager"] < 50 or not counts["slow"]:
        threading.Event().wait(0.01)
    assert counts["slow"] == 1  # the others did not wait for it
    background.stop()
    release.set()
    runner.join(120)
    assert not runner.is_alive()
    assert counts["bad"] <= 1 + monotonic() - started  # left alone for a second and more after a failure
    assert counts["eager"] == 50
    assert "bad failed" in caplog.text


def test_a_database_that_is_away_is_asked_again_every_few_seconds(monkeypatch):
    work = Recurring("away", timedelta(seconds=0.3), "one")
    lane = Lane("one", [work], turn())

    def perform(_path, _turn):
        raise OperationalError

    monkeypatch.setattr("khcn.kernel.jobs.worker.close_old_connections", lambda: None)
    monkeypatch.setattr("khcn.kernel.jobs.worker.perform_work", perform)
    assert [lane.once(work).total_seconds() for _count in range(5)] == [1, 2, 4, 5, 5]


def test_what_keeps_failing_is_left_alone_for_longer_and_longer(monkeypatch):
    work = Recurring("bad", timedelta(seconds=0.3), "one")
    lane = Lane("one", [work], turn())
    monkeypatch.setattr("khcn.kernel.jobs.worker.close_old_connections", lambda: None)
    monkeypatch.setattr("khcn.kernel.jobs.worker.perform_work", lambda path, turn: 1 / 0)
    assert [lane.once(work).total_seconds() for _count in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    monkeypatch.setattr("khcn.kernel.jobs.worker.perform_work", lambda path, turn: None)
    assert lane.once(work) == work.every
    assert lane.failures == {}


@pytest.mark.django_db
def test_what_is_looked_for_several_times_a_second_is_put_into_sql_once(monkeypatch):
    """That costs Django ten times as much as the database takes to say that there is nothing."""
    often = [each.path for each in recurring.all_recurring() if each.every < timedelta(seconds=1)]
    assert len(often) > 4
    for path in often:
        worker.perform_work(path, turn())
    monkeypatch.setattr(SQLCompiler, "as_sql", None)
    for path in often:
        assert not worker.perform_work(path, turn())
