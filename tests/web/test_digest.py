"""The morning's e-mail: each reminder once, caught up after an outage, escalated to the head; and what readiness says."""

from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import PersonalSettings, Reminder
from khcn.kernel.jobs import daily, heartbeat
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.recurring import JobContext
from khcn.parties.models import RoleAssignment, RoleRight
from khcn.reference.operations import enter_shipped_rules, prefill_year
from khcn.web.digest import DigestError, send_digests
from khcn.web.jobs import send_morning_mail
from tests.factories.councils import CouncilMeetingFactory, CouncilMemberFactory
from tests.factories.parties import PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account, words

pytestmark = pytest.mark.django_db
DUE = date(2023, 9, 14)  # a Thursday


@pytest.fixture
def people():
    """An officer and the head of the division, and an officer of another; all have an address."""
    with acting(SYSTEM):
        enter_shipped_rules(actor=SYSTEM)
        prefill_year(year=2023, actor=SYSTEM)
        found = {}
        for name, role, unit in (
            ("officer", Role.OFFICER, "QLKH"),
            ("head", Role.HEAD, "QLKH"),
            ("other", Role.OFFICER, "QLCN"),
        ):
            user = account(role, unit)
            user.email = f"{name}@so.vn"
            user.save()
            found[name] = user
    return found


@pytest.fixture
def task(people):
    made = ScienceTaskFactory(
        short_name="Nấm linh chi",
        planned_start_on=date(2023, 6, 1),
        planned_end_on=date(2023, 8, 1),
        planned_dossier_on=DUE,
    )
    TaskMilestoneFactory(task=made, on=date(2023, 6, 1))
    return made


def sent_on(day):
    """Whom a morning's run wrote to, with the lines of each mail that name a thing to do."""
    mail.outbox.clear()
    send_digests(on=day)
    return {
        each.to[0]: [line for line in each.body.split("\n") if line.startswith("- ")] for each in mail.outbox
    }


LINE = "- Nộp hồ sơ nghiệm thu: Nấm linh chi (hạn 14/09/2023; {})"


def test_each_stage_is_mailed_once_and_the_head_hears_of_what_stays(task):
    mailed = {day: sent for n in range(15) if (sent := sent_on(day := date(2023, 9, 6) + timedelta(days=n)))}
    assert mailed == {
        date(2023, 9, 7): {"officer@so.vn": [LINE.format("còn 7 ngày")]},  # five working days before
        date(2023, 9, 15): {"officer@so.vn": [LINE.format("quá hạn 1 ngày")]},
        # three working days after Thursday are over with Tuesday
        date(2023, 9, 20): {"head@so.vn": [LINE.format("quá hạn 6 ngày")]},
    }


def test_a_head_who_sits_in_a_council_is_reminded_as_the_meeting_comes(people):
    meeting = CouncilMeetingFactory(held_on=DUE)
    CouncilMemberFactory(
        council=meeting.council, from_on=date(2023, 1, 1), person=PersonFactory(email="head@so.vn")
    )
    mailed = [day for n in range(40) if "head@so.vn" in sent_on(day := date(2023, 8, 1) + timedelta(days=n))]
    assert mailed == [date(2023, 8, 15), date(2023, 9, 7)]


def test_days_without_a_scheduler_are_caught_up(task):
    assert sent_on(date(2023, 9, 25)) == {
        "officer@so.vn": [LINE.format("quá hạn 11 ngày")],
        "head@so.vn": [LINE.format("quá hạn 11 ngày")],
    }
    assert sent_on(date(2023, 9, 26)) == {}


def test_a_new_day_is_a_new_reminder(task):
    assert sent_on(date(2023, 9, 15))
    with acting(SYSTEM):
        task.planned_dossier_on = date(2023, 9, 21)
        task.save()
    assert sent_on(date(2023, 9, 18)) == {
        "officer@so.vn": ["- Nộp hồ sơ nghiệm thu: Nấm linh chi (hạn 21/09/2023; còn 3 ngày)"]
    }


def test_whoever_wants_none_gets_none_and_can_say_so(task, people, sign_in):
    client = sign_in(Role.OFFICER, "QLKH")
    page = words(client.get("/my-work/settings/"))
    assert "Thư gửi đến officer@so.vn." in page
    assert client.post("/my-work/settings/", {}).status_code == 303
    assert not PersonalSettings.objects.get(user_id=people["officer"].pk).digest
    assert sent_on(date(2023, 9, 15)) == {}
    client.post("/my-work/settings/", {"digest": "on"})
    assert list(sent_on(date(2023, 9, 15))) == ["officer@so.vn"]


def test_a_mail_that_fails_is_tried_again_and_costs_the_others_nothing(task, people, monkeypatch):
    with acting(SYSTEM):
        second = account(Role.OFFICER, "VP")
        second.email, second.unit = "hai@so.vn", people["officer"].unit
        second.save()

    def broken(self, fail_silently=False):
        if self.to == ["officer@so.vn"]:
            raise ConnectionRefusedError
        mail.outbox.append(self)
        return 1

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", broken)
        with pytest.raises(DigestError):
            send_digests(on=date(2023, 9, 15))
    assert [each.to for each in mail.outbox] == [["hai@so.vn"]]
    assert list(sent_on(date(2023, 9, 15))) == ["officer@so.vn"]


def test_the_mail_leads_to_the_record_and_to_the_settings(task, settings):
    settings.PUBLIC_URL = "https://khcn.example"
    send_digests(on=date(2023, 9, 15))
    (sent,) = mail.outbox
    assert sent.subject == "Việc cần làm ngày 15/09/2023: 1 việc mới nhắc"
    assert f"https://khcn.example/science/tasks/{task.pk}/" in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == "<https://khcn.example/my-work/settings/>"
    assert "\n\n\n\n" not in sent.body


def test_without_a_server_each_mail_is_a_file(task, settings, tmp_path):
    settings.EMAIL_BACKEND = "khcn.config.mail.EmlBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    at = datetime(2023, 9, 15, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with acting(SYSTEM):
        send_morning_mail(JobContext(lambda: at))
    (file,) = (tmp_path / "mail").iterdir()
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (file.suffix, read["To"]) == (".eml", "officer@so.vn")
    assert LINE.format("quá hạn 1 ngày") in read.get_content()
    assert Reminder.objects.count() == 1


def test_the_morning_run_is_daily_work():
    at = datetime(2023, 9, 15, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with acting(SYSTEM):
        daily.run_daily(JobContext(lambda: at))
    assert DailyRun.objects.get(path="khcn.web.jobs.send_morning_mail").done_on == date(2023, 9, 15)


def test_the_heartbeat_shows_in_readiness_and_to_the_administrator(sign_in, client):
    def alarms():
        return {each["code"]: each["text"] for each in client.get("/readyz").json()["alarms"]}

    assert alarms()["scheduler"] == (
        "Công việc nền không chạy (chưa chạy lần nào): không nhắc hạn, không sao lưu."
    )
    missing = alarms()["rules"].removeprefix("Thiếu tham số quy định: ").rstrip(".").split(", ")
    assert {"deadlines.escalation_days", "deadlines.reminder_days", "privacy.accounts_term"} <= set(missing)
    admin = sign_in(Role.ADMIN, "VP")
    page = words(admin.get("/"))
    assert "Công việc nền không chạy" in page
    assert "Tham số quy định còn thiếu" in page
    from django.utils import timezone

    heartbeat.record_heartbeat(JobContext(timezone.now))
    enter_shipped_rules(actor=SYSTEM)
    assert not {"rules", "scheduler"} & set(alarms())
    page = words(admin.get("/"))
    assert "đang chạy" in page
    assert "còn thiếu" not in page
    assert "Công việc nền" not in words(sign_in(Role.OFFICER, "QLKH").get("/"))


def test_the_mail_follows_the_rights_of_its_day(people, task):
    with acting(SYSTEM):
        RoleRight.objects.create(
            unit_code="QLKH", register="science", verb="read", allowed=False,
            valid_from=date(2023, 9, 1), valid_to=date(2023, 9, 10), reason="thử",
        )  # fmt: skip
        RoleAssignment.objects.create(
            user=people["officer"],
            role_id=None,
            valid_from=date(2023, 9, 10),
            valid_to=date(2023, 9, 12),
            reason="nghỉ",
        )
        RoleAssignment.objects.create(
            user=people["other"],
            role_id="officer",
            unit=people["head"].unit,
            valid_from=date(2023, 9, 11),
            reason="thay",
        )
    mailed = {day: sent_on(date(2023, 9, day)) for day in (7, 10, 11, 12)}
    assert mailed == {
        7: {},
        10: {},
        11: {"other@so.vn": [LINE.format("còn 3 ngày")]},
        12: {"officer@so.vn": [LINE.format("còn 2 ngày")]},
    }
