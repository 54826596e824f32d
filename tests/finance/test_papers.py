"""Papers of this area: the approved settlement, the asset that is handed over, the advances that are to be cleared."""

from datetime import date

import pytest
from django.test import TestCase

from khcn.finance.documents import MINUTES, NOTICE, REMINDER
from khcn.finance.models import AdvanceReminder, TaskAsset, YearSettlement
from khcn.kernel.papers.drafts import draft_paper, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.papers.printing import preview_html
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from tests.factories.finance import (
    AdvanceClearanceFactory,
    AdvancePaymentFactory,
    AdvanceReminderFactory,
    TaskAssetFactory,
    YearSettlementFactory,
)
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.finance.test_money import (
    CLERK,
    SCIENTIST,
    TODAY,
    _rules,  # noqa: F401 -- the rules of this area
    change,
    enter,
    take,
    terms,
)

pytestmark = pytest.mark.django_db
APPROVED = {"approved_on": date(2023, 6, 1), "approved_amount": 455_000_000}
DECIDED = {"decision_number": "12/QĐ-SKHCN", "decided_on": date(2023, 9, 11), "handling_form": "transfer"}


def drafted(kind, record, actor=CLERK):
    return draft_paper(kind=kind, record=record, actor=actor, on=TODAY, signer_name="Nông Văn Ký")


def issued(draft, actor=CLERK):
    """A paper with its files, which are made after the commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        paper = issue_paper(paper=draft, actor=actor, on=TODAY)
    paper.refresh_from_db()
    return paper


def withdrawn(paper, actor=CLERK):
    return issued(withdraw_paper(paper=paper, reason="Lập nhầm", actor=actor, on=TODAY), actor)


def shown(kind, paper):
    return preview_html(kind, paper.template.format, bytes(paper.template.content), paper.data)


# ----------------------------------------------------------------------- the settlement of a year


@pytest.fixture
def institute():
    return OrganisationFactory(name="Viện Khoa học minh họa")


def settlement(institute):
    task = ScienceTaskFactory(host=institute, budget_state=900_000_000)
    given = {"reported_amount": 460_000_000, "carried_over_amount": 40_000_000}
    return enter(YearSettlementFactory, task=task, **given)


def test_the_notice_says_what_is_approved_in_digits_and_in_words(institute):
    found = settlement(institute)
    with pytest.raises(PaperRefused, match="Ghi phê duyệt quyết toán"):
        drafted(NOTICE, found)
    take(found, "approve", **APPROVED)
    paper = issued(drafted(NOTICE, found))
    found.refresh_from_db()
    assert (found.state, found.document_number) == ("approved", paper.number_text)
    assert found.approved_on == date(2023, 6, 1)  # the day of the decision, not of the notice
    text = shown(NOTICE, paper)
    for words in (
        "455.000.000 đồng",
        "Bốn trăm năm mươi lăm triệu đồng",
        "5.000.000 đồng",
        "40.000.000 đồng",
        "Viện Khoa học minh họa",
    ):
        assert words in text


def test_an_approval_is_not_taken_back_while_its_notice_is_in_force(institute):
    found = settlement(institute)
    take(found, "approve", **APPROVED)
    paper = issued(drafted(NOTICE, found))
    with pytest.raises(Refused, match="Thu hồi"):
        take(found, "take-back-settlement", reason="Nhầm")
    found.refresh_from_db()
    second = issued(
        renew_draft(
            paper=replace_paper(paper=paper, reason="Sai tên", actor=CLERK, on=TODAY), actor=CLERK, on=TODAY
        )
    )
    found.refresh_from_db()
    assert found.document_number == second.number_text != paper.number_text
    withdrawn(second)
    found.refresh_from_db()
    assert (found.state, found.document_number) == ("approved", "")
    take(found, "take-back-settlement", reason="Nhầm")
    assert (found.state, found.approved_amount) == ("submitted", None)


def test_what_was_approved_on_paper_needs_no_notice_and_its_number_is_given_once(institute):
    take(settlement(institute), "approve", **APPROVED, document_number="81/TB-SKHCN")
    with pytest.raises(PaperRefused, match="81/TB-SKHCN"):
        drafted(NOTICE, YearSettlement.objects.get())
    with pytest.raises(Refused, match="81"):
        take(settlement(institute), "approve", **APPROVED, document_number="81/TB-SKHCN")
    paper = issued(drafted(NOTICE, take(YearSettlement.objects.last(), "approve", **APPROVED)))
    assert paper.number_text == "01/TB-SKHCN"


def test_a_notice_goes_to_a_host():
    found = enter(YearSettlementFactory, task=ScienceTaskFactory(host=None))
    take(found, "approve", approved_on=date(2023, 6, 1), approved_amount=1)
    with pytest.raises(PaperRefused, match="tổ chức chủ trì"):
        drafted(NOTICE, found)


# ---------------------------------------------------------------------- the asset that is handed over


def decided_asset(**values):
    asset = enter(TaskAssetFactory, task=ScienceTaskFactory(), name="Máy sấy nông sản", actor=SCIENTIST)
    return take(
        asset, "decide", **{**DECIDED, "receiver": OrganisationFactory(name="Hợp tác xã B"), **values}
    )


def test_the_minutes_hand_the_asset_over_and_meet_the_term():
    asset = decided_asset()
    assert terms(asset)["asset_hand_over"][1] is None
    paper = issued(drafted(MINUTES, asset, SCIENTIST), SCIENTIST)
    asset.refresh_from_db()
    assert (asset.state, asset.handed_over_on) == ("handed_over", TODAY)
    assert terms(asset)["asset_hand_over"][1] == TODAY
    text = shown(MINUTES, paper)
    for words in (
        "Máy sấy nông sản",
        "Hợp tác xã B",
        "Tám mươi lăm triệu đồng",
        "12/QĐ-SKHCN",
    ):
        assert words in text
    with pytest.raises(Refused, match="Thu hồi"):
        take(asset, "take-back-asset", reason="Nhầm")
    withdrawn(paper, SCIENTIST)
    asset.refresh_from_db()
    assert (asset.state, asset.handed_over_on) == ("decided", None)
    take(asset, "take-back-asset", reason="Nhầm")
    assert asset.state == "in_use"


@pytest.mark.parametrize(
    ("values", "words"), [({"receiver": None}, "tổ chức nhận"), (None, "Ghi quyết định xử lý")]
)
def test_what_minutes_are_refused_for(values, words):
    asset = decided_asset(**values) if values else enter(TaskAssetFactory, task=ScienceTaskFactory())
    with pytest.raises(PaperRefused, match=words):
        drafted(MINUTES, asset)


def test_what_was_handed_over_on_paper_has_its_minutes():
    asset = take(decided_asset(), "hand-over", handed_over_on=date(2023, 9, 12))
    with pytest.raises(PaperRefused, match="12/9/2023"):
        drafted(MINUTES, asset)


def test_minutes_are_not_withdrawn_once_the_contract_is_liquidated():
    asset = decided_asset()
    paper = issued(drafted(MINUTES, asset))
    TaskMilestoneFactory(task=asset.task, kind="liquidated", on=TODAY)
    draft = withdraw_paper(paper=paper, reason="Nhầm", actor=CLERK, on=TODAY)
    with pytest.raises(Refused, match="đã thanh lý"):
        issued(draft)
    assert TaskAsset.objects.get().state == "handed_over"


# -------------------------------------------------------------------- the advances that are to be cleared


@pytest.fixture
def host():
    """Two of its advances are past their term, one is in its term, one is cleared."""
    made = OrganisationFactory(name="Viện Khoa học minh họa")
    task = ScienceTaskFactory(host=made, title="Trồng chè Shan tuyết", budget_state=9_000_000_000)
    old = {"task": task, "paid_on": date(2022, 1, 24), "clear_by": date(2022, 12, 31)}
    first = enter(AdvancePaymentFactory, **old, amount=500_000_000, voucher_number="UNC-15")
    enter(AdvanceClearanceFactory, advance=first, amount=455_000_000, cleared_on=date(2022, 12, 20))
    enter(AdvancePaymentFactory, task=task, amount=140_000_000, paid_on=date(2023, 2, 1))
    enter(AdvancePaymentFactory, task=task, amount=1_000_000, paid_on=date(2023, 9, 1))
    cleared = enter(AdvancePaymentFactory, **old, amount=7_000_000)
    enter(AdvanceClearanceFactory, advance=cleared, amount=7_000_000, cleared_on=date(2023, 3, 1))
    enter(
        AdvancePaymentFactory, task=ScienceTaskFactory(host=OrganisationFactory()), paid_on=date(2022, 1, 1)
    )
    return made


def test_the_reminder_lists_what_is_past_its_term_with_its_age(host):
    reminder = enter(AdvanceReminderFactory, host=host, answer_by=date(2023, 9, 30))
    paper = issued(drafted(REMINDER, reminder))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.document_number, reminder.sent_on) == ("sent", paper.number_text, TODAY)
    assert [
        (row["voucher"], row["outstanding"], row["due_on"], row["age"]) for row in paper.data["advances"]
    ] == [
        ("UNC-15", "45.000.000", "31/12/2022", "Tạm ứng trên 12 tháng"),
        (paper.data["advances"][1]["voucher"], "140.000.000", "31/7/2023", "Tạm ứng trên 6 tháng"),
    ]
    assert (paper.data["total"], paper.data["answer_by"]) == ("185.000.000 đồng", "30/9/2023")
    assert "Một trăm tám mươi lăm triệu đồng" in shown(REMINDER, paper)


def test_a_reminder_that_was_sent_stays_until_its_letter_is_withdrawn(host):
    reminder = enter(AdvanceReminderFactory, host=host)
    paper = issued(drafted(REMINDER, reminder))
    reminder.refresh_from_db()
    with pytest.raises(Refused, match="Thu hồi"):
        take(reminder, "take-back-reminder", reason="Nhầm")
    reminder.refresh_from_db()
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(AdvanceReminder), reminder, actor=CLERK, on=TODAY)
    with pytest.raises(Refused):
        change(reminder, answer_by=date(2023, 10, 30))
    reminder.refresh_from_db()
    with pytest.raises(PaperRefused, match="thêm một dòng đôn đốc mới"):
        drafted(REMINDER, reminder)
    draft = replace_paper(paper=paper, reason="Thêm hạn", actor=CLERK, on=TODAY)
    change(reminder, answer_by=date(2023, 10, 30))
    second = issued(renew_draft(paper=draft, actor=CLERK, on=TODAY))
    reminder.refresh_from_db()
    assert (reminder.document_number, reminder.sent_on) == (second.number_text, TODAY)
    withdrawn(second)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.document_number, reminder.sent_on) == ("drafted", "", None)


def test_a_reminder_that_was_signed_on_paper_is_entered_and_taken_back(host):
    reminder = enter(AdvanceReminderFactory, host=host)
    with pytest.raises(Refused, match="chưa đến"):
        take(reminder, "record-sent", document_number="7", sent_on=date(2023, 9, 15))
    reminder.refresh_from_db()
    take(reminder, "record-sent", document_number=" 7/SKHCN-VP ", sent_on=date(2023, 9, 1))
    assert (reminder.state, reminder.document_number) == ("sent", "7/SKHCN-VP")
    take(reminder, "take-back-reminder", reason="Nhầm")
    assert (reminder.state, reminder.document_number, reminder.corrected) == ("drafted", "", True)


def test_nobody_is_reminded_of_nothing():
    reminder = enter(AdvanceReminderFactory, host=OrganisationFactory())
    with pytest.raises(PaperRefused, match="không có khoản tạm ứng nào quá hạn"):
        drafted(REMINDER, reminder)
