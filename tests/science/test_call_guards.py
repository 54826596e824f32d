"""Guards of calls and submissions that the other tests would not miss: each fails when its guard is taken away."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.parties.models import RoleRight, User
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ProposalCallFactory
from tests.science.calls_given import (
    LATE,
    OPENING,
    STAFF,
    a_bid_call,
    a_draft,
    on_paper,
    published,
    take,
    tenant,
)
from tests.science.channels import api_refusal, form_refusals
from tests.science.test_sealed_submissions import WORD, bid, signed_in, text_of  # noqa: F401 -- a fixture
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
DAY = date(2023, 5, 10)
MOVED = "không chuyển sang thông báo, tổ chức khác"


def signed_in_of(organisation):
    client = Client(raise_request_exception=False)
    with acting(SYSTEM):
        client.force_login(User.objects.create(username="vien", organisation=organisation))
    return client


def test_a_call_is_published_in_the_minute_of_its_last_moment_and_not_later():
    call = ProposalCallFactory()
    with pytest.raises(Refused, match="Hạn nộp 17 giờ 00 ngày 31/05/2023 đã qua"):
        take(call, "publish", STAFF, at=datetime(2023, 5, 31, 10, 1, tzinfo=UTC))
    call.refresh_from_db()
    assert (call.state, call.published_on) == ("draft", None)
    take(call, "publish", STAFF, at=datetime(2023, 5, 31, 10, 0, 59, tzinfo=UTC))
    assert call.state == "published"


@pytest.mark.parametrize("state", ["withdrawn", "supplement", "on paper"])
def test_what_has_a_receipt_stays_with_its_call_and_whose_it_is(state):
    firm, other = OrganisationFactory(), published()
    call = published()
    if state == "on paper":
        on_paper(call, firm)
        submission, who = call.submissions.get(), STAFF
    else:
        submission, who = a_draft(call, firm), tenant(firm)
        take(submission, "submit", who)
        if state == "withdrawn":
            take(submission, "withdraw", who)
        else:
            take(submission, "ask", STAFF, supplement_by=date(2023, 6, 5), reason="Thiếu")
    for name, value in (
        ("call", other),
        ("organisation", OrganisationFactory()),
        ("person", PersonFactory()),
    ):
        # what one may not choose at all is refused in other words
        assert form_refusals(submission, who, DAY, **{name: value}) != []
        assert api_refusal(submission, who, DAY, **{name: value}) != ""
    assert form_refusals(submission, who, DAY, call=other)[0].find(MOVED) > 0
    submission.refresh_from_db()
    assert (submission.call, submission.organisation, submission.person) == (call, firm, None)


@pytest.mark.parametrize("result", ["accept", "reject"])
def test_what_came_on_paper_and_was_checked_is_not_typed_again(result):
    call = published()
    on_paper(call, OrganisationFactory())
    submission = call.submissions.get()
    texts = ("title", "necessity", "objectives", "main_content", "products", "users")
    assert form_refusals(submission, STAFF, DAY, **dict.fromkeys(texts, "Theo bản giấy"), months=12) == []
    submission.refresh_from_db()
    take(submission, result, STAFF, **({"reason": "Sai"} if result == "reject" else {}))
    for name, value in (("title", "Khác"), ("months", 6), ("budget_total", 1)):  # the last one is empty
        assert form_refusals(submission, STAFF, DAY, **{name: value}) != []
        assert api_refusal(submission, STAFF, DAY, **{name: value}) != ""


def test_no_right_lets_anybody_change_what_was_checked():
    call = published()
    submission = a_draft(call, OrganisationFactory())
    take(submission, "submit", tenant(submission.organisation))
    take(submission, "accept", STAFF)
    with acting(SYSTEM):
        RoleRight(
            register="science.submission", verb="change", allowed=True, reason="thử",
            valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1),
        ).save()  # fmt: skip
    who = account("admin", "VP").actor_on(DAY)
    assert form_refusals(submission, who, DAY, title="Khác") == [
        "Hồ sơ đã kiểm tra xong nên không sửa được nữa."
    ]
    assert "đã kiểm tra xong" in api_refusal(submission, who, DAY, title="Khác")


def test_who_was_at_the_opening_is_not_shown_outside():
    call = a_bid_call()
    take(call, "open", STAFF, at=LATE, **OPENING)
    client = signed_in_of(OrganisationFactory())
    addresses = [f"/science/calls/{call.pk}/", f"/api/science/calls/{call.pk}/", "/science/calls/?print=all"]
    addresses.append(f"/science/calls/{call.pk}/history/")
    for address in addresses:
        assert OPENING["present"] in text_of(signed_in("admin").get(address)) or "?" in address
        assert "Bà Mở Hồ Sơ" not in text_of(client.get(address))
    assert "Bà Mở Hồ Sơ" not in text_of(client.get("/science/calls/export/"))


def test_a_submission_is_written_for_a_call_that_takes_some_in():
    given = {
        "published": published(code="TB-A"),
        "draft": ProposalCallFactory(code="TB-B"),
        "withdrawn": published(code="TB-C"),
        "opened": published(code="TB-D"),
    }
    take(given["withdrawn"], "withdraw", STAFF, reason="x")
    take(given["opened"], "open", STAFF, at=LATE, **OPENING)
    client = signed_in_of(OrganisationFactory())
    offered = client.get("/lookup/science/calls/?q=TB").json()["results"]
    assert [each["text"] for each in offered] == [given["published"].title]


def test_a_file_of_a_sealed_submission_is_logged_by_number(bid):  # noqa: F811
    client = signed_in_of(bid.organisation)
    assert client.get(f"/science/submissions/{bid.pk}/files/{bid.file.pk}/").status_code == 200
    entry = ChangeEntry.objects.get(model="event.file")
    texts = f"{entry.object_label} {entry.reason}"
    assert (WORD in texts, f"số {bid.pk}" in texts) == (False, True)
