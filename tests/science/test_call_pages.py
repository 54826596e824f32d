"""Calls on the public pages and in the lists of what waits: for everybody, for an organisation, for the division."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import acting
from khcn.kernel.ui.work_items import work_of
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ProposalCallFactory
from tests.science.calls_given import (
    EARLY,
    LATE,
    STAFF,
    a_bid_call,
    a_draft,
    published,
    take,
    tenant,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 5, 20, 2, tzinfo=UTC)


def lines(actor, at):
    on = at.date()
    with acting(actor, on=on, at=at):
        work = work_of(actor, on=on)
    return {(str(each.what), each.title) for each in (*work.late, *work.this_week, *work.later)}


def page(address, at=NOW, lang="vi"):
    with time_machine.travel(at, tick=False):
        answer = Client().get(f"{address}?lang={lang}")
    return answer, answer.content.decode()


def test_everybody_reads_calls_that_were_published_and_nothing_of_what_is_handed_in():
    call, ended, draft = (
        published(code="12/TB-SKHCN"),
        published(opens_on=date(2023, 4, 2), closes_on=date(2023, 5, 15)),
        ProposalCallFactory(),
    )
    firm = OrganisationFactory(name="Viện Zuvanqeo")
    submission = a_draft(call, firm, title="Zuvanqeo")
    take(submission, "submit", tenant(firm))
    answer, text = page("/public/calls/")
    assert answer.status_code == 200
    assert "<script" not in text
    assert not answer.cookies
    assert [each in text for each in (call.title, ended.title, draft.title, "Zuvanqeo")] == [
        True,
        True,
        False,
        False,
    ]
    assert text.index(call.title) < text.index("Đã hết hạn trong năm nay") < text.index(ended.title)
    answer, text = page("/public/calls/12/TB-SKHCN/")
    assert "Nhận hồ sơ đến 17 giờ 00 ngày 31/05/2023." in text
    assert "Zuvanqeo" not in text
    assert "Submissions are taken until 17 giờ 00" in page("/public/calls/12/TB-SKHCN/", lang="en")[1]
    assert "Đã hết hạn nộp" in page(f"/public/calls/{ended.code}/")[1]
    assert [page(f"/public/calls/{each}/")[0].status_code for each in (draft.code, "khong-co")] == [404, 404]


def test_why_a_last_moment_was_moved_stands_on_the_page():
    call = published()
    take(call, "extend", STAFF, closes_on=date(2023, 6, 15), closes_time=time(11), reason="<b>Ít hồ sơ</b>")
    text = page(f"/public/calls/{call.code}/")[1]
    assert "Lý do: &lt;b&gt;Ít hồ sơ&lt;/b&gt;" in text
    assert "Nhận hồ sơ đến 11 giờ 00 ngày 15/06/2023." in text


def test_the_first_page_and_the_sitemap_lead_to_the_calls():
    assert "/public/calls/" in page("/public/")[1]
    assert "/public/calls/</loc>" in page("/sitemap.xml")[1]


def test_an_organisation_is_shown_what_it_may_hand_in_and_what_it_is_asked_for():
    begun, asked, free, closed = published(), published(), published(), published(closes_on=date(2023, 5, 12))
    firm, other = OrganisationFactory(), OrganisationFactory()
    a_draft(begun, firm, title="Đang soạn")
    supplement = a_draft(asked, firm, title="Thiếu nơi dùng")
    take(supplement, "submit", tenant(firm))
    take(supplement, "ask", STAFF, supplement_by=date(2023, 6, 1), reason="Nêu nơi dùng")
    found = lines(tenant(firm), NOW)
    assert found >= {
        ("Nộp hồ sơ đang soạn", "Đang soạn"),
        ("Bổ sung hồ sơ theo yêu cầu của Sở", "Thiếu nơi dùng"),
        ("Thông báo đang nhận hồ sơ", free.title),
    }
    assert not {title for _what, title in found} & {closed.title, begun.title}
    assert {title for _what, title in lines(tenant(other), NOW)} == {begun.title, asked.title, free.title}


def test_the_division_is_shown_what_to_open_and_what_to_check():
    sealed, plain = a_bid_call(), published()
    firm = OrganisationFactory()
    for call in (sealed, plain):
        take(a_draft(call, firm), "submit", tenant(firm), at=EARLY)
    assert lines(STAFF, NOW) >= {("Kiểm tra 1 hồ sơ nộp", plain.title)}
    assert not {each for each in lines(STAFF, NOW) if each[1] == sealed.title}
    assert lines(STAFF, LATE) >= {("Mở hồ sơ", sealed.title), ("Mở hồ sơ", plain.title)}
