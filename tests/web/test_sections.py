"""A section that does not apply takes no value, whichever way the record is entered; its page does not show it."""

import io
import json
from datetime import date

import openpyxl
import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.science.models import TaskAmendment
from tests.factories.parties import PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db
AMENDMENTS = "/science/amendments/"
NOTE = (
    "Chỉ dùng khi “Loại điều chỉnh” là: Gia hạn thời gian thực hiện; Gia hạn thời gian nộp hồ sơ nghiệm thu."
)


@pytest.fixture
def change_of_investigator():
    return TaskAmendmentFactory(
        task=ScienceTaskFactory(),
        kind="change_pi",
        new_person=PersonFactory(full_name="Lê An"),
        old_end_on=None,
        new_end_on=None,
    )


def test_the_form_says_when_a_section_applies_and_refuses_what_does_not(officer, change_of_investigator):
    address = register_of(TaskAmendment).detail_url(change_of_investigator.pk) + "edit/"
    page = tree(officer.get(address))
    part = page.xpath("//fieldset[@data-when='kind']")[0]
    assert part.get("data-values") == "extend_duration extend_submission"
    assert NOTE in part.text_content()
    refused = officer.post(address, {**form_values(page), "new_end_on": "31/12/2026"})
    assert refused.status_code == 422
    assert NOTE in words(refused)
    change_of_investigator.refresh_from_db()
    assert change_of_investigator.new_end_on is None


def test_a_recorded_amendment_does_not_become_another_kind(officer, change_of_investigator):
    address = register_of(TaskAmendment).detail_url(change_of_investigator.pk) + "edit/"
    sent = {**form_values(tree(officer.get(address))), "kind": "extend_duration", "new_end_on": "31/12/2099"}
    refused = officer.post(address, sent)
    assert (refused.status_code, "“Bỏ điều chỉnh ghi nhầm”" in words(refused)) == (422, True)
    change_of_investigator.refresh_from_db()
    assert change_of_investigator.kind == "change_pi"


def test_the_interface_refuses_it_at_the_field(officer, change_of_investigator):
    address = "/api" + register_of(TaskAmendment).detail_url(change_of_investigator.pk)
    answer = officer.patch(
        address,
        json.dumps({"new_end_on": "2026-12-31"}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["new_end_on"]


def test_the_import_refuses_it_at_the_cell(change_of_investigator):
    register = register_of(TaskAmendment)
    with acting(SYSTEM):
        book = openpyxl.load_workbook(io.BytesIO(export_workbook(register, TaskAmendment.objects.all())))
        sheet = book.worksheets[0]
        (column,) = (each.column for each in sheet[1] if each.value == "Thời hạn sau")
        sheet.cell(2, column).value = "31/12/2026"
        typed = io.BytesIO()
        book.save(typed)
        found = make_plan(typed.getvalue(), "dieu-chinh.xlsx", actor=SYSTEM, on=date(2026, 1, 5))
    assert [(each.column, each.message) for each in found.problems if each.code == "section"] == [
        ("Thời hạn sau", NOTE)
    ]


def test_the_page_of_the_record_leaves_it_out(officer, change_of_investigator):
    page = tree(officer.get(register_of(TaskAmendment).detail_url(change_of_investigator.pk)))
    headings = [" ".join(each.text_content().split()) for each in page.xpath("//main//h2")]
    assert "Chủ nhiệm" in headings
    assert not {"Thời hạn", "Tổ chức"} & set(headings)
