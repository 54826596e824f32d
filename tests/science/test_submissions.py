"""What organisations hand in for calls: in time or late, taken back, checked, supplemented, made a proposal."""

from datetime import date, time, timedelta

import pytest

from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.models import Submission, TaskProposal
from khcn.science.operations.submissions import needed_fields
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ProposalCallFactory, ScienceTaskFactory
from tests.science.calls_given import (
    EARLY,
    LAST,
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

pytestmark = pytest.mark.django_db
DAY = date(2023, 5, 10)


@pytest.fixture
def call():
    return published()


@pytest.fixture
def institute():
    return OrganisationFactory()


def refusal(record, name, actor, **values):
    with pytest.raises(Refused) as refused:
        take(record, name, actor, **values)
    record.refresh_from_db()
    return str(refused.value)


def handed_in(call, institute, **more):
    draft = a_draft(call, institute)
    take(draft, "submit", tenant(institute), **more)
    return draft


def test_who_hands_in_gets_the_next_number_and_the_moment_of_the_server(call, institute):
    first, second = handed_in(call, institute), handed_in(call, institute, at=LAST)
    assert [
        (each.receipt, each.submitted_at, each.submitted_on, each.is_late) for each in (first, second)
    ] == [
        ("HS-2023-01", EARLY, date(2023, 5, 10), False),
        ("HS-2023-02", LAST, date(2023, 5, 31), False),
    ]
    assert (first.state, call.received) == ("submitted", 2)


def test_the_message_after_handing_in_names_receipt_moment_and_lateness(institute):
    call = published(accepts_late=True)
    answers = [
        take(a_draft(call, institute), "submit", tenant(institute), at=at).message for at in (EARLY, LATE)
    ]
    assert answers == [
        "Đã thực hiện “Nộp hồ sơ”: biên nhận HS-2023-01, 09 giờ 00 ngày 10/05/2023.",
        "Đã thực hiện “Nộp hồ sơ”: biên nhận HS-2023-02, 09 giờ 00 ngày 01/06/2023 (nộp muộn).",
    ]


def test_the_minute_of_the_call_is_in_time_and_the_next_one_is_not(call, institute):
    draft = a_draft(call, institute)
    too_late = LAST + timedelta(minutes=1)
    assert refusal(draft, "submit", tenant(institute), at=too_late) == (
        "Đã hết hạn nộp lúc 17 giờ 00 ngày 31/05/2023 nên không nhận hồ sơ nữa. Liên hệ: Phòng Quản lý khoa học."
    )
    assert (draft.state, draft.receipt, draft.submitted_at) == ("draft", "", None)
    take(draft, "submit", tenant(institute), at=LAST + timedelta(seconds=59))
    assert (draft.state, draft.is_late) == ("submitted", False)


def test_what_comes_late_where_late_is_taken_is_marked_for_ever(institute):
    call = published(accepts_late=True)
    late = handed_in(call, institute, at=LATE)
    assert late.is_late
    extended = {"closes_on": date(2023, 7, 1), "closes_time": time(17), "reason": "ít hồ sơ"}
    take(call, "extend", STAFF, at=LATE, **extended)
    late.refresh_from_db()
    assert late.is_late
    assert not handed_in(call, institute, at=LATE).is_late


def test_nothing_is_handed_in_for_a_draft_a_withdrawn_call_or_before_its_first_day(institute):
    draft_call, early_call, withdrawn = (
        ProposalCallFactory(),
        published(opens_on=date(2023, 5, 20)),
        published(),
    )
    take(withdrawn, "withdraw", STAFF, reason="hết kinh phí")
    reasons = [
        refusal(a_draft(each, institute), "submit", tenant(institute))
        for each in (draft_call, early_call, withdrawn)
    ]
    assert ["dự thảo" in reasons[0], "từ ngày 20/05/2023" in reasons[1], "đã thu hồi" in reasons[2]] == [
        True
    ] * 3
    rows = [Submission(call=each, organisation=institute, title="Mới") for each in (draft_call, withdrawn)]
    for row in rows:
        with pytest.raises(Refused), acting(tenant(institute)):
            save_row(register_of(Submission), row, actor=tenant(institute), on=DAY)


def test_what_a_rule_of_the_day_needs_is_asked_for_and_what_it_does_not_need_is_not(call, institute):
    draft = a_draft(call, institute, users="", necessity="")
    assert refusal(draft, "submit", tenant(institute)) == (
        "Hồ sơ còn thiếu: tính cấp thiết, ai dùng kết quả, dùng ở đâu. Bấm “Sửa”, điền đủ rồi nộp."
    )
    for name in ("users", "necessity"):
        RuleParameterFactory(
            code=f"science.call_proposals_{name}", value=0, unit="other", valid_from=date(2023, 5, 1)
        )
    assert needed_fields("proposals", on=date(2023, 4, 30)) == [
        *("necessity", "objectives", "main_content", "products", "users")
    ]
    take(draft, "submit", tenant(institute))
    assert draft.state == "submitted"


def test_it_is_taken_back_before_the_last_moment_and_handed_in_again(call, institute):
    submission, who = handed_in(call, institute), tenant(institute)
    take(submission, "withdraw", who)
    assert (submission.state, call.received) == ("withdrawn", 0)
    assert form_refusals(submission, who, DAY, title="Tên đã sửa") == []
    take(submission, "submit", who, at=LAST)
    assert (submission.receipt, submission.submitted_at) == ("HS-2023-02", LAST)
    assert "không rút được" in refusal(submission, "withdraw", who, at=LATE)
    assert submission.state == "submitted"


def test_what_was_handed_in_is_changed_by_nobody(call, institute):
    submission = handed_in(call, institute)
    for who in (tenant(institute), STAFF):
        assert form_refusals(submission, who, DAY, title="Khác") != []
        assert api_refusal(submission, who, DAY, title="Khác") != ""
    submission.refresh_from_db()
    assert submission.title != "Khác"


def test_another_organisation_takes_no_step_and_no_draft_is_written_in_its_name(call, institute):
    submission, other = handed_in(call, institute), OrganisationFactory()
    for name in ("withdraw", "supplement"):
        assert refusal(submission, name, tenant(other))
    row = Submission(call=call, organisation=institute, title="Giả danh")
    with pytest.raises(Refused), acting(tenant(other)):
        save_row(register_of(Submission), row, actor=tenant(other), on=DAY)
    assert list(Submission.objects.all()) == [submission]


def test_the_division_asks_for_more_and_the_organisation_answers_in_time(call, institute):
    submission, who = handed_in(call, institute), tenant(institute)
    asked = {"supplement_by": date(2023, 6, 5), "reason": "Nêu rõ nơi dùng kết quả"}
    take(submission, "ask", STAFF, **asked)
    assert (submission.state, submission.check_note) == ("supplement", "Nêu rõ nơi dùng kết quả")
    assert form_refusals(submission, who, DAY, users="Trạm Y tế xã") == []
    over = LATE + timedelta(days=9)
    assert "Đã hết ngày 05/06/2023" in refusal(submission, "supplement", who, at=over)
    take(submission, "supplement", who, at=LATE)
    assert (submission.state, submission.receipt, submission.submitted_at) == (
        "submitted",
        "HS-2023-01",
        EARLY,
    )
    take(submission, "accept", STAFF, at=LATE)
    assert (submission.state, submission.check_note) == ("valid", "")


def test_a_sealed_bid_is_completed_after_the_opening_and_not_rewritten(institute):
    """Other bids may be known by then; what is empty may be filled."""
    call = a_bid_call()
    submission, who = a_draft(call, institute), tenant(institute)
    with acting(who):
        submission.products = ""
        submission.save()
    RuleParameterFactory(code="science.call_selection_products", value=0)
    take(submission, "submit", who, at=EARLY)
    take(call, "open", STAFF, at=LATE, **OPENING)
    take(submission, "ask", STAFF, at=LATE, supplement_by=date(2023, 6, 9), reason="Thiếu sản phẩm")
    for name, value in (("budget_total", 800), ("title", "Tên khác"), ("objectives", "")):
        assert form_refusals(submission, who, DAY, **{name: value}) == [
            "Hồ sơ niêm phong đã nộp: khi bổ sung chỉ điền điều còn trống và thêm tệp, không sửa điều đã nộp."
        ]
    submission.refresh_from_db()
    assert form_refusals(submission, who, DAY, products="Giống mía") == []
    take(submission, "supplement", who, at=LATE)
    assert (submission.state, submission.products, submission.budget_total) == ("submitted", "Giống mía", 900)


def test_a_result_needs_its_reason_and_a_slip_is_taken_back(call, institute):
    submission = handed_in(call, institute)
    with pytest.raises(Refused):
        take(submission, "reject", STAFF, reason=" ")
    take(submission, "reject", STAFF, reason="Không thuộc lĩnh vực")
    assert (submission.state, submission.check_note) == ("invalid", "Không thuộc lĩnh vực")
    take(submission, "check-again", STAFF, reason="đọc nhầm")
    assert (submission.state, submission.check_note, submission.corrected) == ("submitted", "", True)


def test_valid_submissions_become_proposals_received_when_they_were_handed_in(call, institute):
    first, second, third = (handed_in(call, institute) for _ in range(3))
    for each in (first, second):
        take(each, "accept", STAFF)
    take(call, "make-proposals", STAFF, at=LATE)
    made = TaskProposal.objects.order_by("pk")
    assert [(each.submission, each.proposer, each.received_on, each.for_year) for each in made] == [
        (each, institute, date(2023, 5, 10), 2024) for each in (first, second)
    ]
    assert len({each.code for each in made}) == 2
    assert "chưa thành đề xuất" in refusal(call, "make-proposals", STAFF, at=LATE)
    assert "Trả lời ở đề xuất" in refusal(first, "check-again", STAFF, reason="x")
    take(made[0], "reject", STAFF, reason="Trùng nhiệm vụ đang làm")
    answered = made[0]
    assert (answered.answer, register_of(TaskProposal).may("read", tenant(institute), answered)) == (
        "Trùng nhiệm vụ đang làm",
        True,
    )
    take(answered, "reconsider", STAFF, reason="nhầm")
    assert TaskProposal.objects.get(pk=answered.pk).answer == ""
    assert third.state == "submitted"


def test_paper_is_entered_with_when_it_came_and_who_brought_it(call, institute):
    outcome = on_paper(call, institute)
    submission = Submission.objects.get(pk=outcome.result_pk)
    assert (
        submission.receipt,
        submission.is_late,
        submission.handed_in_by,
        submission.entered_from_paper,
    ) == (
        "HS-2023-01",
        False,
        "Người Mang Tới",
        True,
    )
    assert "Hồ sơ giấy HS-2023-01" in outcome.message
    assert "còn thiếu" in refusal(submission, "accept", STAFF)
    filled = dict.fromkeys(("necessity", "objectives", "main_content", "products", "users"), "Từ bản giấy")
    assert form_refusals(submission, STAFF, DAY, title="Tên trên bản giấy", **filled) == []
    take(submission, "accept", STAFF)
    assert form_refusals(submission, STAFF, DAY, title="Khác") != []
    with pytest.raises(Refused, match="hết hạn nộp"):
        on_paper(call, institute, at=LATE, received_on=date(2023, 6, 1))
    with pytest.raises(Refused, match="chưa đến"):
        on_paper(call, institute, received_on=date(2023, 5, 11))
    someone = PersonFactory()
    on_paper(call, None, person=someone)
    assert call.received == 2


def test_a_call_is_for_a_task_that_was_determined_and_has_no_host(institute):
    running = ScienceTaskFactory()
    with pytest.raises(Refused, match="chưa có tổ chức chủ trì"):
        published(kind="selection", task=running)
    call = a_bid_call()
    assert (call.state, call.is_sealed) == ("published", True)
    with pytest.raises(Refused, match="ghi phương thức"):
        published(kind="direct", task=call.task)


def test_what_people_relied_on_is_moved_by_extending_alone(call):
    for name, value in (("closes_on", date(2023, 8, 1)), ("is_sealed", True), ("kind", "selection")):
        assert form_refusals(call, STAFF, DAY, **{name: value}) != []
        assert api_refusal(call, STAFF, DAY, **{name: value}) != ""
    earlier = {"closes_on": date(2023, 5, 31), "closes_time": time(16, 59), "reason": "x"}
    assert "Hạn mới phải sau" in refusal(call, "extend", STAFF, **earlier)
    take(call, "extend", STAFF, closes_on=date(2023, 6, 15), closes_time=time(11, 30), reason="Theo đề nghị")
    assert call.extensions == (
        "10/05/2023: gia hạn từ 17 giờ 00 ngày 31/05/2023 đến 11 giờ 30 ngày 15/06/2023. Lý do: Theo đề nghị"
    )
    with pytest.raises(Refused, match="thu hồi"):
        register_of(type(call)).writer.refuse_removal(call, actor=STAFF, on=DAY)


def test_a_call_is_opened_after_its_last_moment_and_ends_when_all_is_checked(call, institute):
    submission = handed_in(call, institute)
    assert "Chưa hết hạn nộp" in refusal(call, "open", STAFF, at=LAST, **OPENING)
    take(call, "open", STAFF, at=LATE, **OPENING)
    assert (call.state, call.opened_at, call.present) == ("opened", LATE, OPENING["present"])
    assert "Còn 1 hồ sơ" in refusal(call, "close", STAFF, at=LATE)
    assert "không nhận hồ sơ" in refusal(a_draft(call, institute), "submit", tenant(institute), at=LATE)
    take(submission, "accept", STAFF, at=LATE)
    take(call, "close", STAFF, at=LATE)
    assert call.state == "closed"
