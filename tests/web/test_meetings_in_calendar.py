"""Meetings of councils stand in the calendar and the work list of those who organise them or have a seat, and of nobody else."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import RoleRight
from khcn.web.digest import send_digests
from khcn.web.feed import renew_feed
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory, CouncilMemberFactory
from tests.factories.parties import PersonFactory
from tests.web.conftest import account, tree, words

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def meeting():
    """In nine days."""
    today = timezone.localdate()
    council = CouncilFactory(kind="selection", established_on=date(2021, 1, 1))
    return CouncilMeetingFactory(
        council=council, kind="selection", subject="Tuyển chọn cây chè", held_on=today + timedelta(days=9), venue="Phòng họp 2",
    )  # fmt: skip


def seat(meeting, user, **days):
    with acting(SYSTEM):
        user.email = "Can.Bo@sokhcn.gov.vn"
        user.save()
    person = PersonFactory(full_name="Tên Khác", email="can.bo@sokhcn.gov.vn")
    CouncilMemberFactory(council=meeting.council, person=person, **{"from_on": date(2021, 1, 1)} | days)


def subscribed(client, meeting):
    """Days of the meeting in the calendar that the person's telephone reads, and what stands there."""
    user = client.get("/my-work/").wsgi_request.user
    with acting(SYSTEM):
        token = renew_feed(user_id=user.pk)
    calendar = Calendar.from_ical(Client().get(f"/calendar/{token}.ics").content)
    address = f"/councils/council-meetings/{meeting.pk}/"
    return [
        (
            f"{each.decoded('dtstart'):%d/%m/%Y}",
            *(str(each[part]) for part in ("uid", "summary", "description")),
        )
        for each in calendar.walk("VEVENT")
        if str(each["url"]).endswith(address)
    ]


def shown(client, meeting):
    """Lines of the calendar and the work list that lead to the meeting, and their days. Both calendars say the same."""
    month = tree(client.get(f"/my-work/calendar/?month={meeting.held_on:%Y-%m}"))
    address = f"/councils/council-meetings/{meeting.pk}/"
    cells = [each.get("data-label") for each in month.xpath(f"//td[.//a[@href='{address}']]")]
    assert [day for day, *_rest in subscribed(client, meeting)] == cells
    lines = tree(client.get("/my-work/")).xpath(f"//li[a[@href='{address}']]")
    return cells, [" ".join(each.text_content().split()) for each in lines]


def line(meeting):
    day = f"{meeting.held_on:%d/%m/%Y}"
    return [day], [f"Họp hội đồng: Hội đồng tư vấn tuyển chọn: Tuyển chọn cây chè ({day}) tại Phòng họp 2"]


def test_the_division_that_organises_meetings_sees_them(sign_in, meeting):
    assert shown(sign_in(Role.OFFICER, "QLKH"), meeting) == line(meeting)
    assert shown(sign_in(Role.OFFICER, "QLCN"), meeting) == ([], [])


def test_leaders_see_every_meeting_and_so_does_who_was_given_the_right_to_change_them(sign_in, meeting):
    assert shown(sign_in(Role.LEADER, "BGD"), meeting) == line(meeting)
    assert shown(sign_in(Role.READER, "BGD"), meeting) == ([], [])
    assert shown(sign_in(Role.OFFICE, "VP"), meeting) == ([], [])
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "đặt phòng họp"}
    with acting(SYSTEM):
        RoleRight(
            role_id="office", register="councils.councilmeeting", verb="change", allowed=True, **days
        ).save()
    assert shown(sign_in(Role.OFFICE, "VP"), meeting) == line(meeting)


def test_telephones_read_what_and_where_by_one_name_when_the_day_is_moved(sign_in, meeting, settings):
    settings.PUBLIC_URL = "https://so.vn"
    client, name = sign_in(Role.OFFICER, "QLKH"), f"meeting-{meeting.pk}@so.vn"
    for days in (9, 12):
        with acting(SYSTEM):
            meeting.held_on = timezone.localdate() + timedelta(days=days)
            meeting.save()
        (day,), _lines = line(meeting)
        title = f"Họp hội đồng: Hội đồng tư vấn tuyển chọn: Tuyển chọn cây chè ({day})"
        assert subscribed(client, meeting) == [(day, name, title, "tại Phòng họp 2")]


def move(meeting, **place):
    with acting(SYSTEM):
        for name, value in place.items():
            setattr(meeting, name, value)
        meeting.save()


def event_of(client, meeting):
    """The lines of the meeting in the calendar of telephones that say when and where, and the zone that they name."""
    user = client.get("/my-work/").wsgi_request.user
    with acting(SYSTEM):
        token = renew_feed(user_id=user.pk)
    calendar = Calendar.from_ical(Client().get(f"/calendar/{token}.ics").content)
    (found,) = (each for each in calendar.walk("VEVENT") if f"/{meeting.pk}/" in each["url"])
    parts = ("dtstart", "dtend", "location", "transp")
    reported = {name: found[name].to_ical().decode() for name in parts if name in found}
    zones = [str(each["tzid"]) for each in calendar.walk("VTIMEZONE")]
    return reported, found["dtstart"].params.get("tzid"), zones, str(found["uid"])


def test_a_meeting_with_an_hour_begins_at_that_hour_of_the_clock_here_and_one_without_takes_the_whole_day(
    sign_in, meeting
):
    client, day = sign_in(Role.OFFICER, "QLKH"), meeting.held_on
    whole = {"dtstart": f"{day:%Y%m%d}", "dtend": f"{day + timedelta(days=1):%Y%m%d}"}
    reported, zone, zones, name = event_of(client, meeting)
    assert (reported, zone) == (whole | {"location": "Phòng họp 2", "transp": "TRANSPARENT"}, None)
    assert zones == []
    move(meeting, starts_at=time(14, 0))
    reported, zone, zones, same = event_of(client, meeting)
    assert reported == {"dtstart": f"{day:%Y%m%d}T140000", "location": "Phòng họp 2"}
    assert (zone, zones, same) == ("Asia/Ho_Chi_Minh", ["Asia/Ho_Chi_Minh"], name)


def test_when_and_where_stand_in_the_calendar_and_the_work_list_and_a_day_is_in_the_order_of_its_hours(
    sign_in, meeting
):
    client, day = sign_in(Role.OFFICER, "QLKH"), meeting.held_on
    move(meeting, starts_at=time(14, 0))
    places = {"Sáng": (time(8, 30), ""), "Cả ngày": (None, "UBND tỉnh"), "Tối": (time(19, 0), "Phòng họp 1")}
    for subject, (hour, venue) in places.items():
        CouncilMeetingFactory(
            council=meeting.council, kind="selection", subject=subject, held_on=day, starts_at=hour, venue=venue,
        )  # fmt: skip

    def texts(page, path):
        return [" ".join(each.text_content().split()) for each in tree(client.get(page)).xpath(path)]

    name = "Họp hội đồng{} Hội đồng tư vấn tuyển chọn: {} ({:%d/%m/%Y})"
    asked = [
        ("Cả ngày", "UBND tỉnh", "tại UBND tỉnh"),
        ("Sáng", "08 giờ 30", "lúc 08 giờ 30"),
        ("Tuyển chọn cây chè", "14 giờ 00, Phòng họp 2", "lúc 14 giờ 00 tại Phòng họp 2"),
        ("Tối", "19 giờ 00, Phòng họp 1", "lúc 19 giờ 00 tại Phòng họp 1"),
    ]
    cell = f"//td[@data-label='{day:%d/%m/%Y}']//div[@class='day-item']"
    shown = [f"{name.format('', subject, day)}{where}" for subject, where, _note in asked]
    assert [each.replace(") ", ")") for each in texts(f"/my-work/calendar/?month={day:%Y-%m}", cell)] == shown
    lines = [f"{name.format(':', subject, day)} {note}" for subject, _where, note in asked]
    assert texts("/my-work/", "//ul[contains(@class, 'work')]/li") == lines
    subjects = "//tbody//td[@data-label='Giờ họp']"
    assert texts("/councils/council-meetings/", subjects) == ["", "08 giờ 30", "14 giờ 00", "19 giờ 00"]


def test_who_was_reminded_of_a_meeting_is_reminded_again_when_its_hour_is_set_or_moved(meeting):
    seat(meeting, account(Role.OFFICER, "QLCN"))
    for hour in (None, time(14, 0), time(14, 0), time(8, 30)):
        move(meeting, starts_at=hour)
        send_digests(on=timezone.localdate())
    day = f"{meeting.held_on:%d/%m/%Y}"
    reported = [each for sent in mail.outbox for each in sent.body.split("\n") if each.startswith("- ")]
    named = f"- Họp hội đồng: Hội đồng tư vấn tuyển chọn: Tuyển chọn cây chè ({day}) – "
    places = ("tại Phòng họp 2", "lúc 14 giờ 00 tại Phòng họp 2", "lúc 08 giờ 30 tại Phòng họp 2")
    assert reported == [f"{named}{place}" for place in places]


def test_the_mornings_mail_names_the_meeting_with_its_day_and_place(meeting):
    user = account(Role.OFFICER, "QLCN")
    seat(meeting, user)
    for _twice in range(2):
        send_digests(on=timezone.localdate())
    (sent,) = mail.outbox
    day = f"{meeting.held_on:%d/%m/%Y}"
    named = f"- Họp hội đồng: Hội đồng tư vấn tuyển chọn: Tuyển chọn cây chè ({day}) – tại Phòng họp 2"
    assert [each for each in sent.body.split("\n") if each.startswith("- ")] == [named]


def test_a_member_sees_the_meetings_of_the_days_of_the_seat(sign_in, meeting):
    client, user = sign_in(Role.OFFICER, "QLCN"), account(Role.OFFICER, "QLCN")
    seat(meeting, user)
    assert shown(client, meeting) == line(meeting)
    with acting(SYSTEM):
        meeting.council.members.get(person__full_name="Tên Khác").delete()
    assert shown(client, meeting) == ([], [])
    seat(meeting, user, to_on=meeting.held_on)
    assert shown(client, meeting) == ([], [])


@pytest.mark.parametrize("days", [0, 1])
def test_who_gets_a_seat_later_does_not_see_the_meetings_before_it(sign_in, meeting, days):
    client, user = sign_in(Role.OFFICER, "QLCN"), account(Role.OFFICER, "QLCN")
    seat(meeting, user, from_on=meeting.held_on + timedelta(days=days))
    assert shown(client, meeting) == (([], []) if days else line(meeting))


def test_a_meeting_of_before_is_no_work_and_stays_in_the_calendar(sign_in, meeting):
    with acting(SYSTEM):
        meeting.held_on = timezone.localdate() - timedelta(days=1)
        meeting.save()
    cells, lines = shown(sign_in(Role.OFFICER, "QLKH"), meeting)
    assert (len(cells), lines) == (1, [])


def test_an_account_without_an_address_is_nobody_elses(sign_in, meeting):
    CouncilMemberFactory(council=meeting.council, person=PersonFactory(email=""), from_on=date(2021, 1, 1))
    assert shown(sign_in(Role.OFFICER, "QLCN"), meeting) == ([], [])


def test_who_may_not_read_meetings_sees_none(sign_in, meeting):
    client, user = sign_in(Role.OFFICER, "QLCN"), account(Role.OFFICER, "QLCN")
    seat(meeting, user)
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(
            role_id="officer", register="councils.councilmeeting", verb="read", allowed=False, **days
        ).save()
    assert shown(client, meeting) == ([], [])
    assert "Tuyển chọn cây chè" not in words(client.get("/my-work/"))


def test_whom_no_calendar_reaches_is_named_at_the_seat_the_meeting_and_in_the_work_of_who_prepares_it(
    sign_in, meeting
):
    client = sign_in(Role.OFFICER, "QLKH")
    seat(meeting, account(Role.OFFICER, "QLCN"))
    days = {"council": meeting.council, "from_on": date(2021, 1, 1)}
    outside = CouncilMemberFactory(person=PersonFactory(email="ngoai@truong.edu.vn"), **days)
    CouncilMemberFactory(person=PersonFactory(email=""), to_on=meeting.held_on, **days)
    (day,), (line_of_all,) = line(meeting)
    reported = f"{line_of_all}; 1 thành viên không nhận được lịch họp"
    assert shown(client, meeting) == ([day], [reported])

    def facts(page):
        return {
            term.text_content().strip(): term.getnext().text_content().strip()
            for term in tree(page).xpath("//dl[@class='data']//dt")
        }

    heading = "Số thành viên không nhận được lịch họp"
    assert facts(client.get(f"/councils/council-meetings/{meeting.pk}/"))[heading] == "1"
    reached = meeting.council.members.get(person__full_name="Tên Khác")
    reported = "không ai nhận được: chưa có tài khoản nào của Sở cùng thư điện tử với người này"
    assert [
        facts(client.get(f"/councils/council-members/{each.pk}/")).get("Lịch họp")
        for each in (outside, reached)
    ] == [reported, None]
