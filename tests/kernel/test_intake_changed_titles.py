"""Rows that give a known record another title: slips are corrected, another record's title and quite another one are asked about."""

import io
from datetime import date

import openpyxl
import pytest

from khcn.directives.models import AdvisedDocument
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import NotReady
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.science.models import ScienceTask, TaskProposal, TaskWorkshop
from tests.factories.directives import AdvisedDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory, TaskWorkshopFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, book_of, decide

pytestmark = pytest.mark.django_db

TITLES = {
    "24-05": "Xây dựng mô hình chế biến miến dong riềng tại huyện Na Rì",
    "24-07": "Ứng dụng y học cổ truyền điều trị thoái hóa khớp",
    "24-09": "Bảo tồn tiếng nói, chữ viết dân tộc Dao",
}
OF_OTHER = "Tên ở %d dòng là tên của bản ghi khác: có thể đã sắp xếp riêng một cột."
FOR_SEVERAL = ["Không đọc các dòng này", "Đúng là đổi tên cả 2 bản ghi", "Giữ tên trong sổ, ghi các cột khác"]


@pytest.fixture
def tasks():
    return {code: ScienceTaskFactory(code=code, title=title) for code, title in TITLES.items()}


def sent(*records, model=ScienceTask, content=None, name="a.xlsx", actor=OFFICER):
    content = content or book_of(model, [*records])
    batch = intake.upload(content=content, name=name, actor=actor, on=DAY)
    return batch, intake.preview(batch=batch, actor=actor, on=DAY)


def answered(batch, question, label):
    option = next(each for each in question.options if each.label == label)
    choice = {"action": option.action, "target": option.target}
    decide(batch=batch, key=question.key, **choice, actor=OFFICER, on=DAY)
    return intake.preview(batch=batch, actor=OFFICER, on=DAY)


def exchanged(*codes):
    """Rows with the title of the other record and a sum that says nothing about which is meant."""
    titles = [TITLES[code] for code in reversed(codes)]
    return [
        {"code": code, "title": title, "budget_total": "1.152.000.000"}
        for code, title in zip(codes, titles, strict=True)
    ]


def stored():
    return dict(ScienceTask.objects.values_list("code", "title"))


def test_exchanged_titles_are_one_question_for_the_sheet_and_may_be_a_renaming(tasks):
    batch, plan = sent(*exchanged("24-05", "24-09"))
    (question,) = plan.questions
    assert question.text.startswith(OF_OTHER % 2)
    assert question.rows == (2, 3)
    assert [each.label for each in question.options] == [*FOR_SEVERAL, "Hỏi từng dòng"]
    with pytest.raises(NotReady):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    plan = answered(batch, question, "Không đọc các dòng này")
    assert (plan.counts.skip, plan.counts.change) == (2, 0)
    plan = answered(batch, question, "Giữ tên trong sổ, ghi các cột khác")
    assert [each.column for row in plan.sheets[0].rows for each in row.changes] == ["budget_total"] * 2
    assert answered(batch, question, "Đúng là đổi tên cả 2 bản ghi").is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == {**TITLES, "24-05": TITLES["24-09"], "24-09": TITLES["24-05"]}


def test_each_row_may_be_asked_about_by_itself(tasks):
    batch, plan = sent(*exchanged("24-05", "24-09"))
    plan = answered(batch, plan.questions[0], "Hỏi từng dòng")
    one, two = plan.questions
    assert one.text.startswith(
        f"Dòng này là “24-05 – {TITLES['24-05']}” nhưng ghi tên của bản ghi khác (“{TITLES['24-09']}”)"
    )
    answered(batch, one, "Không đọc dòng này")
    assert answered(batch, two, "Đúng là đổi tên bản ghi này").is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == {**TITLES, "24-09": TITLES["24-05"]}


def test_an_answer_does_not_hold_for_rows_that_were_not_shown_with_it(tasks):
    batch, plan = sent(*exchanged("24-05", "24-09"))
    assert answered(batch, plan.questions[0], "Đúng là đổi tên cả 2 bản ghi").is_ready
    tasks["24-05"].title = "Trồng dẻ ván"
    with acting(SYSTEM):
        tasks["24-05"].save()
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert sorted(each.rows for each in plan.questions) == [(2,), (3,)]


def test_an_export_whose_column_of_titles_was_sorted_alone_is_one_question():
    words = ("chè", "cam", "quýt", "gà đồi", "lợn đen", "cá tầm", "mộc nhĩ", "bí xanh")
    for number, word in enumerate(words):
        TaskProposalFactory(code=f"DX24-{number:03}", title=f"Xây dựng mô hình {word} tại huyện Ba Bể")
    stream = io.BytesIO(export_workbook(register_of(TaskProposal), TaskProposal.objects.order_by("code")))
    book = openpyxl.load_workbook(stream)
    sheet = book.active
    place = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Tên"))
    was = [sheet.cell(row, place).value for row in range(2, len(words) + 2)]
    now = sorted(was)
    for row, title in enumerate(now, start=2):
        sheet.cell(row, place).value = title
    out = io.BytesIO()
    book.save(out)
    _batch, plan = sent(content=out.getvalue())
    moved = sum(1 for one, other in zip(was, now, strict=True) if one != other)
    assert [(each.text.startswith(OF_OTHER % moved), len(each.rows)) for each in plan.questions] == [
        (True, moved)
    ]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Xây dựng cổng thông tin điện tử ngành y tế", "Dòng này thay hẳn tên của “24-07"),
        ("Thoái hóa khớp", "Dòng này bỏ phần lớn tên của “24-07"),
        ("Ứng dụng y học cổ truyền điều trị thoái hoá khớp gối", ""),
        ("Ưng dụng y hoc cổ truyên điều tri thoai hoa khop", ""),
        ("Ứng dụng y học cổ truyền vào phục hồi thoái hóa khớp", ""),
        (
            "Nghiên cứu ứng dụng y học cổ truyền điều trị bệnh thoái hóa khớp cho người cao tuổi tỉnh Bắc Kạn",
            "",
        ),
    ],
    ids=["another", "shortened", "a word added", "marks", "words corrected", "completed"],
)
def test_a_corrected_title_goes_in_and_another_one_is_asked_about(tasks, title, asked):
    batch, plan = sent({"code": "24-07", "title": title})
    assert [each.text.startswith(asked) for each in plan.questions] == [True] * bool(asked)
    for question in plan.questions:
        plan = answered(batch, question, "Đúng là đổi tên bản ghi này")
    ((row,),) = [sheet.rows for sheet in plan.sheets]
    assert [(each.old, each.new) for each in row.changes] == [(TITLES["24-07"], title)]
    assert plan.is_ready


def test_common_words_of_titles_do_not_make_two_records_one():
    for number in range(30):
        ScienceTaskFactory(
            code=f"24-{number:02}",
            title=f"Nghiên cứu xây dựng mô hình sản xuất vật nuôi thứ {number} tại tỉnh Bắc Kạn",
        )
    old = "Nghiên cứu xây dựng mô hình trồng chè an toàn tại tỉnh Bắc Kạn"
    ScienceTaskFactory(code="24-90", title=old)
    new = "Nghiên cứu xây dựng mô hình ương giống cá tầm tại tỉnh Bắc Kạn"
    _batch, plan = sent({"code": "24-90", "title": new})
    assert [each.text.startswith("Dòng này thay hẳn tên") for each in plan.questions] == [True]


def test_several_shortened_titles_are_one_question_that_offers_to_keep_those_on_record_first(tasks):
    batch, plan = sent(
        {"code": "24-05", "title": "Miến dong", "budget_total": "1.152.000.000"},
        {"code": "24-07", "title": "Thoái hóa khớp", "budget_total": "1.252.000.000"},
    )
    (question,) = plan.questions
    assert question.text.startswith("2 dòng bỏ phần lớn tên trong sổ.")
    assert question.options[0].label == "Giữ tên trong sổ, ghi các cột khác"
    answered(batch, question, question.options[0].label)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored() == TITLES
    assert [*ScienceTask.objects.order_by("code").values_list("budget_total", flat=True)][:2] == [
        1_152_000_000,
        1_252_000_000,
    ]


def test_the_short_name_of_a_record_names_it_and_changes_no_title(tasks):
    ScienceTaskFactory(code="24-01", title="Xây dựng mô hình trồng rau an toàn", short_name="Rau nhà màng")
    batch, plan = sent({"code": "24-01", "title": "RAU NHÀ MÀNG", "budget_total": "1.152.000.000"})
    assert (plan.questions, plan.is_ready) == ([], True)
    assert [(each.code, each.message) for each in plan.problems] == [
        ("short_titles", "Cột “Tên nhiệm vụ” ghi tên gọi tắt ở dòng 2: tên đầy đủ trong sổ được giữ nguyên.")
    ]
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert stored()["24-01"] == "Xây dựng mô hình trồng rau an toàn"
    # The short name of another record is the name of another record.
    _batch, plan = sent({"code": "24-05", "title": "Rau nhà màng"}, name="b.xlsx")
    assert ["nhưng ghi tên của bản ghi khác" in each.text for each in plan.questions] == [True]


def test_titles_of_documents_that_are_not_named_by_them_are_asked_about_too():
    AdvisedDocumentFactory(code="VB-01", title="Kế hoạch phát triển tài sản trí tuệ năm 2024")
    AdvisedDocumentFactory(code="VB-02", title="Quyết định ban hành quy chế quản lý nhiệm vụ")
    rows = [
        {"code": "VB-01", "title": "Quyết định ban hành quy chế quản lý nhiệm vụ"},
        {"code": "VB-02", "title": "Kế hoạch phát triển tài sản trí tuệ năm 2024"},
    ]
    _batch, plan = sent(*rows, model=AdvisedDocument, actor=CLERK)
    assert [each.text.startswith(OF_OTHER % 2) for each in plan.questions] == [True]


def test_a_title_that_many_records_have_is_none_of_theirs(tasks):
    for number in range(4):
        TaskWorkshopFactory(task=tasks["24-07"], title="Hội thảo đầu bờ", held_on=date(2023, 2, 1 + number))
    TaskWorkshopFactory(task=tasks["24-05"], title="Hội thảo bờ", held_on=date(2023, 3, 1))
    row = {"task": "24-05", "title": "Hội thảo đầu bờ", "held_on": "01/03/2023"}
    _batch, plan = sent(row, model=TaskWorkshop)
    assert (plan.questions, plan.counts.change) == ([], 1)
