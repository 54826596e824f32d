"""The minutes of the opening of a call: only once it was opened, of all that was handed in and of nothing else."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client, TestCase

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import Paper, PaperRefused
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.papers.printing import preview_html
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.parties.models import User
from khcn.science.documents import OPENING
from tests.factories.parties import OrganisationFactory
from tests.science.calls_given import (
    EARLY,
    LATE,
    STAFF,
    a_bid_call,
    a_draft,
    on_paper,
    take,
    tenant,
)
from tests.science.calls_given import (
    OPENING as PRESENT,
)
from tests.science.channels import form_refusals
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
DAY = date(2023, 6, 2)


def drafted(call, on=DAY):
    return draft_paper(kind=OPENING, record=call, actor=STAFF, on=on, signer_name="Nông Văn Ký")


def issued(call):
    with TestCase.captureOnCommitCallbacks(execute=True):
        paper = issue_paper(paper=drafted(call), actor=STAFF, on=DAY)
    paper.refresh_from_db()
    return paper


@pytest.fixture
def firms():
    return [
        OrganisationFactory(name=name) for name in ("Viện Một", "Công ty Hai", "Trường Ba", "Hợp tác xã Bốn")
    ]


@pytest.fixture
def call(firms):
    """One envelope, one in time, one late, one draft and one that was taken back."""
    found = a_bid_call(accepts_late=True)
    with time_machine.travel(EARLY, tick=False):
        on_paper(found, firms[0])
    first, second, _never, back = (
        a_draft(found, firms[1]),
        a_draft(found, firms[2]),
        a_draft(found, firms[3]),
        a_draft(found, firms[3], title="Rút"),
    )
    take(first, "submit", tenant(firms[1]))
    take(back, "submit", tenant(firms[3]))
    take(back, "withdraw", tenant(firms[3]))
    take(second, "submit", tenant(firms[2]), at=datetime(2023, 5, 31, 10, 1, tzinfo=UTC))
    return found


def test_nothing_of_it_is_written_before_the_opening(call):
    with pytest.raises(PaperRefused, match="chưa mở hồ sơ"):
        drafted(call)
    take(call, "withdraw", STAFF, at=LATE, reason="x")
    with pytest.raises(PaperRefused, match="chưa mở hồ sơ"):
        drafted(call)
    assert not Paper.objects.exists()


def test_it_lists_what_was_handed_in_and_no_draft(call):
    take(call, "open", STAFF, at=LATE, **PRESENT)
    with pytest.raises(PaperRefused, match="01/6/2023"):
        drafted(call, date(2023, 5, 31))
    paper = issued(call)
    data = paper.data
    assert [
        tuple(each[name] for name in ("receipt", "who", "at", "how", "late")) for each in data["submissions"]
    ] == [
        (
            "HS-2023-01",
            "Viện Một",
            "08 giờ 30 ngày 09/5/2023",
            "hồ sơ giấy, ghi vào hệ thống lúc 09 giờ 00 ngày 10/5/2023",
            "",
        ),
        ("HS-2023-02", "Công ty Hai", "09 giờ 00 ngày 10/5/2023", "nộp trên hệ thống", ""),
        ("HS-2023-04", "Trường Ba", "17 giờ 01 ngày 31/5/2023", "nộp trên hệ thống", "nộp muộn"),
    ]
    assert (data["total"], data["on_paper"], data["late"]) == ("03", "01", "01")
    assert data["people"] == [{"name": PRESENT["present"]}]
    assert (paper.number_text, data["opened"]) == ("01/BB-MHS", "09 giờ 00 ngày 01/6/2023")
    text = preview_html(OPENING, paper.template.format, bytes(paper.template.content), data)
    assert ("Hợp tác xã Bốn" in text, call.task.title in text) == (False, True)


def test_a_call_for_which_nothing_came_has_minutes_too():
    call = a_bid_call()
    take(call, "open", STAFF, at=LATE, **PRESENT)
    paper = issued(call)
    text = preview_html(OPENING, paper.template.format, bytes(paper.template.content), paper.data)
    assert ("đã nhận 00 hồ sơ" in text, "Số biên nhận" in text) == (True, False)


def test_what_it_printed_stays_and_what_it_did_not_print_does_not(call, firms):
    take(call, "open", STAFF, at=LATE, **PRESENT)
    issued(call)
    assert form_refusals(call, STAFF, DAY, title="Tên khác") != []
    for firm, is_named in ((firms[1], True), (firms[3], False)):
        firm.name += " mới"
        with acting(SYSTEM, on=DAY):
            if is_named:
                with pytest.raises(Refused, match="Biên bản mở hồ sơ"):
                    save_row(register_of(type(firm)), firm, actor=SYSTEM, on=DAY)
            else:
                save_row(register_of(type(firm)), firm, actor=SYSTEM, on=DAY)
    submission = call.submissions.get(organisation=firms[1])
    take(submission, "accept", STAFF, at=LATE)
    assert submission.state == "valid"


def test_no_outside_organisation_reads_who_else_handed_in(call, firms):
    take(call, "open", STAFF, at=LATE, **PRESENT)
    paper = issued(call)
    with acting(SYSTEM):
        user = User.objects.create(username="hai", full_name="Hai", organisation=firms[1])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    page = client.get(f"/science/calls/{call.pk}/").content.decode()
    assert ("Biên bản mở hồ sơ" in page, "Viện Một" in page) == (False, False)
    staff = Client()
    staff.force_login(account(Role.OFFICER, "QLKH"))
    for address in (f"/papers/{paper.pk}/", f"/papers/{paper.pk}/docx/", f"/papers/{paper.pk}/pdf/"):
        assert staff.get(address).status_code == 200, address
        assert client.get(address).status_code in {403, 404}, address
