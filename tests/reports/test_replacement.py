"""A report in the place of a signed one: what it opens for correction, and what it starts from."""

import re

import pytest
from django.db.models import QuerySet

from khcn.kernel.actions.dependents import refuse_removal_if_relied_on
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.reference.models import LegalDocument
from khcn.reports import operations
from khcn.reports.definitions import save_form_version
from khcn.reports.models import ReportInstance
from khcn.reports.refusals import ReportRefused
from khcn.reports.views.sections import mark_of
from tests.factories.reference import ReportingRegimeFactory
from tests.reports.approval_given import approve_on_page
from tests.reports.conftest import TODAY
from tests.web.conftest import form_values, tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db
OWN_WORDS = {"title": "Đánh giá chung", "text": "Lời của Văn phòng."}


def correct(client, number, day):
    """Correct the day of a document that the report counts as due for acceptance."""
    counted = LegalDocument.objects.get(number=number)
    answer = client.post(
        f"/api/reference/legal-documents/{counted.pk}/actions/correct/",
        {"number": number, "kind": "decision", "issuer": counted.issuer, "issued_on": day, "reason": "gõ nhầm"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )  # fmt: skip
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["detail"]


def print_otherwise(number, line):
    """As if the line that the report prints came from another record, so that the log of this one says nothing."""
    QuerySet(LegalDocument).filter(number=number).update(subject=line)


def replaced(client, report):
    """Press the button of the page of changes, and follow it."""
    page = tree(client.get(f"/reports/{report.pk}/changes/"))
    (form,) = page.xpath("//main//form[contains(., 'Lập bản thay thế')]")
    answer = client.post(form.get("action"), form_values(page))
    made = ReportInstance.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, f"/reports/{made.pk}/")
    return made


def sign(report, sign_in, people, **more):
    office = people["office"].actor
    for section in report.sections.filter(state="drafting"):
        operations.hand_in_section(section=section, actor=office, on=TODAY)
    operations.compile_report(instance=report, actor=office, on=TODAY)
    operations.submit_report(instance=report, actor=office, on=TODAY)
    return approve_on_page(sign_in("leader"), report, **more)


def test_a_counted_record_is_corrected_while_a_replacement_of_the_newest_report_is_prepared(
    approved, sign_in, people
):
    office = sign_in("office")
    print_otherwise("NT-06/3", "khác trước khi lập bản thay thế")
    for number in ("NT-06/1", "NT-06/2"):  # what no record names is simply changed
        ReportingRegimeFactory(legal_document=LegalDocument.objects.get(number=number))
    mistaken = replaced(office, approved)
    operations.cancel_report(instance=mistaken, note="lập nhầm", actor=people["office"].actor, on=TODAY)
    assert correct(office, "NT-06/1", "2023-05-11") == (422, refusal_by(approved))

    second = replaced(office, approved)
    assert (str(second), second.variant) == (f"{approved} (bản thay thế)", "ban-thay-the")
    print_otherwise("NT-06/3", "tên của bản ghi liên quan")
    refused = office.post(f"/reports/{second.pk}/steps/cancel/", {"note": "thôi"})
    assert refused.status_code == 422
    assert "đã khác báo cáo đã ký: tên của bản ghi liên quan. Duyệt bản thay thế" in words(refused)
    print_otherwise("NT-06/3", "khác trước khi lập bản thay thế")
    assert correct(office, "NT-06/1", "2023-05-11") == (200, "")
    assert correct(office, "NT-06/2", "2022-05-11") == (200, "")
    changes = words(office.get(f"/reports/{second.pk}/changes/"))
    assert "đã chốt 4, nay 3" in changes
    assert "Ngày ban hành “10/05/2023” thành “11/05/2022”" in changes
    refused = office.post(f"/reports/{second.pk}/steps/cancel/", {"note": "thôi"})
    assert refused.status_code == 422
    assert "đã khác báo cáo đã ký: Tuyển chọn chủng vi sinh vật gốc. Duyệt bản thay thế" in words(refused)

    sign(second, sign_in, people)
    assert "không bản ghi nào làm thay đổi" in words(office.get(f"/reports/{second.pk}/changes/"))
    assert correct(office, "NT-06/1", "2023-05-12") == (422, refusal_by(second))
    assert correct(office, "NT-06/2", "2022-05-12") == (200, "")  # only the replaced report has counted it
    with pytest.raises(Refused, match=f"{re.escape(str(approved))} được lập từ bản ghi này"):
        refuse_removal_if_relied_on(LegalDocument.objects.get(number="NT-06/2"))
    refused = office.post(f"/reports/{approved.pk}/replace/", follow=True)
    assert f"Đã có “{second}”. Hãy mở bản đó." in words(refused)

    third = replaced(office, second)
    assert (str(third), third.variant) == (f"{approved} (bản thay thế 2)", "ban-thay-the-2")
    assert correct(office, "NT-06/1", "2023-05-12") == (200, "")


def refusal_by(report):
    return (
        f"Không đính chính được: {report} đã dùng bản ghi này. Mở báo cáo đó, vào “Thay đổi sau khi chốt”, bấm "
        "“Lập bản thay thế” (Văn phòng); trong lúc bản thay thế được soạn thì đính chính được."
    )


@pytest.fixture
def written(report, hand_in_all, people, sign_in):
    """A signed report in which one section was written by hand and one figure was typed over, both on their pages."""
    office, at = sign_in("office"), f"/reports/{report.pk}/sections"
    form = {**OWN_WORDS, "mark": mark_of(report.sections.get(key="B")), "do": "hand_in"}
    assert office.post(f"{at}/B/", form).status_code == 303
    typed = {"value": "9", "reason": "Theo biên bản họp"}
    place = f"{at}/C/override/?code=NV-14&aspect=value&nth=1"
    assert sign_in("head").post(place, typed).status_code == 303
    hand_in_all(report)
    for section in report.sections.all():
        operations.accept_section(section=section, actor=people["office"].actor, on=TODAY)
    return sign(report, sign_in, people, waiver="như biên bản")


def test_a_replacement_starts_from_what_was_signed_and_only_what_was_wrong_is_written_again(
    written, version, people, sign_in
):
    office = sign_in("office")
    save_form_version(code=version.code, form=version.form(), actor=SYSTEM, on=TODAY)
    with acting(SYSTEM):
        LegalDocument.objects.get(number="NT-06/1").delete()

    made = replaced(office, written)
    same = ("form_version", "regime", "start_on", "end_on", "kind", "year", "number")
    assert [getattr(made, name) for name in same] == [getattr(written, name) for name in same]
    columns = ("key", "position", "label", "level", "title", "text", "owner_code", "typed", "handed_in_at")
    assert list(made.sections.values_list(*columns)) == list(written.sections.values_list(*columns))
    assert made.sections.get(key="B").text == OWN_WORDS["text"]
    assert set(made.sections.values_list("handed_in_by", "state")) == {("Nông Văn Phòng", "taken_over")}
    typed = ("section__key", "code", "nth", "aspect", "data", "reason", "actor_label")
    assert list(made.overrides.values_list(*typed)) == list(written.overrides.values_list(*typed)) != []
    page = tree(office.get(f"/reports/{made.pk}/"))
    assert len(page.xpath("//td//span[text()='lấy từ bản đã ký']")) == 4
    assert "Nghiệm thu cấp tỉnh 03 đề tài" in words(office.get(f"/reports/{made.pk}/preview/"))
    assert (made.doc_number, made.signed_on) == ("", None)

    at = f"/reports/{made.pk}/sections/B"
    better = {
        **OWN_WORDS,
        "text": "Lời đã sửa.",
        "mark": mark_of(made.sections.get(key="B")),
        "do": "hand_in",
    }
    assert office.post(f"{at}/", better).status_code == 409
    with pytest.raises(ReportRefused, match="Bấm “Lấy lại để sửa”"):
        operations.edit_section(
            section=made.sections.get(key="B"), text="Lời khác.", actor=people["office"].actor, on=TODAY
        )
    assert office.post(f"{at}/steps/take_back/").status_code == 303
    assert office.post(f"{at}/", better).status_code == 303
    again = sign(made, sign_in, people, waiver="như biên bản")
    assert again.sections.get(key="B").state == "handed_in"
    assert again.sections.filter(state="taken_over").count() == 3
    assert "Lời đã sửa." in again.frozen.html


def test_only_a_frozen_report_is_replaced_and_only_by_the_office(report, sign_in):
    assert sign_in("head").post(f"/reports/{report.pk}/replace/").status_code == 403
    answer = sign_in("office").post(f"/reports/{report.pk}/replace/", follow=True)
    assert "Báo cáo chưa chốt thì sửa ngay ở các mục" in words(answer)
    assert ReportInstance.objects.count() == 1
