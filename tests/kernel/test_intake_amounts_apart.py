"""Amounts of known records that are a thousand, a million or a billion times those on record are asked about, never written unasked."""

from datetime import date

import pytest
from django.db.models import Q

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import NotReady
from khcn.kernel.registers.registry import register_of
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import (
    DAY,
    OFFICER,
    TASK,
    answered,
    book_of,
    reference_data,
    sent_bytes,
    sheets,
)

pytestmark = pytest.mark.django_db

MILLION = 10**6
STORED = {"U-01": (1250 * MILLION, 1000 * MILLION), "U-02": (900 * MILLION, 700 * MILLION)}
HEADINGS = ["Mã nhiệm vụ", "Tên nhiệm vụ", "Ngân sách nhà nước", "Kinh phí đối ứng", "Tổng kinh phí"]
ALL = "Theo triệu đồng: 1.000 là 1.000.000.000 đồng (cả cột)"
KEEP, WRITE, EACH, SKIP = (
    "Giữ số trong sổ, ghi các cột khác",
    "Số trong tệp đúng: ghi thay số trong sổ",
    "Hỏi từng dòng",
    "Không đọc các dòng này",
)


@pytest.fixture
def tasks():
    for code, (total, state) in STORED.items():
        ScienceTaskFactory(code=code, title=f"Nhiệm vụ {code}", budget_total=total, budget_state=state)


def change(code, **values):
    with acting(SYSTEM):
        task = ScienceTask.objects.get(code=code)
        for name, value in values.items():
            setattr(task, name, value)
        task.save()


def sent(*rows, headings=HEADINGS, above=(), name="k9_kp.xlsx"):
    content = sheets({"KP": [*above, headings, *rows]})
    return sent_bytes(content, name)


def stored():
    rows = ScienceTask.objects.order_by("code").values_list("code", "budget_total", "budget_state")
    return {code: (total, state) for code, total, state in rows}


def totals(*amounts):
    """Rows with a total only."""
    return [[code, amount] for code, amount in zip(STORED, amounts, strict=False)]


def sent_totals(*amounts, heading="Tổng kinh phí", more=(), **kinds):
    return sent(*totals(*amounts), *more, headings=["Mã nhiệm vụ", heading], **kinds)


SHEET = (
    ["U-01", "Nhiệm vụ U-01", 1000, 250, 1250],
    ["U-02", "Nhiệm vụ U-02", 700, 200, 900],
)


def test_a_sheet_in_millions_that_does_not_say_so_is_one_question_and_writes_nothing_unasked(tasks):
    batch, plan = sent(*SHEET)
    (question,) = plan.questions
    assert question.rows == (2, 3)
    assert question.text == (
        "Số tiền ở cột “Ngân sách nhà nước (đồng)”, “Tổng kinh phí (đồng)” chỉ bằng khoảng 1/1.000.000 số trong sổ, ở 2 dòng. "
        "Tệp ghi theo đơn vị nào, hay số đã đổi? Ví dụ "
        "dòng 2, Ngân sách nhà nước (đồng): “1.000.000.000” thành “1.000”; "
        "dòng 2, Tổng kinh phí (đồng): “1.250.000.000” thành “1.250”; "
        "dòng 3, Ngân sách nhà nước (đồng): “700.000.000” thành “700”."
    )
    assert [each.label for each in question.options] == [ALL, KEEP, WRITE, EACH, SKIP]
    with pytest.raises(NotReady):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == STORED
    plan = answered(batch, question, ALL)
    assert (plan.is_ready, plan.is_empty) == (True, True)
    assert [each.answer.label for each in plan.settled] == [ALL]


def test_the_answer_holds_for_the_whole_column_with_its_new_records_and_empty_ones(tasks):
    ScienceTaskFactory(code="U-03", title="Nhiệm vụ U-03", budget_total=None, budget_state=None)
    batch, plan = sent_totals(1300, more=[["U-03", 800]])
    plan = answered(batch, plan.questions[0], "Theo triệu đồng: 1.300 là 1.300.000.000 đồng (cả cột)")
    assert plan.is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == {
        **STORED,
        "U-01": (1300 * MILLION, 1000 * MILLION),
        "U-03": (800 * MILLION, None),
    }


def test_new_records_of_such_a_column_get_the_unit_too(tasks):
    reference_data()
    fresh = {**TASK, "code": "U-09", "budget_total": 640}
    names = [*fresh]
    known = {**fresh, "code": "U-01", "title": "Nhiệm vụ U-01", "budget_total": 1251}
    batch = intake.upload(
        content=book_of(ScienceTask, [known, fresh], only=names), name="a.xlsx", actor=OFFICER, on=DAY
    )
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    (question,) = plan.questions
    assert question.rows == (2,)
    plan = answered(batch, question, "Theo triệu đồng: 1.251 là 1.251.000.000 đồng (cả cột)")
    (new,) = [row for row in plan.sheets[0].rows if row.action == "create"]
    assert {each.column: each.new for each in new.changes}["budget_total"] == "640.000.000"


@pytest.mark.parametrize(
    ("label", "after"),
    [
        (WRITE, {"U-01": (1250, 1000), "U-02": (900, 700)}),
        (KEEP, STORED),
        (SKIP, STORED),
    ],
)
def test_the_amounts_of_the_file_are_written_only_where_somebody_says_so(tasks, label, after):
    batch, plan = sent(*SHEET)
    plan = answered(batch, plan.questions[0], label)
    assert plan.is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == after


def test_each_row_may_be_asked_about_by_itself(tasks):
    batch, plan = sent_totals(1300, 900)
    plan = answered(batch, plan.questions[0], EACH)
    one, two = plan.questions
    assert (one.rows, two.rows) == ((2,), (3,))
    assert [each.label for each in two.options] == [
        "Theo triệu đồng: 900 là 900.000.000 đồng (dòng này)",
        KEEP,
        WRITE,
        "Không đọc dòng này",
    ]
    answered(batch, one, "Theo triệu đồng: 1.300 là 1.300.000.000 đồng (dòng này)")
    assert answered(batch, two, "Không đọc dòng này").is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == {**STORED, "U-01": (1300 * MILLION, 1000 * MILLION)}


def test_rows_in_another_unit_among_rows_in_dong_are_asked_about_alone(tasks):
    ScienceTaskFactory(code="U-03", title="Nhiệm vụ U-03", budget_total=None, budget_state=None)
    batch, plan = sent_totals(1300, 950 * MILLION, more=[["U-03", 800]])
    (question,) = plan.questions
    assert question.rows == (2,)
    label = "Theo triệu đồng: 1.300 là 1.300.000.000 đồng (dòng này)"
    assert question.options[0].label == label
    plan = answered(batch, question, label)
    (question,) = plan.questions  # of the record that has no amount
    assert question.rows == (4,)
    answered(batch, question, "Theo đồng: 800 là 800 đồng")
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == {
        "U-01": (1300 * MILLION, 1000 * MILLION),
        "U-02": (950 * MILLION, 700 * MILLION),
        "U-03": (800, None),
    }


def test_a_column_without_amounts_on_record_is_asked_about_once_the_unit_of_the_others_is_known(tasks):
    for code in STORED:
        change(code, budget_state=None)
    batch, plan = sent(*SHEET)
    (question,) = plan.questions
    assert "“Tổng kinh phí (đồng)”" in question.text
    plan = answered(batch, question, "Theo triệu đồng: 1.250 là 1.250.000.000 đồng (cả cột)")
    (question,) = plan.questions
    assert question.text == (
        "Cột “Ngân sách nhà nước (đồng)”: ở 2 dòng, sổ chưa có số để so. Số ở các dòng này theo đơn vị nào?"
    )
    assert [each.label for each in question.options] == [
        "Theo triệu đồng: 1.000 là 1.000.000.000 đồng",
        "Theo đồng: 1.000 là 1.000 đồng",
    ]
    assert answered(batch, question, "Theo triệu đồng: 1.000 là 1.000.000.000 đồng").is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == STORED


@pytest.mark.parametrize(
    ("heading", "amount", "times", "option"),
    [
        ("Tổng kinh phí", 1_250_000, "1/1.000", "Theo nghìn đồng: 1.250.000 là 1.250.000.000 đồng (cả cột)"),
        (
            "Tổng kinh phí (nghìn đồng)",
            1250,
            "1/1.000",
            "Theo triệu đồng: 1.250 là 1.250.000.000 đồng (cả cột)",
        ),
        (
            "Tổng kinh phí (đồng)",
            1250,
            "1/1.000.000",
            "Theo triệu đồng: 1.250 là 1.250.000.000 đồng (cả cột)",
        ),
        ("Tổng kinh phí", 2, "1/1.000.000.000", "Theo tỷ đồng: 2 là 2.000.000.000 đồng (cả cột)"),
        (
            "Tổng kinh phí (triệu đồng)",
            1_260_000_000,
            "gấp khoảng 1.000.000 lần",
            "Theo đồng: 1.260.000.000 là 1.260.000.000 đồng (cả cột)",
        ),
        (
            "Tổng kinh phí (tỷ đồng)",
            1260,
            "gấp khoảng 1.000 lần",
            "Theo triệu đồng: 1.260 là 1.260.000.000 đồng (cả cột)",
        ),
        ("Tổng kinh phí", 1_250_000_000_000, "gấp khoảng 1.000 lần", KEEP),
        ("Tổng kinh phí", "1,25 nghìn", "1/1.000.000", KEEP),
    ],
)
def test_the_unit_that_is_offered_is_the_one_in_which_the_file_would_be_as_the_register(
    tasks, heading, amount, times, option
):
    _batch, plan = sent_totals(amount, heading=heading)
    (question,) = plan.questions
    assert times in question.text
    assert question.options[0].label == option


@pytest.mark.parametrize(
    "amounts",
    [
        (1250 * MILLION, 900 * MILLION),
        (1300 * MILLION, 300 * MILLION),
        (12_500 * MILLION, 90 * MILLION),  # a nought too many, and one too few
        (3 * MILLION, 400_000 * MILLION),
        (0, 0),
        (None, 0),
    ],
)
def test_corrected_amounts_are_not_asked_about(tasks, amounts):
    for code in STORED:
        change(code, budget_state=None)
    _batch, plan = sent_totals(*amounts)
    assert (plan.questions, plan.errors) == ([], [])


def test_a_sheet_that_says_its_unit_is_not_asked_about(tasks):
    _batch, plan = sent(*SHEET, above=[["ĐVT: triệu đồng"]])
    assert (plan.questions, plan.is_empty) == ([], True)


def test_an_answer_does_not_hold_for_amounts_that_were_not_shown_with_it(tasks):
    for code in STORED:
        change(code, budget_state=None)
    batch, plan = sent_totals(1300, 950)
    assert answered(batch, plan.questions[0], WRITE).is_ready
    change("U-02", budget_total=800 * MILLION)
    plan = intake.preview(batch=batch, actor=OFFICER, on=date(2023, 9, 15))
    assert [each.rows for each in plan.questions] == [(2, 3)]


def test_an_amount_that_the_unit_makes_too_large_is_a_problem_of_its_cell(tasks):
    ScienceTaskFactory(code="U-03", title="Nhiệm vụ U-03", budget_total=None, budget_state=None)
    batch, plan = sent_totals(1300, more=[["U-03", "9.223.372.036.855"]], name="b.xlsx")
    plan = answered(batch, plan.questions[0], "Theo triệu đồng: 1.300 là 1.300.000.000 đồng (cả cột)")
    assert [(each.row, each.cell, each.code) for each in plan.errors] == [(3, "B3", "not_whole")]


def test_a_question_names_no_amounts_of_records_that_the_sender_may_not_read(tasks, monkeypatch):
    register = register_of(ScienceTask)
    whole = register.reach
    monkeypatch.setattr(
        register, "reach", lambda verb, actor: Q(code="U-02") if verb == "read" else whole(verb, actor)
    )
    _batch, plan = sent_totals(1300, 950)
    (question,) = plan.questions
    assert (question.rows, "1.250.000.000" in question.text) == ((3,), False)
