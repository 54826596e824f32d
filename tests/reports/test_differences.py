from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import QuerySet

from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import OrgUnit
from khcn.reference.models import LegalDocument, RuleParameter
from khcn.reference.operations import prefill_year
from khcn.reports import operations as op
from khcn.reports.board import board_for, registers_for
from khcn.reports.freezing.differences import differences
from khcn.reports.models import FrozenFigure, FrozenReport
from tests.factories.reference import LegalDocumentFactory
from tests.reports.conftest import HEAD, LEADER, OFFICE, SYSTEM, TODAY
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(version, figures, regime, seed_data):
    return op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)


@pytest.fixture
def parameter(db):
    with acting(SYSTEM):
        made = RuleParameter(
            code="P", label="Thu hồi", value=45_998_409, unit="đồng", valid_from=date(2023, 3, 1)
        )
        made.save()
    return made


@pytest.fixture
def frozen(report, parameter):
    for section in report.sections.all():
        op.hand_in_section(section=section, actor=OFFICE, on=TODAY)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    op.submit_report(instance=report, actor=OFFICE, on=TODAY)
    return op.approve_report(instance=report, actor=LEADER, on=TODAY)


def reported(frozen):
    return {
        each.code: (
            each.frozen_value,
            each.now_value,
            [(change.cause.value, change.line) for change in each.changes],
        )
        for each in differences(frozen)
    }


def stored_parts(frozen):
    row = FrozenReport.objects.get(pk=frozen.pk)
    return bytes(row.docx), bytes(row.pdf), row.html, row.document, row.seal, list(row.figures.values())


def test_nothing_changed_nothing_reported(frozen):
    assert differences(frozen) == []


def test_a_record_entered_after_freezing_is_entered_late_and_moves_no_frozen_byte(frozen, make):
    before = stored_parts(frozen)
    make("NV-05", ["Nhập sau"], start=7, on=date(2023, 9, 14))
    make("NV-05", ["Kỳ sau"], start=8, on=date(2023, 9, 15))
    assert reported(frozen) == {
        "NV-02": ("31", "32", [("entered_late", "Nhập sau")]),
        "NV-05": ("6", "7", [("entered_late", "Nhập sau")]),
    }
    change = differences(frozen)[0].changes[0]
    assert (change.cause_label, change.detail, change.actor) == (
        "nhập muộn", "Ngày 14/09/2023 nằm trong kỳ, nhập sau khi báo cáo đã chốt.", "Hệ thống",
    )  # fmt: skip
    assert change.at > frozen.created_at
    assert stored_parts(frozen) == before


def test_a_new_record_without_its_own_day_in_the_period_is_new(frozen, make, monkeypatch, figures):
    monkeypatch.setitem(figures._by_code, "NV-08", _with(figures["NV-08"], date_path=""))
    make("NV-08", ["Mới"], start=2)
    assert reported(frozen)["NV-08"] == ("1", "2", [("new", "Mới")])


def test_a_new_record_whose_day_lies_after_the_period_is_new(frozen, make, monkeypatch, figures):
    monkeypatch.setitem(figures._by_code, "NV-08", _with(figures["NV-08"], date_path="effective_on"))
    with acting(HEAD):
        for number, day in ((2, date(2023, 9, 15)), (3, date(2023, 9, 14))):
            (made,) = make("NV-08", [f"Ngày {day.day}"], start=number)
            made.effective_on = day
            made.save()
    assert reported(frozen)["NV-08"] == ("1", "3", [("new", "Ngày 15"), ("entered_late", "Ngày 14")])


def _with(indicator, **changes):
    from dataclasses import replace

    return replace(indicator, **changes)


@pytest.mark.both
def test_deleted_moved_out_renamed_and_moved_in(frozen, make):
    with acting(HEAD):
        LegalDocument.objects.get(number="NT-06/1").delete()
        moved = LegalDocument.objects.get(number="NT-06/2")
        moved.issued_on = date(2023, 9, 15)
        moved.save()
        renamed = LegalDocument.objects.get(number="NT-06/3")
        renamed.subject = "Tuyên giáo cấp cơ sở"
        renamed.save()
    assert reported(frozen) == {
        "NT-06": (
            "4",
            "2",
            [
                ("withdrawn", "Chuối tây"),
                ("withdrawn", "Tuyển chọn chủng vi sinh vật gốc"),
                ("corrected", "Tuyên giáo cấp cơ sở"),
            ],
        )
    }
    assert [(each.detail, each.actor) for each in differences(frozen)[0].changes] == [
        ("Bản ghi đã bị xóa.", HEAD.label),
        ("Bản ghi đã sửa: Ngày ban hành “10/05/2023” thành “15/09/2023”.", HEAD.label),
        ("Trước: Tuyên giáo cơ sở. Nay: Tuyên giáo cấp cơ sở.", HEAD.label),
    ]


def test_a_record_known_before_that_counts_only_now_is_corrected(report, parameter, make, request):
    (outside,) = make("NV-08", ["Ghi nhầm năm"], start=2, on=date(2022, 5, 1))
    frozen = request.getfixturevalue("frozen")
    with acting(HEAD):
        outside.issued_on = date(2023, 5, 1)
        outside.save()
    assert reported(frozen)["NV-08"] == ("1", "2", [("corrected", "Ghi nhầm năm")])


def test_a_corrected_amount(frozen, parameter):
    with acting(HEAD):
        parameter.value = 46_000_000
        parameter.save()
    assert reported(frozen) == {"TC-01": ("45998409", "46000000", [("corrected", "Thu hồi")])}
    assert differences(frozen)[0].changes[0].detail == (
        "Trước: Thu hồi – 45998409 đồng. Nay: Thu hồi – 46000000 đồng."
    )


def test_the_page_of_changes_says_which_table_cannot_be_compared(frozen, client):
    client.force_login(account(Role.OFFICE, "VP"))
    address = f"/reports/{frozen.instance_id}/changes/"
    assert "không bản ghi nào làm thay đổi số liệu hay nội dung bảng" in words(client.get(address))
    QuerySet(FrozenFigure).filter(code="NG-01").update(table=None)
    shown = words(client.get(address))
    assert "Hãy đối chiếu với bản đã ký: Nhiệm vụ được giao (NG-01)." in shown
    assert "không bản ghi nào làm thay đổi" not in shown


# ---------------------------------------------------------------------------------------------- board


@pytest.fixture
def units(db):
    with acting(SYSTEM):
        for code, name in (("VP", "Văn phòng"), ("QLKH", "Phòng Quản lý khoa học")):
            OrgUnit(code=code, name=name, kind="division", valid_from=date(2010, 1, 1)).save()


def _entered(at):
    from django.db import models

    models.QuerySet(LegalDocument).update(
        created_at=at, updated_at=at + timedelta(days=150)
    )  # corrected later


@pytest.mark.both
def test_the_board_says_who_owes_what(report, units, make, figures):
    prefill_year(year=2023, actor=SYSTEM)
    make("NT-06", ["Chuối Tây"], start=5)
    op.hand_in_section(section=report.sections.get(key="C"), actor=HEAD, on=TODAY)
    _entered(datetime(2023, 9, 18, 10, tzinfo=UTC))
    board = board_for(report, TODAY)
    # The period ends on Thursday 14/9; two working days later is Monday 18/9.
    assert (board.due_on, board.due_problem) == (date(2023, 9, 18), "")
    row = next(row for row in board.rows if row.register == "reference.legaldocument")
    assert (row.unit_name, row.arrived, row.timing, row.timing_label) == (
        "Văn phòng",
        49,
        "on_time",
        "đúng hạn",
    )
    assert row.figures == ("NG-01", "NV-02", "NV-04", "NV-05", "NV-07", "NV-08", "DC-02", "NV-14", "NT-06")
    assert [(each.key, each.unit_name, each.state_label, each.findings) for each in board.sections] == [
        ("A", "Văn phòng", "đang soạn", 0),
        ("A.III.2.a", "Phòng Quản lý khoa học", "đang soạn", 0),
        ("B", "Văn phòng", "đang soạn", 0),
        ("C", "Phòng Quản lý khoa học", "đã nộp", 1),
    ]
    assert [each.timing for each in board.sections[:3]] == ["waiting"] * 3
    assert [each.timing for each in board_for(report, date(2023, 9, 19)).sections[:3]] == ["missing"] * 3


def test_the_board_tells_late_from_on_time_by_the_due_day(report, units, figures):
    prefill_year(year=2023, actor=SYSTEM)
    for at, timing in (
        (datetime(2023, 9, 18, 16, 59, tzinfo=UTC), "on_time"),
        (datetime(2023, 9, 18, 17, 0, tzinfo=UTC), "late"),  # midnight in Hà Nội
    ):
        _entered(at)
        rows = board_for(report, date(2023, 9, 20)).rows
        assert [row.timing for row in rows if row.register == "reference.legaldocument"] == [timing]


def test_without_a_calendar_the_day_is_provisional_and_the_board_says_so(report, units):
    board = board_for(report, TODAY)
    assert board.due_on == date(2023, 9, 18)
    assert board.due_problem == "Lịch nghỉ năm 2023 chưa có thông báo chính thức, hạn là dự kiến."


def test_registers_of_figures_without_a_report(figures, regime, units):
    period = regime.period(next(iter(regime.windows.all())).period(2023).kind, 2023)
    rows = registers_for(period, ["NV-04", "TC-01", "KHONG-1"], on=TODAY, due_on=date(2023, 9, 14))
    assert {row.register: (row.figures, row.timing) for row in rows} == {
        "reference.legaldocument": (("NV-04",), "missing"),
        "reference.ruleparameter": (("TC-01",), "missing"),
    }


def test_freezing_is_in_the_change_log_without_its_bytes(frozen):
    frozen_at, printed_at = ChangeEntry.objects.filter(model="reports.frozenreport").order_by("pk")
    assert set(frozen_at.after) >= {"seal", "fingerprint"}
    assert set(printed_at.after) == {"sha256_docx", "sha256_pdf", "sha256_html"}
    assert not set(frozen_at.after) & {"docx", "pdf", "html", "document"}


def test_who_edits_a_counted_record_is_shown_the_signed_report_and_the_way_to_its_replacement(frozen, client):
    client.force_login(account(Role.OFFICE, "VP"))
    counted = LegalDocument.objects.get(number="NT-06/1")
    page = tree(client.get(f"/reference/legal-documents/{counted.pk}/edit/"))
    (link,) = page.xpath("//div[@role='note']//a")
    assert link.text == str(frozen.instance)
    changes = tree(client.get(link.get("href")))
    assert changes.xpath("//form[contains(., 'Lập bản thay thế')]/@action") == [
        f"/reports/{frozen.instance_id}/replace/"
    ]


def test_a_record_that_no_signed_report_counts_is_edited_without_a_word(frozen, client):
    client.force_login(account(Role.OFFICE, "VP"))
    with acting(SYSTEM):
        other = LegalDocumentFactory(issued_on=date(2019, 1, 1))
    page = tree(client.get(f"/reference/legal-documents/{other.pk}/edit/"))
    assert page.xpath("//div[@role='note']") == []
