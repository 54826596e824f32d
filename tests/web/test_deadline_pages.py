"""Pages of the list of deadlines: each row once in its order, for those who read everything by a statement that is ready."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.spec import Register
from khcn.web.late_by_division import STATES, DeadlineFilter
from khcn.web.views import work
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, tree

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ON = date(2001, 6, 1)  # no page of today: its statements are of three rows


def some_deadlines(number, on):
    """Of every state, two of a day, of two divisions and none."""
    end = on - timedelta(days=number // 4)
    for place in range(number):
        due = end + timedelta(days=place // 2)
        Deadline.objects.create(
            subject_model="science.sciencetask",
            subject_id=1_000_000 + place,
            subject_label=f"Nhiệm vụ {place}",
            kind=("science.registration", "science.settlement")[place % 2],
            owner_code=("QLKH", "QLCN", "")[place % 3],
            starts_on=due - timedelta(days=30),
            due_on=due,
            precision="day",
            met_on=due + timedelta(days=3) if place % 5 == 0 else None,
            stopped_since=due if place % 7 == 0 else None,
            explanation=[],
        )


@pytest.mark.parametrize("state", [name for name, _label in STATES])
def test_pages_of_all_deadlines_are_those_of_the_ordinary_statement(state, monkeypatch):
    monkeypatch.setattr(work, "PAGE_SIZE", 3)
    some_deadlines(60, ON)
    for kind, unit in (("", ""), ("science.settlement", "QLKH"), ("", "-")):
        choice, after, met = DeadlineFilter(state, kind, unit), None, []
        while True:
            usual = work._page_rows(Deadline.objects.all(), choice, ON, after)
            page = work._PageOfAll(choice, ON, is_first=after is None)
            values = {"day": after[0], "pk": after[1]} if after else {}
            assert list(work._PAGES_OF_ALL.rows(page, **values)) == list(usual)
            met += list(usual)[:3]
            if len(usual) < 4:
                break
            after = getattr(met[-1], choice.column), met[-1].pk
        whole = choice.rows(Deadline.objects.all(), ON).order_by(choice.column, "pk")
        assert met == list(whole)
        assert met or unit


def walked(client):
    """Keys of the deadlines on all pages."""
    address, found = "/deadlines/?state=late", []
    while address:
        page = tree(client.get(address))
        found += [int(each.get("href").split("/")[2]) for each in page.xpath("//td[2]/a")]
        (address, *_more) = [*page.xpath("//a[normalize-space()='Trang sau']/@href"), ""]
    return found


def test_all_pages_of_a_reader_of_everything_and_of_another_one(sign_in, monkeypatch):
    on = timezone.localdate()
    ScienceTaskFactory()
    some_deadlines(300, on)
    late = list(Deadline.objects.late(on=on).order_by("due_on", "pk").values_list("pk", flat=True))
    assert len(late) > 2 * work.PAGE_SIZE > 0
    reader = sign_in(Role.OFFICER, "QLKH")
    assert walked(reader) == late
    with monkeypatch.context() as patch:
        patch.setattr(work, "may_read_all_deadlines", lambda _actor: False)
        assert walked(reader) == late
    for place in (f"{2**62}/1", f"{on}/{2**64}", f"{on}/x", "9999-12-31/1", "/"):
        assert reader.get("/deadlines/", {"after": place}).status_code == 200


def test_rights_are_looked_at_once_for_the_rows_of_a_register(monkeypatch):
    some_deadlines(60, ON)
    asked, seen_by = [], Register.seen_by

    def counted(self, actor):
        asked.append(self.name)
        return seen_by(self, actor)

    monkeypatch.setattr(Register, "seen_by", counted)
    shown = work.shown_deadlines(Deadline.objects.all(), account(Role.OFFICER, "QLKH").actor)
    assert (len(shown), asked) == (60, ["science.sciencetask"])
