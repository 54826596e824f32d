"""A mail server that takes connections and never says a word (R17): nobody waits for it but the work that sends mail, and only once."""

import socket
import threading
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor import web
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Reminder
from khcn.kernel.jobs import daily
from khcn.kernel.jobs.models import DailyRun, WorkFailure
from khcn.kernel.jobs.recurring import JobContext
from khcn.parties.models import User
from khcn.reference.operations import enter_shipped_rules, prefill_year
from khcn.web.digest import send_digests
from khcn.web.jobs import send_reset_mail
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account

AT = datetime(2023, 9, 15, 0, 0, tzinfo=UTC)  # seven in the morning in Vietnam
WAIT = 0.5  # seconds
UNITS = ("QLKH", "QLCN", "VP")


@pytest.fixture
def silent(settings):
    """Connections that the server has taken."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = WAIT
    taken = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()

        def take():
            try:
                while True:
                    taken.append(listener.accept()[0])
            except OSError:  # the end of the test
                return

        thread = threading.Thread(target=take)
        thread.start()
        yield taken
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in taken:
        each.close()


def taken_by(server):
    """How many connections, once the thread that takes them has come to the first."""
    until = time.monotonic() + 120
    while not server and time.monotonic() < until:
        time.sleep(0.01)
    return len(server)


@pytest.fixture
def late_task():
    """A term that was missed, of which three officers have not heard yet."""
    with acting(SYSTEM):
        enter_shipped_rules(actor=SYSTEM)
        prefill_year(year=2023, actor=SYSTEM)
        people = [account(Role.OFFICER, unit) for unit in UNITS]
        for person, unit in zip(people, UNITS, strict=True):
            person.email, person.unit = f"{unit}@so.vn", people[0].unit
            person.save()
    made = ScienceTaskFactory(
        planned_start_on=date(2023, 6, 1),
        planned_end_on=date(2023, 8, 1),
        planned_dossier_on=date(2023, 9, 14),
    )
    TaskMilestoneFactory(task=made, on=date(2023, 6, 1))


@pytest.mark.django_db(transaction=True)
def test_the_morning_s_mail_asks_it_once_and_holds_no_lock_meanwhile(
    silent, late_task, settings, monkeypatch, mailoutbox
):
    locked = []
    opened = EmailBackend.open
    monkeypatch.setattr(
        EmailBackend, "open", lambda backend: locked.append(connection.in_atomic_block) or opened(backend)
    )
    monkeypatch.setattr(
        daily, "all_daily", lambda: [daily.Daily("khcn.web.jobs.send_morning_mail", AT.time())]
    )
    daily.run_daily(JobContext(lambda: AT))
    assert (taken_by(silent), locked) == (1, [False])
    assert not Reminder.objects.exists()
    [failure] = WorkFailure.objects.all()  # the alarm `jobs` of readiness, the page and the work list name it
    assert failure.path == "khcn.web.jobs.send_morning_mail"
    assert DailyRun.objects.get().done_on is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    daily.run_daily(JobContext(lambda: AT + timedelta(hours=1)))
    assert sorted(each.to[0] for each in mailoutbox) == sorted(f"{unit}@so.vn" for unit in UNITS)
    assert not WorkFailure.objects.exists()
    assert send_digests(on=date(2023, 9, 15)) == 0


@pytest.mark.django_db
def test_no_request_waits_for_it(silent, settings):
    settings.PASSWORD_RESET_BY_MAIL = True
    user = account(Role.OFFICER, "QLKH")
    User.objects.filter(pk=user.pk).update(email="can.bo@so.vn")
    sent = Client().post("/password/forgotten/", {"username": user.username})
    assert (sent.status_code, silent) == (200, [])
    [job] = DBTaskResult.objects.all()
    assert job.args_kwargs["args"][0] == "khcn.web.jobs.send_reset_mail"
    with acting(SYSTEM), pytest.raises(OSError, match="timed out"):
        send_reset_mail(account=user.pk, at=AT.timestamp())
    assert taken_by(silent) == 1
    [logged] = ChangeEntry.objects.filter(action="reset")
    assert logged.reason == "thư đặt lại mật khẩu chưa gửi được: máy chủ thư lỗi"


def test_doctor_says_that_it_does_not_answer(silent):
    [found] = web.mail_server(AT)
    assert found.level.value == "error"
    assert found.text.startswith("Không gửi được thư qua 127.0.0.1: ")
    assert "timed out" in found.text
    assert taken_by(silent) == 1
