"""Dates by month, and the feed behind a secret address that can be renewed."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Deadline, PersonalSettings
from khcn.parties.models import RoleAssignment, RoleRight
from khcn.reference.operations import prefill_year
from khcn.web.feed import owner_of, token_hash
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.test_verify import sql
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db


def a_task(end_on, name):
    task = ScienceTaskFactory(
        short_name=name, planned_start_on=end_on - timedelta(days=10), planned_end_on=end_on
    )
    TaskMilestoneFactory(task=task, on=end_on - timedelta(days=10))
    return task


def test_a_month_shows_dates_days_off_and_swapped_days(officer):
    with acting(SYSTEM):
        prefill_year(year=2024, actor=SYSTEM)
    task = a_task(date(2024, 4, 29), "Trồng chè")
    page = officer.get("/my-work/calendar/?month=2024-04")
    cell = tree(page).xpath("//td[@data-label='29/04/2024']")[0]
    assert " ".join(cell.text_content().split()) == "29 · nghỉ Kết thúc thực hiện Trồng chè"
    assert cell.xpath(".//a/@href") == [f"/science/tasks/{task.pk}/"]
    assert "4 · làm bù" in words(page)
    assert "Trồng chè" not in words(officer.get("/my-work/calendar/?month=2024-06"))
    assert officer.get("/my-work/calendar/?month=xyz").status_code == 200


def test_empty_weeks_and_the_second_date_are_left_out_of_the_narrow_calendar(officer):
    a_task(date(2024, 4, 29), "Trồng chè")
    a_task(date(2024, 4, 29), "Trồng nấm")
    page = tree(officer.get("/my-work/calendar/?month=2024-04"))
    assert [row.get("class", "") for row in page.xpath("//tbody/tr")] == ["void", "void", "void", "void", ""]
    cell = page.xpath("//td[@data-label='29/04/2024']")[0]
    assert (
        len(cell.xpath("./*")) == 1
    )  # beside its date the cell of a card has one part, or the parts overlap
    assert cell.xpath(".//*[@class='day-number']/text()") == ["29"]
    assert len(cell.xpath(".//*[@class='day-item']")) == 2
    empty = officer.get("/my-work/calendar/?month=2024-06")
    assert "Không có thời hạn, cuộc họp nào trong các tuần này." in words(empty)


def feed_address(client):
    page = client.post("/my-work/settings/feed/").content.decode()
    return re.search(r"http://testserver(/calendar/[^<]+\.ics)", page)[1]


def test_the_feed_has_whole_days_of_ones_own_division_and_can_be_renewed(sign_in, client):
    today = timezone.localdate()
    task = a_task(today + timedelta(days=9), "Trồng chè; vùng cao")
    signed_in = sign_in(Role.OFFICER, "QLKH")
    address = feed_address(signed_in)
    stored = PersonalSettings.objects.get(user_id=account(Role.OFFICER, "QLKH").pk)
    assert stored.feed_hash not in address
    signed_in.logout()
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    events = {str(each["summary"]): each for each in calendar.walk("VEVENT")}
    found = events["Kết thúc thực hiện: Trồng chè; vùng cao"]
    assert found.decoded("dtstart") == today + timedelta(days=9)
    assert f"DTSTART;VALUE=DATE:{today + timedelta(days=9):%Y%m%d}" in answer.content.decode()
    assert str(found["url"]).endswith(f"/science/tasks/{task.pk}/")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75

    newer = feed_address(sign_in(Role.OFFICER, "QLKH"))
    assert newer != address
    assert client.get(newer).status_code == 200
    client.logout()
    assert client.get(address).status_code == 404


def test_an_address_of_a_calendar_that_sql_put_there_is_named(sign_in, client):
    leader = account(Role.LEADER)
    feed_address(sign_in(Role.OFFICER, "QLKH"))
    assert verify_log().findings == []
    own = PersonalSettings.objects.get()
    assert own.feed_hash not in str(list(ChangeEntry.objects.values_list("before", "after")))
    sql(
        "INSERT INTO kernel_deadlines_personalsettings (user_id, digest, feed_hash, created_at, updated_at) "
        "SELECT %s, digest, %s, created_at, updated_at FROM kernel_deadlines_personalsettings",
        leader.pk,
        token_hash("lẻn-vào"),
    )
    sql("UPDATE kernel_deadlines_personalsettings SET feed_hash = %s WHERE id = %s", "0" * 64, own.pk)
    forged = PersonalSettings.objects.get(user_id=leader.pk)
    assert owner_of("lẻn-vào") == leader
    assert [(each.kind, each.what) for each in verify_log().findings] == [
        (FindingKind.RECORD_CHANGED, f"Thiết lập cá nhân “{own.user_id}” (#{own.pk}): feed_hash"),
        (FindingKind.RECORD_INSERTED, f"Thiết lập cá nhân “{leader.pk}” (#{forged.pk})"),
    ]


def test_a_feed_shows_what_its_owner_may_see_and_ends_with_the_account(sign_in, client):
    a_task(timezone.localdate() + timedelta(days=9), "Trồng chè")
    address = feed_address(sign_in(Role.OFFICER, "QLCN"))
    assert b"VEVENT" not in client.get(address).content
    user = account(Role.OFFICER, "QLCN")
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    assert client.get(address).status_code == 404
    assert client.get("/calendar/.ics").status_code == 404


def test_a_feed_follows_the_rights_of_today(sign_in, client):
    today = timezone.localdate()
    a_task(today + timedelta(days=9), "Trồng chè")
    address = feed_address(sign_in(Role.OFFICER, "QLKH"))
    client.logout()
    assert b"VEVENT" in client.get(address).content
    decided = {"valid_from": today, "reason": "thử"}
    with acting(SYSTEM):
        denied = RoleRight.objects.create(register="science", verb="read", allowed=False, **decided)
    assert b"VEVENT" not in client.get(address).content
    with acting(SYSTEM):
        denied.delete()
        RoleAssignment.objects.create(user=account(Role.OFFICER, "QLKH"), role_id=None, **decided)
    assert b"VEVENT" not in client.get(address).content


def test_a_term_that_was_met_stands_in_no_calendar_while_its_row_waits_to_be_computed(sign_in, client):
    today = timezone.localdate()
    task = a_task(today + timedelta(days=9), "Trồng chè")
    TaskMilestoneFactory(task=task, kind="dossier_submitted", on=today)
    waiting = Deadline.objects.filter(subject_id=task.pk).exclude(met_on=None)
    assert waiting.update(met_on=None, is_stale=True)
    officer = sign_in(Role.OFFICER, "QLKH")
    address = feed_address(officer)
    month = officer.get(f"/my-work/calendar/?month={today + timedelta(days=9):%Y-%m}")
    assert "Kết thúc thực hiện" not in words(month)
    assert "Kết thúc thực hiện" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("month", "status"), [("9999-12", 404), ("0001-01", 404), ("9999-11", 404), ("2100-12", 200)]
)
def test_a_month_at_the_end_of_time_is_no_page(officer, month, status):
    assert officer.get(f"/my-work/calendar/?month={month}").status_code == status


def test_the_feed_of_the_demonstration_has_the_deadlines_of_the_year_that_it_opens_on(sign_in, client):
    a_task(date(2023, 12, 20), "Trồng chè")
    address = feed_address(sign_in(Role.OFFICER, "QLKH"))
    client.logout()
    assert b"VEVENT" not in client.get(address).content
    RuleParameterFactory(code="opening_year", value=2023)
    assert b"Tr\xe1\xbb\x93ng ch\xc3\xa8" in client.get(address).content
