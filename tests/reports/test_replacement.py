"""A report in the place of a signed one: what it opens for correction, and what it starts from."""

import io
import re
import zipfile

import pytest
from django.db import transaction
from django.utils.timezone import localtime
from lxml import html

from khcn.kernel.actions.dependents import refuse_removal_if_relied_on
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.kernel.text.dates import long_date
from khcn.reference.models import LegalDocument
from khcn.reports import operations
from khcn.reports.composing.compose import compose
from khcn.reports.composing.rendering import render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing import approval
from khcn.reports.models import ReportInstance
from khcn.reports.operations.definitions import save_form_version
from khcn.reports.refusals import ReportRefused
from khcn.reports.views.sections import mark_of
from tests.factories.reference import ReportingRegimeFactory
from tests.kernel.intake_sample import book_of
from tests.reports.approval_given import approve_on_page
from tests.reports.conftest import OFFICE, TODAY
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


def edit(client, number, subject):
    """Change by an ordinary edit what the report prints of a document."""
    counted = LegalDocument.objects.get(number=number)
    answer = client.patch(
        f"/api/reference/legal-documents/{counted.pk}/", {"subject": subject}, content_type="application/json",
        headers={"If-Match": "*"},
    )  # fmt: skip
    assert answer.status_code == 200


def delete_over_json(client, document):
    answer = client.delete(f"/api/reference/legal-documents/{document.pk}/", headers={"If-Match": "*"})
    return "" if answer.status_code == 204 else answer.content.decode()


def delete_on_page(client, document):
    address = f"/reference/legal-documents/{document.pk}/delete/"
    answer = client.post(address, form_values(tree(client.get(address))))
    return "" if answer.status_code == 303 else words(answer)


def undo(batch):
    """Take an imported file back; gives why not."""
    try:
        intake.undo_import(batch=batch, actor=OFFICE, on=TODAY)
    except UndoConflict as refused:
        return " ".join(each.why for each in refused.conflicts)
    return ""


def imported(rows):
    batch = intake.upload(content=book_of(LegalDocument, rows), name="vb.xlsx", actor=OFFICE, on=TODAY)
    intake.confirm_import(batch=batch, actor=OFFICE, on=TODAY)
    return batch


def cancel(client, report):
    """Press "Hủy báo cáo"; gives why not."""
    answer = client.post(f"/reports/{report.pk}/steps/cancel/", {"note": "lập nhầm"})
    assert answer.status_code in {303, 422}
    return "" if answer.status_code == 303 else words(answer)


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
    for number in ("NT-06/1", "NT-06/2"):  # what no record names is simply changed
        ReportingRegimeFactory(legal_document=LegalDocument.objects.get(number=number))
    assert correct(office, "NT-06/1", "2022-05-11") == (422, refusal_by(approved))

    second = replaced(office, approved)
    assert (str(second), second.variant) == (f"{approved} (bản thay thế)", "ban-thay-the")
    assert correct(office, "NT-06/1", "2023-05-11") == (200, "")
    assert correct(office, "NT-06/2", "2022-05-11") == (200, "")
    changes = words(office.get(f"/reports/{second.pk}/changes/"))
    assert "đã chốt 4, nay 3" in changes
    assert "Ngày ban hành “10/05/2023” thành “11/05/2022”" in changes

    sign(second, sign_in, people)
    assert "không bản ghi nào làm thay đổi" in words(office.get(f"/reports/{second.pk}/changes/"))
    assert correct(office, "NT-06/1", "2023-05-12") == (200, "")  # the day is not printed
    assert correct(office, "NT-06/1", "2022-05-12") == (422, refusal_by(second))
    assert correct(office, "NT-06/2", "2022-05-12") == (200, "")  # only the replaced report has counted it
    with pytest.raises(Refused, match=f"{re.escape(str(approved))} được lập từ bản ghi này"):
        refuse_removal_if_relied_on(LegalDocument.objects.get(number="NT-06/2"))
    refused = office.post(f"/reports/{approved.pk}/replace/", follow=True)
    assert f"Đã có “{second}”. Hãy mở bản đó." in words(refused)

    third = replaced(office, second)
    assert (str(third), third.variant) == (f"{approved} (bản thay thế 2)", "ban-thay-the-2")
    assert correct(office, "NT-06/1", "2022-05-12") == (200, "")
    with acting(SYSTEM):  # counted by the first report of the line alone
        refuse_removal_if_relied_on(LegalDocument.objects.get(number="NT-06/2"))
    relied = third.relying_corrections.values_list("label", flat=True)
    assert [each.partition(" ngày")[0] for each in relied] == [
        "Quyết định số NT-06/1",
        "Quyết định số NT-06/2",
    ]


def test_a_replacement_on_which_a_correction_or_removal_relied_is_not_cancelled(
    report, request, sign_in, people
):
    office = sign_in("office")
    new = {
        "number": "NT-06/9",
        "kind": "Quyết định",
        "issuer": "UBND tỉnh",
        "issued_on": "10/05/2023",
        "subject": "Mới",
    }
    changed = {**new, "number": "NT-06/4", "subject": "Sửa theo tệp"}
    files = [imported([new]), imported([changed])]
    approved = request.getfixturevalue("approved")
    ReportingRegimeFactory(legal_document=LegalDocument.objects.get(number="NT-06/1"))
    document = {each.number: each for each in LegalDocument.objects.filter(number__startswith="NT-06/")}
    ways = (
        ("NT-06/1", lambda: correct(office, "NT-06/1", "2022-05-11")[1]),
        ("NT-06/2", lambda: delete_over_json(office, document["NT-06/2"])),
        ("NT-06/3", lambda: delete_on_page(office, document["NT-06/3"])),
        ("NT-06/9", lambda: undo(files[0])),
        ("NT-06/4", lambda: undo(files[1])),
    )
    for _number, way in ways:
        assert "bấm “Lập bản thay thế” (Văn phòng); trong lúc bản thay thế được soạn thì" in way()
    assert undo(imported([{**new, "number": "NT-06/3", "subject": "Nhập sau khi ký"}])) == ""
    mistaken = replaced(office, approved)
    edit(office, "NT-06/4", "Sửa thường")
    imported([changed])
    assert cancel(office, mistaken) == ""  # what is allowed anyway keeps nobody

    made = replaced(office, approved)
    for number, way in ways:
        assert way() == ""
        assert made.relying_corrections.latest("pk").label == str(document[number])
    assert made.relying_corrections.count() == len(ways)
    refused = cancel(office, made)
    today = localtime().strftime("%d/%m/%Y")
    named = "; ".join(f"{document[number]} ({today})" for number, _way in ways)
    assert f"báo cáo đã ký tính: {named}. Hủy thì" in refused
    assert mistaken.relying_corrections.count() == 0

    for gone in ("before", "after"):
        if gone == "after":
            sign(made, sign_in, people)
        shown = words(office.get(f"/reports/{approved.pk}/changes/"))
        for name in (document["NT-06/2"].subject, document["NT-06/3"].subject, "Mới"):
            assert f"{name} không còn được tính Bản ghi đã bị xóa." in shown
    assert "không bản ghi nào làm thay đổi" in words(office.get(f"/reports/{made.pk}/changes/"))


def test_a_replacement_is_not_approved_with_figures_from_before_a_correction_that_relied_on_it(
    approved, people, monkeypatch
):
    office, leader = people["office"].actor, people["leader"].actor
    made = operations.replace_report(signed=approved, actor=office, on=TODAY)
    operations.compile_report(instance=made, actor=office, on=TODAY)
    operations.submit_report(instance=made, actor=office, on=TODAY)
    files = approval._files

    def meanwhile(document):
        counted = LegalDocument.objects.get(number="NT-06/2")
        remove_row(register_of(LegalDocument), counted, actor=office, on=TODAY)
        return files(document)

    monkeypatch.setattr(approval, "_files", meanwhile)
    with pytest.raises(ReportRefused, match="vừa được sửa trong lúc duyệt"), transaction.atomic():
        operations.approve_report(instance=made, actor=leader, on=TODAY)


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


def test_a_replacement_prints_which_signed_report_it_replaces(written, people, sign_in):
    """Decree 30/2020, Điều 18.4: who has both must be able to tell which one holds. Also when it is replaced itself."""
    office, signed = sign_in("office"), written
    for number in ("01", "02"):
        made = replaced(office, signed)
        sentence = f"Báo cáo này thay thế Báo cáo số {number}/BC-SKHCN {long_date(signed.signed_on)}."
        document = compose(resolve(source_of(made)))
        openings = ["".join(run.text for run in each) for each in document.bases]
        form = made.form.letterhead
        assert openings.index(sentence) == len(form.bases)
        assert len(openings) == len(form.bases) + 2 - (not form.opening)
        assert sentence in words(office.get(f"/reports/{made.pk}/preview/"))
        signed = sign(made, sign_in, people, waiver="như biên bản")
        assert sentence in html.fromstring(signed.frozen.html).text_content()
        with zipfile.ZipFile(io.BytesIO(render(compose(resolve(source_of(signed))), "docx"))) as package:
            texts = re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", package.read("word/document.xml").decode())
        plain = "".join(texts).replace("\N{NO-BREAK SPACE}", " ")
        assert sentence.replace("-", "") in plain.replace(
            "-", ""
        )  # a hyphen that stays in its line is no text of Word
    assert "thay thế Báo cáo" not in written.frozen.html
