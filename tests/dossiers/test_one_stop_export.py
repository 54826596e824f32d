"""The export of the provincial one-stop system: read by the layout that the office chose once, matched by the code of the dossier.

Names, codes and days are dữ liệu minh họa.
"""

from datetime import date

import pytest
import time_machine

from khcn.dossiers.integrity import appointed_otherwise
from khcn.dossiers.models import Dossier
from khcn.kernel.actors import Role
from khcn.kernel.intake.answering import decide_all
from khcn.kernel.intake.import_plan import Answer, AnswerAction
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.operations import preview
from khcn.kernel.integrity.running import moment_at
from tests.integrity.given import AT
from tests.web.conftest import confirmed, form_values, sign_in, tree, words  # noqa: F401 -- a fixture
from tests.web.test_division_workbooks import send, sheet_address, workbook

pytestmark = pytest.mark.django_db
FIELDS = {
    "STT": "-",
    "Số hồ sơ": "code",
    "Tên TTHC": "procedure",
    "Chủ hồ sơ": "applicant",
    "Địa chỉ": "address",
    "Ngày tiếp nhận": "received_on",
    "Ngày hẹn trả": "appointed_on",
    "Ngày kết thúc xử lý": "ended_on",
    "Đơn vị xử lý": "unit",
    "Trạng thái": "outcome",
}
OPEN, RETURNED, DONE = "Đang xử lý", "Từ chối, trả lại", "Đã có kết quả"


def row(number, received, due, ended, status):
    code = f"000.00.15.H03-2303{received[:2]}-{number:04d}"
    return [
        *(number, code, "Gia hạn giấy phép bức xạ", f"Phòng khám {number}", "Tổ 1, phường Đức Xuân"),
        *(received, due, ended, "Phòng Quản lý công nghệ", status),
    ]


def export(*rows):
    return workbook(["DANH SÁCH HỒ SƠ TIẾP NHẬN"], [], list(FIELDS), *rows)


MARCH = (
    row(1, "06/03/2023", "20/03/2023", "16/03/2023", DONE),
    row(2, "06/03/2023", "21/03/2023", None, OPEN),
    row(3, "07/03/2023", "21/03/2023", "09/03/2023", RETURNED),
)
APRIL = (
    MARCH[0],
    row(2, "06/03/2023", "21/03/2023", "22/03/2023", DONE),
    MARCH[2],
    row(4, "20/03/2023", "03/04/2023", None, OPEN),
)


def take_in(client, content, name):
    """The file with its layout, chosen where there is none, and what its words mean."""
    page = send(client, content, name)
    batch = Batch.objects.latest("pk")
    if tree(page).xpath("//section[@id='unread']//a/@href"):
        address = f"{sheet_address(page)}?kind=dossiers.dossier&row=3"
        values = form_values(tree(client.get(address)))
        values |= {f"field-{place}": field for place, field in enumerate(FIELDS.values())}
        page = client.post(address, values, follow=True)
    return batch, page


@pytest.fixture
def client(counter, procedure, sign_in):  # noqa: F811 -- the fixture
    with time_machine.travel("2023-04-05 03:00", tick=False):
        yield sign_in(Role.OFFICE, "VP")


def test_the_second_export_changes_what_has_happened_and_enters_nothing_twice(client, counter):
    on = date(2023, 4, 5)
    batch, page = take_in(client, export(*MARCH), "mot-cua-thang-3.xlsx")
    plan = preview(batch=batch, actor=counter, on=on)
    assert [each.value for each in plan.questions] == [OPEN], words(page)
    answers = {plan.questions[0].key: Answer(AnswerAction.USE, "open")}
    decide_all(batch=batch, answers=answers, actor=counter, on=on)
    assert confirmed(client, batch.pk).status_code == 303
    standing = Dossier.objects.with_standing(on=date(2023, 3, 31)).order_by("code")
    assert list(standing.values_list("outcome", "standing")) == [
        ("resolved", "early"),
        ("open", "overdue"),
        ("refused", "returned"),
    ]
    batch, page = take_in(client, export(*APRIL), "mot-cua-thang-4.xlsx")
    counts = preview(batch=batch, actor=counter, on=on).counts
    assert (counts.create, counts.change, counts.same, counts.errors, counts.questions) == (1, 1, 2, 0, 0)
    assert confirmed(client, batch.pk).status_code == 303
    assert Dossier.objects.count() == 4
    assert list(standing.values_list("standing", flat=True)) == ["early", "late", "returned", "open"]
    # the system's appointed day of the second one is a day after the term
    assert [each.code[-4:] for each in appointed_otherwise(moment_at(AT))] == ["0002"]
