import hashlib
import io
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.audited import SilentWriteError
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChainLink, ChangeEntry
from khcn.kernel.audit.printed_heads import printed_head
from khcn.kernel.audit.sealer import seal_log
from khcn.kernel.documents.model import figures as printed_figures
from khcn.kernel.documents.serialization import fingerprint, from_dict
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.operations import allocate
from khcn.kernel.workflow.engine import TransitionRefused, available
from khcn.reports import operations as op
from khcn.reports.composing.compose import compose
from khcn.reports.composing.rendering import render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.forms.definition import shipped_bodies
from khcn.reports.forms.writing import dump_form
from khcn.reports.freezing import approval
from khcn.reports.models import (
    FormVersion,
    FrozenError,
    FrozenFigure,
    FrozenReport,
    Override,
    ReportInstance,
    ReportSection,
)
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts.markup import MarkupProblem
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW
from tests.kernel.documents_sample import tool
from tests.reports.approval_given import each_waived
from tests.reports.conftest import HEAD, LEADER, OFFICE, OFFICER, OTHER_HEAD, READER, TODAY
from tests.reports.forms_given import with_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(version, figures, regime, seed_data):
    return op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)


def hand_in_all(report):
    for section in report.sections.all():
        op.hand_in_section(section=section, actor=OFFICE, on=TODAY)


def submitted(report):
    hand_in_all(report)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    return op.submit_report(instance=report, actor=OFFICE, on=TODAY)


def seal_log_of(report):
    submitted(report)
    seal_log()


def text_of(pdf):
    command = [tool("pdftotext"), "-enc", "UTF-8", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, check=True, capture_output=True, timeout=120).stdout.decode()


def section(report, key):
    return report.sections.get(key=key)


def test_a_report_starts_with_the_forms_sections(report):
    assert (report.start_on, report.end_on, report.state) == (
        date(2022, 12, 15),
        date(2023, 9, 15),
        "drafting",
    )
    assert str(report) == "Báo cáo 9 tháng đầu năm 2023"
    assert [(each.key, each.owner_code, each.typed) for each in report.sections.all()] == [
        ("A", "VP", False), ("A.III.2.a", "QLKH", False), ("B", "VP", True), ("C", "QLKH", False),
    ]  # fmt: skip


def test_a_period_has_one_report_until_it_is_cancelled(report, version):
    with pytest.raises(ReportRefused, match="đã có báo cáo"):
        op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)
    other = op.create_report(form_version=version, year=2023, variant="nhu-da-gui", actor=OFFICE, on=TODAY)
    op.cancel_report(instance=report, note="Lập nhầm", actor=OFFICE, on=TODAY)
    again = op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)
    assert len({report.pk, other.pk, again.pk}) == 3
    with pytest.raises(ReportRefused, match="không có quyền"):
        op.create_report(form_version=version, year=2022, actor=HEAD, on=TODAY)


def test_a_period_the_regime_does_not_know(version, figures, regime):
    with pytest.raises(ReportRefused, match="không có kỳ 9 tháng 2 của năm 2023"):
        op.create_report(form_version=version, year=2023, number=2, actor=OFFICE, on=TODAY)


def test_a_division_writes_its_own_sections_only(report):
    own, foreign = section(report, "C"), section(report, "A")
    op.edit_section(section=own, text="Nghiệm thu [NT-06] đề tài.", actor=OFFICER, on=TODAY)
    own.refresh_from_db()
    assert own.text == "Nghiệm thu [NT-06] đề tài."
    for actor, which in ((OFFICER, foreign), (OTHER_HEAD, own), (READER, own), (LEADER, own)):
        with pytest.raises(ReportRefused, match="không có quyền"):
            op.edit_section(section=which, text="x", actor=actor, on=TODAY)
    with pytest.raises(MarkupProblem):
        op.edit_section(section=own, text="[NT-06", actor=OFFICER, on=TODAY)
    with pytest.raises(ReportRefused, match="ZZ-01"):
        op.edit_section(section=own, text="[ZZ-01]", actor=OFFICER, on=TODAY)
    own.refresh_from_db()
    assert own.text == "Nghiệm thu [NT-06] đề tài."
    assert ChangeEntry.objects.filter(model="reports.reportsection", action="update").count() == 1


def test_a_section_goes_to_the_office_and_back(report):
    own = section(report, "C")
    with pytest.raises(TransitionRefused):
        op.hand_in_section(section=own, actor=OFFICER, on=TODAY)
    op.hand_in_section(section=own, actor=HEAD, on=TODAY)
    own.refresh_from_db()
    assert (own.state, own.handed_in_by, own.handed_in_at is not None) == ("handed_in", HEAD.label, True)
    with pytest.raises(ReportRefused, match="Mục đã nộp"):
        op.edit_section(section=own, text="x", actor=OFFICER, on=TODAY)
    with pytest.raises(TransitionRefused, match="lý do"):
        op.return_section(section=own, note=" ", actor=OFFICE, on=TODAY)
    op.return_section(section=own, note="Thiếu số liệu", actor=OFFICE, on=TODAY)
    assert (own.state, own.note) == ("returned", "Thiếu số liệu")
    op.hand_in_section(section=own, actor=HEAD, on=TODAY)
    op.take_back_section(section=own, actor=HEAD, on=TODAY)
    op.hand_in_section(section=own, actor=HEAD, on=TODAY)
    op.accept_section(section=own, actor=OFFICE, on=TODAY)
    assert own.state == "accepted"
    assert [
        offer.transition.name for offer in available(SECTION_FLOW, own, actor=HEAD, on=TODAY) if offer.allowed
    ] == []


def test_compiling_waits_for_every_section(report):
    op.hand_in_section(section=section(report, "C"), actor=HEAD, on=TODAY)
    with pytest.raises(TransitionRefused, match=r"Còn mục chưa nộp: A, A\.III\.2\.a, B\."):
        op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    assert report.state == "drafting"


def test_a_submitted_report_is_closed_and_can_come_back(report):
    submitted(report)
    with pytest.raises(ReportRefused, match="đã trình"):
        op.edit_section(section=section(report, "C"), text="x", actor=OFFICE, on=TODAY)
    op.return_report(instance=report, note="Xem lại mục C", actor=LEADER, on=TODAY)
    assert report.state == "drafting"
    op.edit_section(section=section(report, "C"), text="x", actor=OFFICE, on=TODAY)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    op.submit_report(instance=report, actor=OFFICE, on=TODAY)
    op.withdraw_report(instance=report, actor=OFFICE, on=TODAY)
    op.reopen_report(instance=report, actor=OFFICE, on=TODAY)
    assert [
        offer.transition.name
        for offer in available(REPORT_FLOW, report, actor=OFFICE, on=TODAY)
        if offer.allowed
    ] == [
        "compile",
        "cancel",
    ]


def test_sections_of_a_compiled_report_stay_until_it_is_opened_again(report):
    hand_in_all(report)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    own = section(report, "C")
    with pytest.raises(TransitionRefused, match="đã tổng hợp nên các mục không chuyển được"):
        op.return_section(section=own, note="Thiếu", actor=OFFICE, on=TODAY)
    op.edit_section(section=own, text="Văn phòng sửa câu chữ.", actor=OFFICE, on=TODAY)
    op.reopen_report(instance=report, actor=OFFICE, on=TODAY)
    op.return_section(section=section(report, "C"), note="Thiếu", actor=OFFICE, on=TODAY)
    with pytest.raises(TransitionRefused, match="Còn mục chưa nộp: C"):
        op.compile_report(instance=report, actor=OFFICE, on=TODAY)


def test_a_typed_value_needs_a_place_a_shape_and_a_reason(report):
    own = section(report, "C")
    say = {"section": own, "code": "NT-06", "aspect": "value", "actor": OFFICER, "on": TODAY}
    row = op.set_override(**say, data={"value": "05"}, reason="Theo báo cáo đã gửi")
    assert op.set_override(**say, data={"value": "06"}, reason="Sửa").pk == row.pk
    for wrong, match in (
        ({"data": {"value": "05"}, "reason": " "}, "lý do"),
        ({"data": {"value": "năm"}, "reason": "x"}, "Chưa đọc được “năm”"),
        ({"data": {"names": []}, "reason": "x"}, "chưa đọc được"),
        ({"data": {"value": 1}, "reason": "x", "nth": 2}, "có 1 chỗ in giá trị của NT-06"),
        ({"data": {"value": 1}, "reason": "x", "code": "DC-02"}, "có 0 chỗ in giá trị của DC-02"),
        ({"data": {"value": 1}, "reason": "x", "actor": OTHER_HEAD}, "không có quyền"),
    ):
        with pytest.raises(ReportRefused, match=match):
            op.set_override(**{**say, **wrong})
    assert [(each.data, each.reason, each.actor_label) for each in report.overrides] == [
        ({"value": "06"}, "Sửa", OFFICER.label)
    ]
    op.clear_override(override=row, actor=OFFICER, on=TODAY)
    assert Override.objects.count() == 0


def test_an_instance_file_is_all_or_nothing(report):
    good = """
    signer_name = "Phó Giám đốc"
    [[section]]
    key = "C"
    title = "PHƯƠNG HƯỚNG, NHIỆM VỤ 6 THÁNG CUỐI NĂM 2023"
    [[override]]
    section = "C"
    code = "NT-06"
    aspect = "value"
    value = 5
    reason = "Theo báo cáo đã gửi"
    """
    with pytest.raises(ReportRefused, match="không có mục “Z”"):
        op.load_instance_file(
            instance=report, text=good + '[[override]]\nsection="Z"', actor=OFFICE, on=TODAY
        )
    assert section(report, "C").title == "Phương hướng, nhiệm vụ {{ky_con_lai}}"
    op.load_instance_file(instance=report, text=good, actor=OFFICE, on=TODAY)
    assert section(report, "C").title == "PHƯƠNG HƯỚNG, NHIỆM VỤ 6 THÁNG CUỐI NĂM 2023"
    assert [each.code for each in report.overrides] == ["NT-06"]
    assert report.signer_name == "Phó Giám đốc"


# ------------------------------------------------------------------------------------------- approval


@pytest.mark.parametrize(
    ("signed_on", "refused"),
    [
        (date(2023, 9, 13), "Ngày ký 13/09/2023 trước ngày cuối kỳ số liệu. Ghi ngày ký từ ngày 17/09/2023."),
        (date(2023, 9, 14), "Ngày ký 14/09/2023 trước lần sửa, trình gần nhất"),
        (date(2023, 9, 17), ""),
        (date(2023, 9, 18), ""),
        (date(2023, 9, 19), "Ngày ký 19/09/2023 sau ngày hôm nay"),
        (date(2027, 1, 1), "Ngày ký 01/01/2027 sau ngày hôm nay"),
    ],
)
def test_a_report_is_signed_between_its_last_change_and_today(report, signed_on, refused):
    given = submitted(report)
    handed_in = timezone.make_aware(datetime(2023, 9, 17, 16, 30))
    for model in (ReportInstance, ReportSection):
        QuerySet.update(model.objects.all(), updated_at=handed_in)
    given.refresh_from_db()
    approve = partial(op.approve_report, instance=given, actor=LEADER, on=date(2023, 9, 18))
    if not refused:
        approve(signed_on=signed_on)
        assert given.signed_on == signed_on
        return
    with pytest.raises(op.ReportRefused) as caught:
        approve(signed_on=signed_on)
    assert str(caught.value).startswith(refused)
    assert caught.value.code == "day_of_signing"
    assert caught.value.fields == {"signed_on": (str(caught.value),)}
    assert not IssuedNumber.objects.exists()


def test_approving_numbers_dates_and_freezes(report):
    frozen = op.approve_report(instance=submitted(report), actor=LEADER, on=TODAY)
    report.refresh_from_db()
    assert (report.state, report.doc_number, report.signed_on, report.signer_name) == (
        "approved", "01/BC-SKHCN", TODAY, "Nguyễn Đình Điệp",
    )  # fmt: skip
    document = from_dict(frozen.document)
    assert (document.number, document.signed_on, document.is_draft) == ("01", TODAY, False)
    assert ("NV-02", "31") in printed_figures(document)
    assert hashlib.sha256(bytes(frozen.docx)).hexdigest() == frozen.sha256_docx
    assert hashlib.sha256(bytes(frozen.pdf)).hexdigest() == frozen.sha256_pdf
    assert hashlib.sha256(frozen.html.encode()).hexdigest() == frozen.sha256_html
    assert frozen.form_sha256 == report.form_version.sha256
    figure = frozen.figures.get(code="NT-06")
    assert (figure.value, len(figure.ids), figure.lines[0], figure.definition) == (
        "4", 4, "Chuối tây", "Đếm Đến hạn nghiệm thu",
    )  # fmt: skip
    assert [each.text for each in IssuedNumber.objects.all()] == ["01/BC-SKHCN"]


def test_the_files_are_those_of_the_report_as_it_was_signed(report):
    """What was worked out before the number was taken equals what is worked out from the signed report."""
    frozen = op.approve_report(instance=submitted(report), actor=LEADER, on=TODAY)
    report.refresh_from_db()
    document = compose(resolve(source_of(report)))
    assert from_dict(frozen.document) == document
    for kind in ("docx", "pdf"):
        assert bytes(getattr(frozen, kind)) == render(document, kind)
    assert frozen.html.encode() == render(document, "html")


def test_the_head_of_the_log_is_frozen_and_stands_at_the_foot_of_every_page(report):
    seal_log_of(report)
    head = printed_head(on=TODAY)
    frozen = op.approve_report(instance=report, actor=LEADER, on=TODAY)
    assert frozen.log_head == head
    document = from_dict(frozen.document)
    assert document.page_foot == head.line
    with zipfile.ZipFile(io.BytesIO(bytes(frozen.docx))) as package:
        assert head.line in package.read("word/footer1.xml").decode()
        assert (
            package.read("word/document.xml").decode().count("w:footerReference") == 2
        )  # first page, others
    assert head.line in frozen.html
    assert head.line in text_of(bytes(frozen.pdf))
    draft = compose(resolve(source_of(report)))
    assert draft.page_foot == ""
    with zipfile.ZipFile(io.BytesIO(render(draft, "docx"))) as package:
        assert "word/footer1.xml" not in package.namelist()


def test_a_chain_made_again_does_not_fit_the_foot_of_an_approved_report(report):
    seal_log_of(report)
    frozen = op.approve_report(instance=report, actor=LEADER, on=TODAY)
    what = f"{frozen} (#{report.pk})"
    assert verify_log().holds
    link = ChainLink.objects.get(position=frozen.log_position)
    QuerySet(FrozenReport).filter(pk=frozen.pk).update(log_seal="0" * 16)
    assert {(each.kind, each.what) for each in verify_log().findings} == {
        (FindingKind.RECORD_CHANGED, f"Báo cáo đã chốt “{frozen}” (#{frozen.pk}): log_seal"),
        (FindingKind.DOCUMENT_CHANGED, f"{what}: page_foot"),
        (FindingKind.REWRITTEN, f"{what}: mốc in trên giấy: {replace(frozen.log_head, short='0' * 16)}"),
    }
    QuerySet(FrozenReport).filter(pk=frozen.pk).update(log_seal=frozen.log_seal)
    ChainLink.objects.filter(pk=link.pk).update(seal="f" * 64)
    named = [each for each in verify_log().findings if each.what.startswith(what)]
    assert [each.kind for each in named] == [FindingKind.REWRITTEN]


def test_a_number_that_somebody_takes_meanwhile_makes_the_hashes_anew(report, monkeypatch):
    submitted(report)
    with acting(SYSTEM), transaction.atomic():
        allocate(
            book="BC-SKHCN",
            unit_code="SKHCN",
            on=TODAY,
            pattern="{number}/BC-SKHCN",
            given_to="thư",
            actor=SYSTEM,
        )
    with monkeypatch.context() as before:
        before.setattr(approval, "next_text", lambda **book: "01/BC-SKHCN")
        frozen = op.approve_report(instance=report, actor=LEADER, on=TODAY)
    report.refresh_from_db()
    document = from_dict(frozen.document)
    assert (report.doc_number, document.number) == ("02/BC-SKHCN", "02")
    assert fingerprint(document) == frozen.fingerprint
    assert verify_log().holds


def test_the_book_and_the_report_lead_to_each_other(report):
    op.approve_report(instance=submitted(report), actor=LEADER, on=TODAY)
    report.refresh_from_db()
    line = IssuedNumber.objects.get()
    assert (line.model, line.object_id, line.book.unit_code) == ("reports.reportinstance", report.pk, "SKHCN")
    assert report.issued_number == line


def test_a_report_that_changes_while_its_figures_are_read_is_not_approved(report, monkeypatch):
    submitted(report)
    real = approval._files

    def changing(document):
        with acting(SYSTEM):
            row = section(report, "C")
            row.text = "Sửa trong lúc duyệt"
            row.save()
        return real(document)

    monkeypatch.setattr(approval, "_files", changing)
    with pytest.raises(ReportRefused, match="vừa được sửa"), transaction.atomic():
        op.approve_report(instance=report, actor=LEADER, on=TODAY)
    report.refresh_from_db()
    assert (report.state, IssuedNumber.objects.count()) == ("submitted", 0)


def test_an_approval_that_was_killed_before_its_files_is_finished_with_the_same_bytes(report, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(approval, "_print", lambda key: None)
        frozen = op.approve_report(instance=submitted(report), actor=LEADER, on=TODAY)
    report.refresh_from_db()
    assert (report.state, report.doc_number, frozen.is_printed) == ("printing", "01/BC-SKHCN", False)
    assert approval.finish_reports(before=timezone.now() - timedelta(seconds=30)) == 0
    assert approval.finish_reports(before=timezone.now() + timedelta(seconds=1)) == 1
    frozen.refresh_from_db()
    report.refresh_from_db()
    assert (report.state, bytes(frozen.docx)) == ("approved", render(from_dict(frozen.document), "docx"))
    assert approval.finish_reports(before=timezone.now() + timedelta(seconds=1)) == 0


def test_only_a_leader_approves_and_only_what_is_submitted(report):
    with pytest.raises(TransitionRefused):
        op.approve_report(instance=report, actor=LEADER, on=TODAY)
    with pytest.raises(TransitionRefused):
        op.approve_report(instance=submitted(report), actor=OFFICE, on=TODAY)
    assert (FrozenReport.objects.count(), IssuedNumber.objects.count()) == (0, 0)


def test_open_contradictions_hold_up_the_approval_unless_waived(report):
    op.set_override(
        section=section(report, "C"), code="NT-06", aspect="value", data={"value": 5}, reason="x", actor=OFFICE, on=TODAY
    )  # fmt: skip
    submitted(report)
    with pytest.raises(ReportRefused, match="còn 1 mâu thuẫn: Mục C: Ghi 05 nhưng kể ra 4"):
        op.approve_report(instance=report, actor=LEADER, on=TODAY)
    assert report.state == "submitted"
    assert IssuedNumber.objects.count() == 0
    [key] = each_waived(report, "")
    for insufficient in ({}, {key: " "}, {"0" * 16: "Lý do của mâu thuẫn khác"}):
        with pytest.raises(ReportRefused, match="còn 1 mâu thuẫn"):
            op.approve_report(instance=report, waivers=insufficient, actor=LEADER, on=TODAY)
    waivers = {key: "Gửi đúng như bản giấy"}
    [waived] = op.approve_report(instance=report, waivers=waivers, actor=LEADER, on=TODAY).waivers
    assert [waived[each] for each in ("place_1", "value_1", "reason", "by")] == [
        "Mục C", "05", "Gửi đúng như bản giấy", "Giám đốc",
    ]  # fmt: skip


def test_a_failure_while_freezing_gives_the_number_back(report, settings):
    submitted(report)
    settings.FONTS = Path("/nowhere")
    with pytest.raises(RuntimeError):
        op.approve_report(instance=report, actor=LEADER, on=TODAY)
    report.refresh_from_db()
    assert (report.state, report.doc_number, IssuedNumber.objects.count()) == ("submitted", "", 0)


def test_what_is_frozen_is_never_written_again(report):
    frozen = op.approve_report(instance=submitted(report), actor=LEADER, on=TODAY)
    figure = frozen.figures.first()
    figure.value = "99"
    frozen.html = ""
    with acting(SYSTEM):
        for row in (frozen, figure):
            with pytest.raises(FrozenError):
                row.save()
            with pytest.raises(FrozenError):
                row.delete()
    with pytest.raises(FrozenError):
        FrozenFigure.objects.all().delete()
    with pytest.raises(SilentWriteError):
        FrozenReport.objects.update(html="")


# ---------------------------------------------------------------------------------------- definitions


def test_a_changed_definition_is_a_new_version(version, figures, form, regime):
    changed = with_section(form, "B", text="Khác.")
    saved = op.save_form_version(code=form.code, form=changed, note="Sửa mục B", actor=OFFICE, on=TODAY)
    assert (saved.version, saved.form().section("B").text, version.form()) == (2, "Khác.", form)
    assert FormVersion.objects.in_force(form.code, on=date(2023, 6, 1)) == saved
    later = op.save_form_version(
        code=form.code, form=dump_form(changed), valid_from=date(2024, 1, 1), actor=OFFICE, on=TODAY
    )
    assert FormVersion.objects.in_force(form.code, on=date(2023, 6, 1)) == saved
    assert FormVersion.objects.in_force(form.code, on=date(2024, 6, 1)) == later
    with pytest.raises(ReportRefused, match="không có quyền"):
        op.save_form_version(code=form.code, form=changed, actor=HEAD, on=TODAY)
    with pytest.raises(ReportRefused, match="XX-01"):
        op.save_form_version(
            code=form.code, form=with_section(form, "B", text="[XX-01]"), actor=OFFICE, on=TODAY
        )
    with pytest.raises(ReportRefused, match="mẫu đang sửa là “khac”"):
        op.save_form_version(code="khac", form=changed, actor=OFFICE, on=TODAY)


def test_shipped_definitions_are_brought_in_once(db, monkeypatch):
    written = op.sync_shipped_forms(actor=SYSTEM, on=TODAY)
    assert [each.code for each in written] == list(shipped_bodies())
    assert op.sync_shipped_forms(actor=SYSTEM, on=TODAY) == []
    changed = {name: body + "\n# khác\n" for name, body in shipped_bodies().items()}
    monkeypatch.setattr("khcn.reports.operations.definitions.shipped_bodies", lambda: changed)
    assert len(op.sync_shipped_forms(actor=SYSTEM, on=TODAY)) == len(changed)


def test_a_shipped_definition_in_use_is_not_changed(figures, regime, monkeypatch, form, version):
    with acting(SYSTEM):
        version.shipped = True
        version.save()
    op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)
    monkeypatch.setattr(
        "khcn.reports.operations.definitions.shipped_bodies",
        lambda: {form.code: dump_form(with_section(form, "B", text="Khác."))},
    )
    with pytest.raises(ReportRefused, match="Tăng số phiên bản"):
        op.sync_shipped_forms(actor=SYSTEM, on=TODAY)
