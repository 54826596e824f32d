"""Calls on the public pages and in the lists of what waits: for everybody, for an organisation, for the division."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.ui.work_items import work_of
from khcn.parties.models import User
from khcn.science.operations.calls import notice_of_withdrawal
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


@pytest.fixture
def tenant_client():
    """An organisation, and a browser of its account."""
    firm = OrganisationFactory()
    with acting(SYSTEM), time_machine.travel(NOW, tick=False):
        client = Client()
        client.force_login(User.objects.create_user("to-chuc", full_name="Người nộp", organisation=firm))
    return client, firm


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


def test_calls_stand_under_what_they_take_in_at_the_moment():
    coming, late, over = (
        published(opens_on=date(2023, 5, 21)),
        published(opens_on=date(2023, 4, 2), closes_on=date(2023, 5, 15), accepts_late=True),
        published(opens_on=date(2023, 4, 2), closes_on=date(2023, 5, 15)),
    )
    headings = ("Quá hạn, vẫn nhận hồ sơ nộp muộn", "Sắp nhận hồ sơ", "Đã hết hạn trong năm nay")
    text = page("/public/calls/")[1]
    places = [
        text.index(each)
        for pair in zip(headings, (late, coming, over), strict=True)
        for each in (pair[0], f">{pair[1].title}<")
    ]
    assert places == sorted(places)
    assert (
        "Nhận hồ sơ từ 21/05/2023 đến 17 giờ 00 ngày 31/05/2023." in page(f"/public/calls/{coming.code}/")[1]
    )
    shown = page(f"/public/calls/{late.code}/")[1]
    for sentence in (
        "Đã hết hạn nộp: 17 giờ 00 ngày 15/05/2023.",
        "vẫn nhận, nhưng ghi là nộp muộn",
        "Đăng nhập",
    ):
        assert sentence in shown
    assert "Đăng nhập" not in page(f"/public/calls/{over.code}/")[1]


def test_an_organisation_is_offered_the_form_while_something_is_taken(tenant_client):
    client, firm = tenant_client
    coming, late, over, open_one = (
        published(opens_on=date(2023, 5, 21)),
        published(opens_on=date(2023, 4, 2), closes_on=date(2023, 5, 15), accepts_late=True),
        published(opens_on=date(2023, 4, 2), closes_on=date(2023, 5, 15)),
        published(),
    )
    assert {title for _what, title in lines(tenant(firm), NOW)} == {late.title, open_one.title}
    recalled = published()
    take(recalled, "withdraw", STAFF, reason="Chưa có vốn")
    offered = {}
    with time_machine.travel(NOW, tick=False):
        for call in (coming, late, over, open_one, recalled):
            shown = client.get(f"/science/calls/{call.pk}/").content.decode()
            offered[call.title] = ("Soạn hồ sơ" in shown, "nhưng ghi là nộp muộn" in shown)
            assert ("Thêm mới" in shown) == (call is not recalled)
    assert offered == {
        coming.title: (False, False),
        late.title: (True, True),
        over.title: (False, False),
        open_one.title: (True, False),
        recalled.title: (False, False),
    }


def test_why_a_call_was_withdrawn_is_public_and_reaches_who_handed_in(tenant_client):
    _client, firm = tenant_client
    call = published()
    submission = a_draft(call, firm)
    take(submission, "submit", tenant(firm))
    notice = notice_of_withdrawal(call, actor=STAFF, on=date(2023, 5, 20))
    assert notice.startswith("Đã nhận 1 hồ sơ, đã lập 0 đề xuất từ các hồ sơ đó.")
    take(call, "withdraw", STAFF, reason="Chưa bố trí được vốn")
    line = "thu hồi. Lý do: Chưa bố trí được vốn"
    assert line in page(f"/public/calls/{call.code}/")[1]
    assert ("Thông báo đã thu hồi", submission.title) in lines(tenant(firm), NOW)
    assert ("Thông báo đã thu hồi", submission.title) not in lines(tenant(firm), NOW + timedelta(days=60))


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
    assert lines(tenant(firm), NOW) == set()
    assert not {each for each in lines(STAFF, NOW) if each[1] == sealed.title}
    assert lines(STAFF, LATE) >= {("Mở hồ sơ", sealed.title), ("Mở hồ sơ", plain.title)}
