"""A number that is typed from paper is nobody else's in its year: certificates and minutes."""

from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import Role
from khcn.kernel.numbering.models import NumberBook
from khcn.kernel.numbering.operations import CannotVoidError, take_number, void
from khcn.kernel.numbering.typed_numbers import number_key
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.documents import MINUTES
from khcn.science.enums import MilestoneKind
from khcn.science.models import OperationCertificate, TaskMilestone
from khcn.science.operations import record_milestone
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.science import OperationCertificateFactory
from tests.kernel.papers_given import OFFICER, accepted_task, draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}
BUTTON = "“Đính chính số biên bản”"


def registered(task, number):
    return record_milestone(
        task=task, kind=MilestoneKind.REGISTERED, reached_on=date(2023, 8, 1), number=number, **WORDS
    )


def minuted(**values):
    return SeatedMeetingFactory(conclusion="Thống nhất.", **values)


@pytest.mark.parametrize(
    "number",
    [
        *(
            "88/GCN-SKHCN",
            "88/GCN-SKHCN ngày 28/11/2023",
            "８８/ＧＣＮ-SKHCN",
            "88/GCN-SKHCN.",
            "8\u200b8/GCN-SKHCN",
        ),
        *("88/GCN SKHCN", "88", "88/2023/GCN-SKHCN"),
    ],
)
def test_a_registration_number_that_another_task_has_is_typed_by_no_channel(number):
    registered(accepted_task(title="Đã có số", short_name=""), "88/GCN-SKHCN")
    task, taken = accepted_task(), "88/GCN-SKHCN đã ghi ở “Đã có số” ngày 01/08/2023"
    with pytest.raises(Refused, match=taken):
        run_action(
            task,
            "record-milestone",
            OFFICER,
            TODAY,
            kind="registered",
            reached_on=date(2023, 9, 1),
            number=number,
        )
    milestone = TaskMilestone(task=task, kind="registered", on=date(2023, 9, 1), number=number)
    with pytest.raises(Refused, match=taken):
        save_row(register_of(TaskMilestone), milestone, **WORDS)
    label = MilestoneKind.REGISTERED.label
    row = {"task": task.code, "kind": label, "on": "01/09/2023", "number": number}
    assert taken in " ".join(import_problems(TaskMilestone, row, OFFICER, TODAY))


@pytest.mark.parametrize("sign", ["С", "٨"])
def test_a_number_with_a_letter_that_only_looks_latin_is_typed_nowhere(sign):
    with pytest.raises(Refused, match=f"có ký tự “{sign}” không phải chữ cái La-tinh"):
        registered(accepted_task(), f"88/G{sign}N-SKHCN")
    meeting = minuted(code="H1")
    assert "La-tinh" in api_refusal(meeting, OFFICER, TODAY, minutes_number=f"05/{sign}B-HĐKHCN")
    meeting.refresh_from_db()
    assert api_refusal(meeting, OFFICER, TODAY, minutes_number="05/BB-HĐKHCN") == ""


def test_two_rows_of_one_sheet_do_not_have_one_number():
    words = {"kind": MilestoneKind.REGISTERED.label, "on": "01/09/2023", "number": "88/GCN-SKHCN"}
    rows = [{"task": accepted_task().code, **words}, {"task": accepted_task().code, **words}]
    assert ["đã ghi ở" in each for each in import_problems(TaskMilestone, rows, OFFICER, TODAY)] == [True]


def test_a_minutes_number_of_the_book_is_typed_at_another_meeting_by_no_channel():
    issue(draft(minuted(subject="Họp có biên bản"), kind=MINUTES))
    other, taken = minuted(code="H2"), "01/BB-HĐKHCN trong sổ biên bản đã cấp cho"
    assert taken in " ".join(form_refusals(other, OFFICER, TODAY, minutes_number="1/BB-HĐKHCN"))
    other.refresh_from_db()
    assert taken in api_refusal(other, OFFICER, TODAY, minutes_number="01/bb-hđkhcn")
    row = {"code": "H2", "minutes_number": "01/BB-HĐKHCN"}
    assert taken in " ".join(import_problems(CouncilMeeting, row, OFFICER, TODAY))
    other.refresh_from_db()
    assert other.minutes_number == ""
    typed = minuted(code="H3", minutes_number="07/BB-HĐKHCN")
    with pytest.raises(Refused, match="01/BB-HĐKHCN trong sổ"):
        run_action(
            typed, "correct-minutes-number", OFFICER, TODAY, minutes_number="01/BB-HĐKHCN", reason="gõ nhầm"
        )


def test_a_number_taken_by_hand_is_borne_by_one_record_on_its_own_day():
    issue(draft(minuted(), kind=MINUTES, on=TODAY), on=TODAY)
    head = an_actor(Role.HEAD, "QLKH")
    line = take_number(book=NumberBook.objects.get(), given_to="Biên bản lập ngoài", actor=head, on=TODAY)
    first, second = minuted(code="H1"), minuted(code="H2", subject="Họp sau")
    taken = {"minutes_number": line.text, "minutes_on": TODAY}
    refused = "02/BB-HĐKHCN lấy từ sổ ngày 01/12/2023 cho “Biên bản lập ngoài”"
    assert refused in " ".join(form_refusals(first, OFFICER, TODAY, minutes_number=line.text))
    first.refresh_from_db()
    assert api_refusal(first, OFFICER, TODAY, **taken) == ""
    assert "đã ghi ở" in " ".join(form_refusals(second, OFFICER, TODAY, **taken))
    with pytest.raises(CannotVoidError, match="đang ghi ở “Hội đồng tư vấn đánh giá, nghiệm thu"):
        void(issued=line, reason="nhầm", actor=head, on=TODAY)
    run_action(first, "correct-minutes-number", OFFICER, TODAY, minutes_number="", reason="nhầm")
    row = {"code": "H2", "minutes_number": line.text, "minutes_on": "01/12/2023"}
    assert import_problems(CouncilMeeting, row, OFFICER, TODAY) == []
    void(issued=line, reason="không dùng", actor=head, on=TODAY)
    second.refresh_from_db()
    assert "trong sổ biên bản đã cấp" in api_refusal(second, OFFICER, TODAY, **taken)


@pytest.mark.parametrize("december", [False, True])
def test_the_book_of_minutes_passes_over_a_typed_number(december):
    own = {"held_on": date(2022, 12, 30), "minutes_on": date(2023, 1, 3)} if december else {}
    minuted(minutes_number="01/BB-HĐKHCN", **own)
    assert issue(draft(minuted(), kind=MINUTES)).number_text == "02/BB-HĐKHCN"


def test_minutes_of_a_december_meeting_have_a_number_of_the_year_in_which_they_are_issued():
    early = date(2022, 1, 6)
    issue(draft(minuted(held_on=date(2022, 1, 5)), kind=MINUTES, on=early), on=early)
    december, january = date(2022, 12, 30), date(2023, 1, 3)
    paper = issue(draft(minuted(held_on=december), kind=MINUTES, on=january), on=january)
    assert (paper.number_text, paper.record().minutes_on) == ("01/BB-HĐKHCN", january)
    other, day = minuted(code="H2", held_on=december), {"minutes_on": january}
    for number, words, wanted in (
        ("01/BB-HĐKHCN", {}, "ngày 06/01/2022"),
        ("01/BB-HĐKHCN", day, "ngày 03/01/2023"),
        ("02/BB-HĐKHCN", {"minutes_on": date(2024, 1, 3)}, "chưa đến"),
        ("02/BB-HĐKHCN", {"minutes_on": date(2022, 12, 1)}, "không được trước ngày họp"),
    ):
        assert wanted in " ".join(form_refusals(other, OFFICER, TODAY, minutes_number=number, **words))
        other.refresh_from_db()
        assert wanted in api_refusal(other, OFFICER, TODAY, minutes_number=number, **words)
        cells = {name: value.strftime("%d/%m/%Y") for name, value in words.items()}
        row = {"code": "H2", "minutes_number": number, **cells}
        assert wanted in " ".join(import_problems(CouncilMeeting, row, OFFICER, TODAY))
        other.refresh_from_db()
    assert form_refusals(other, OFFICER, TODAY, minutes_number="02/BB-HĐKHCN", **day) == []
    with pytest.raises(Refused, match="01/BB-HĐKHCN trong sổ"):
        run_action(
            other,
            "correct-minutes-number",
            OFFICER,
            TODAY,
            minutes_number="01/BB-HĐKHCN",
            reason="nhầm",
            **day,
        )
    # By itself the day moves a number into the book of another year, so it is owned like the number.
    assert BUTTON in api_refusal(other, OFFICER, TODAY, minutes_on=None)
    assert "Số, ngày biên bản do biên bản đã cấp" in api_refusal(
        paper.record(), OFFICER, TODAY, minutes_on=december
    )


def test_two_meetings_do_not_have_one_typed_number_but_councils_of_the_past_numbered_for_themselves():
    minuted(code="H1", minutes_number="05/BB-HĐKHCN")
    other = minuted(code="H2")
    for number in ("05/BB-HĐKHCN", "05/BB-HĐKHCN.", "05/BB HĐKHCN", "5/2023/BB-HDKHCN"):
        assert "đã ghi ở" in api_refusal(other, OFFICER, TODAY, minutes_number=number), number
        other.refresh_from_db()
    minuted(code="H3", minutes_number="05/BB")
    other.refresh_from_db()
    assert api_refusal(other, OFFICER, TODAY, minutes_number="05/BB") == ""


def test_a_typed_minutes_number_is_corrected_with_a_reason_only_and_marks_the_meeting():
    meeting = minuted(code="H1", minutes_number="05/BB-HĐKHCN")
    for value in ("", "06/BB-HĐKHCN"):
        assert BUTTON in " ".join(form_refusals(meeting, OFFICER, TODAY, minutes_number=value))
        meeting.refresh_from_db()
        assert BUTTON in api_refusal(meeting, OFFICER, TODAY, minutes_number=value)
        meeting.refresh_from_db()
    row = {"code": "H1", "minutes_number": "06/BB-HĐKHCN"}
    assert BUTTON in " ".join(import_problems(CouncilMeeting, row, OFFICER, TODAY))
    run_action(
        meeting, "correct-minutes-number", OFFICER, TODAY, minutes_number="06/BB-HĐKHCN", reason="gõ nhầm"
    )
    meeting.refresh_from_db()
    assert (meeting.minutes_number, meeting.corrected) == ("06/BB-HĐKHCN", True)


def test_look_alike_characters_and_the_day_are_no_part_of_a_number():
    texts = (
        "０１／GCN-SKHCN",
        "01/GCN-SKHCN ngày 28/11/2026",
        "Giấy chứng nhận số 01/GCN-SKHCN (ngày 1/2/2026)",
    )
    assert {number_key(each) for each in texts} == {"1gcnskhcn"}


def test_the_number_of_a_certificate_of_operation_is_one_holders():
    mine = OperationCertificateFactory(number="05/ĐK-KH&CN")
    other = OperationCertificateFactory(issued_on=date(2023, 8, 8))
    taken = "là của giấy chứng nhận ngày 06/06/2023 cấp cho"
    for number in ("05/ĐK-KH&CN", "5 / đk-kh&cn"):
        assert taken in " ".join(form_refusals(other, OFFICER, TODAY, number=number))
        other.refresh_from_db()
        assert taken in api_refusal(other, OFFICER, TODAY, number=number)
        other.refresh_from_db()
    row = {"number": mine.number, "issued_on": "07/07/2023", "kind": "Cấp mới"}
    assert taken in " ".join(
        import_problems(OperationCertificate, {**row, "holder": other.holder.name}, OFFICER, TODAY)
    )
    new = {**row, "number": "77/ĐK-KH&CN"}
    rows = [
        {**new, "holder": mine.holder.name},
        {**new, "holder": other.holder.name, "issued_on": "08/07/2023"},
    ]
    assert "ngày 07/07/2023 cấp cho" in " ".join(import_problems(OperationCertificate, rows, OFFICER, TODAY))
    again = OperationCertificateFactory.build(
        number=mine.number, holder=mine.holder, issued_on=date(2023, 9, 9)
    )
    save_row(register_of(OperationCertificate), again, actor=OFFICER, on=TODAY)
