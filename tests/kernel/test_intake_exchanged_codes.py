"""A row with the code in the place of the title is asked about, and read as meant."""

import pytest

from khcn.kernel.intake import operations as intake
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, decide, reference_data

pytestmark = pytest.mark.django_db
FISH, RICE = "Nuôi cá chiên lồng bè", "Trồng lúa nếp Khẩu Nua Lếch"
QUESTION = "Có thể mã và tên ghi đổi chỗ cho nhau ở "


@pytest.fixture(autouse=True)
def on_record():
    reference_data()
    ScienceTaskFactory(code="26-S11", title="Bảo tồn tiếng nói dân tộc Dao")


def sent(*records):
    rows = [{**TASK, "code": code, "title": title} for code, title in records]
    batch = intake.upload(content=book_of(ScienceTask, rows), name="a.xlsx", actor=OFFICER, on=DAY)
    return batch, intake.preview(batch=batch, actor=OFFICER, on=DAY)


def answered(batch, question, label):
    option = next(each for each in question.options if each.label == label)
    choice = {"action": option.action, "target": option.target}
    decide(batch=batch, key=question.key, **choice, actor=OFFICER, on=DAY)
    return intake.preview(batch=batch, actor=OFFICER, on=DAY)


def stored():
    return dict(ScienceTask.objects.exclude(code="26-S11").values_list("code", "title"))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Đổi chỗ mã và tên", {"26-S12": FISH, "26-S13": RICE}),
        ("Đúng như trong tệp", {FISH: "26-S12", "26-S13": RICE}),
        ("Không đọc dòng này", {"26-S13": RICE}),
    ],
)
def test_a_row_with_code_and_title_exchanged_is_asked_about(label, expected):
    batch, plan = sent(("26-S13", RICE), (FISH, "26-S12"))
    (question,) = plan.questions
    assert question.text == f"{QUESTION}1 dòng. dòng 3: mã “{FISH}”, tên “26-S12”."
    assert answered(batch, question, label).is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == expected


def test_the_record_is_the_one_with_the_code_that_is_meant():
    batch, plan = sent(("Bảo tồn tiếng nói dân tộc Dao đỏ", "26-S11"))
    plan = answered(batch, plan.questions[0], "Đổi chỗ mã và tên")
    assert (plan.counts.change, plan.counts.create) == (1, 0)


def test_exchanged_columns_are_one_question():
    _batch, plan = sent((FISH, "26-S12"), (RICE, "26-S13"))
    (question,) = plan.questions
    assert (question.text.startswith(f"{QUESTION}2 dòng."), question.rows) == (True, (2, 3))


@pytest.mark.parametrize(
    "row",
    [
        ("26-S12", FISH),
        ("26-S12", "26-S13"),  # nobody can say which is which
        ("Đề tài nuôi cá", FISH),
        ("26-S12", "Covid-19"),  # not the form of a code of this register
        ("Mã tạm", "Covid-19"),
    ],
)
def test_other_rows_are_not_asked_about(row):
    _batch, plan = sent(row)
    assert [each.text for each in plan.questions if QUESTION in each.text] == []
