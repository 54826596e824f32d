"""The whole report: preview and its anchors, contradictions, downloads, freezing, differences, board."""

import hashlib
import io
import re
from datetime import timedelta
from html import unescape

import docx
import openpyxl
import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from lxml import html

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.numbering.models import IssuedNumber
from khcn.reference.models import LegalDocument
from khcn.reports import operations
from khcn.reports.checking.checks import FIGURE_CHECKS, NOT_CHECKED, PRINTED_CHECKS, run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.models import FormVersion, FrozenFigure, FrozenReport, OverrideAspect
from khcn.reports.views.anchors import anchor_of, places
from tests.reports.approval_given import approve_on_page, opened_by, with_reasons
from tests.reports.conftest import FORM_TOML, TODAY
from tests.reports.test_views import text_of
from tests.web.conftest import form_values, tree

pytest_plugins = ["tests.reports.views_given"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def contradictory(report, people):
    """Ten tasks in one place, nine in another."""
    operations.set_override(
        section=report.sections.get(key="C"), code="NV-14", aspect="value", data={"value": "9"},
        reason="Như đã gửi", actor=people["office"].actor, on=TODAY,
    )  # fmt: skip
    return report


def ids_in(page):
    return [unescape(each) for each in re.findall(r' id="((?:so|muc)-[^"]*)"', page)]


def test_every_figure_is_a_link_and_has_an_anchor(report, sign_in):
    page = sign_in("reader").get(f"/reports/{report.pk}/preview/").content.decode()
    resolved = resolve(source_of(report))
    printed = [each for each in resolved.occurrences if each.kind is not OverrideAspect.CELLS]
    anchored = re.findall(
        r'<a class="figure" id="([^"]+)" href="/figures/([^/]+)/[^"]*" data-code="[^"]+">([^<]*)</a>', page
    )
    wanted = {(anchor_of(each), each.code, each.text) for each in printed}
    assert {(unescape(a), b, unescape(c)) for a, b, c in anchored} == wanted
    assert [each for each in ids_in(page) if each.startswith("muc-")] == [
        "muc-A",
        "muc-A.III.2.a",
        "muc-B",
        "muc-C",
    ]


def test_findings_lead_to_the_sentence(contradictory, sign_in):
    page = sign_in("office").get(f"/reports/{contradictory.pk}/check/")
    content = page.content.decode()
    assert f'href="/reports/{contradictory.pk}/preview/#so-A.III.2.a-NV-14-value-1"' in content
    assert f'href="/reports/{contradictory.pk}/preview/#so-C-NV-14-value-1"' in content
    assert "Mâu thuẫn phải xử lý" in text_of(page)
    anchors = ids_in(sign_in("office").get(f"/reports/{contradictory.pk}/preview/").content.decode())
    resolved = resolve(source_of(contradictory))
    for finding in run_checks(resolved):
        for place in places(finding, resolved):
            assert not place or place.partition(":~:")[0].lstrip("#") in anchors, finding


def test_the_number_of_findings_is_on_the_report_page(contradictory, sign_in):
    findings = run_checks(resolve(source_of(contradictory)))
    page = text_of(sign_in("office").get(f"/reports/{contradictory.pk}/"))
    findings = [each for each in findings if each.code != "not_handed_in"]
    assert f"{len(findings)} chỗ cần xem lại" in page
    assert f"Kiểm tra mâu thuẫn {len(findings)}" in page


def test_downloads(contradictory, sign_in):
    client = sign_in("reader")
    starts = {"docx": b"PK", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "json": b"{", "xlsx": b"PK"}
    for kind, start in starts.items():
        answer = client.get(f"/reports/{contradictory.pk}/files/{kind}/")
        assert answer.status_code == 200
        assert answer.content.startswith(start), kind
        assert answer["Content-Disposition"].endswith(f".{kind}")
    assert client.get(f"/reports/{contradictory.pk}/files/exe/").status_code == 404


def test_figures_workbook_has_values_records_and_overrides(contradictory, sign_in):
    content = sign_in("reader").get(f"/reports/{contradictory.pk}/files/xlsx/").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    figures = {row[0]: row for row in book["Số liệu"].iter_rows(min_row=2, values_only=True)}
    assert figures["NV-14"][2] == 10
    assert figures["NV-14"][4] == 10
    assert figures["NV-14"][5] == "Mục C: 9 (Như đã gửi)"
    records = [row for row in book["Bản ghi"].iter_rows(min_row=2, values_only=True) if row[0] == "NT-06"]
    assert [row[2] for row in records] == [
        "Chuối tây", "Tuyển chọn chủng vi sinh vật gốc", "Tuyên giáo cơ sở", "Hệ thống TTHTX",
    ]  # fmt: skip


def test_steps_to_approval_and_the_frozen_page(approved, sign_in):
    client = sign_in("reader")
    page = client.get(f"/reports/{approved.pk}/frozen/")
    assert f"Số 01/BC-SKHCN, ký ngày {timezone.localdate():%d/%m/%Y}, Nguyễn Văn A" in text_of(page)
    frozen = approved.frozen
    for kind in ("docx", "pdf", "html"):
        content = client.get(f"/reports/{approved.pk}/files/{kind}/").content
        digest = hashlib.sha256(content).hexdigest()
        assert digest == getattr(frozen, f"sha256_{kind}")
        assert digest in page.content.decode()


def test_approval_with_contradictions_asks_why(contradictory, hand_in_all, people, sign_in):
    hand_in_all(contradictory)
    office = people["office"].actor
    operations.compile_report(instance=contradictory, actor=office, on=TODAY)
    operations.submit_report(instance=contradictory, actor=office, on=TODAY)
    client, place = sign_in("leader"), f"/reports/{contradictory.pk}/steps/approve/"
    client.cookies["django_language"] = (
        "en"  # the reasons belong to the same contradictions in either language
    )
    assert "Reason for approving all the same, contradiction 1" in text_of(client.get(place))
    data = opened_by(client, contradictory)
    client.cookies["django_language"] = "vi"
    assert opened_by(client, contradictory).keys() == data.keys()
    assert "Lý do vẫn duyệt, mâu thuẫn 1" in text_of(client.get(place))
    data = opened_by(client, contradictory)
    answer = client.post(place, data)
    assert answer.status_code == 422
    assert "Sửa mâu thuẫn này, hoặc ghi lý do vẫn duyệt." in text_of(answer)
    assert client.post(place, with_reasons(data, "Đã thống nhất với Bộ")).status_code == 303
    assert "Đã thống nhất với Bộ" in text_of(client.get(f"/reports/{contradictory.pk}/frozen/"))


@pytest.mark.parametrize("who", ["office", "head", "officer", "reader", "admin"])
def test_only_a_leader_approves(submitted, sign_in, who):
    answer = sign_in(who).post(
        f"/reports/{submitted.pk}/steps/approve/",
        {"signed_on": f"{timezone.localdate():%d/%m/%Y}", "signer_name": "X"},
    )
    submitted.refresh_from_db()
    assert (answer.status_code, submitted.state) == (303, "submitted")


@pytest.mark.parametrize(
    ("days", "reason"), [(1, "sau ngày hôm nay"), (-1, "trước lần sửa, trình gần nhất của báo cáo")]
)
def test_a_day_on_which_nobody_can_have_signed_is_refused_at_the_field(submitted, sign_in, days, reason):
    day = timezone.localdate() + timedelta(days=days)
    place = f"/reports/{submitted.pk}/steps/approve/"
    client = sign_in("leader")
    answer = client.post(place, {**opened_by(client, submitted), "signed_on": f"{day:%d/%m/%Y}"})
    assert answer.status_code == 422
    (error,) = html.fromstring(answer.content).xpath("//*[@id='id_signed_on_error']")
    assert f"Ngày ký {day:%d/%m/%Y} {reason}" in error.text_content()
    submitted.refresh_from_db()
    assert (submitted.state, IssuedNumber.objects.count()) == ("submitted", 0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("text", ["lần trình duyệt", "Mục C"]),
        ("submitted again", ["lần trình duyệt"]),
        ("override", ["lần trình duyệt", "Mục A"]),
        ("figure", ["Mục A.III.2.a", "Mục C", "Nhiệm vụ năm sau được Hội đồng xác định (NV-14)"]),
        ("line", ["Mục C", "Đến hạn nghiệm thu (NT-06)"]),
        ("cell of a table of records", ["Mục A"]),
        ("letterhead", ["phần đầu, phần cuối và phụ lục"]),
    ],
)
def test_what_a_leader_signs_is_what_they_had_on_the_screen(submitted, sign_in, people, make, change, named):
    client, place = sign_in("leader"), f"/reports/{submitted.pk}/steps/approve/"
    opened = {**opened_by(client, submitted), "signer_name": "Nguyễn Văn Gõ"}
    words = {"actor": people["office"].actor, "on": TODAY}
    if change == "figure":
        make("NV-14", 1, start=900)
    elif change == "line":
        QuerySet(LegalDocument).filter(number="NT-06/1").update(subject="Chuối tiêu")
    elif change == "cell of a table of records":
        QuerySet(LegalDocument).filter(number="NG-01/1").update(note="")
    elif change == "letterhead":
        body = FORM_TOML.replace("Trên đây là báo cáo", "Sở trân trọng báo cáo")
        QuerySet(FormVersion).update(body=body)
    else:
        operations.withdraw_report(instance=submitted, **words)
        if change == "text":
            section = submitted.sections.get(key="C")
            operations.edit_section(section=section, text=f"{section.text}\n\nMột câu thêm vào.", **words)
        if change == "override":
            section, cells = submitted.sections.get(key="A"), {"cells": {"2.2": "Xây dựng hệ thống"}}
            operations.set_override(
                section=section, code="NG-01", aspect="cells", data=cells, reason="Gọn", **words
            )
        operations.submit_report(instance=submitted, **words)
    refused = client.post(place, opened)
    submitted.refresh_from_db()
    assert (refused.status_code, submitted.state) == (409, "submitted")
    assert f"đã khác lúc bạn mở trang ở: {'; '.join(named)}." in text_of(refused)
    assert ("Một câu thêm vào." in text_of(refused)) == (change == "text")
    again = form_values(tree(refused))
    assert again["signer_name"] == "Nguyễn Văn Gõ"  # nothing typed is lost
    assert client.post(place, {**again, "shown": ""}).status_code == 409
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    again |= {"shown": opened_by(client, submitted)["shown"]}  # as the page in English has it
    assert client.post(place, again).status_code == 303


def test_an_unreadable_day_of_signing_is_reported(submitted, sign_in):
    place = f"/reports/{submitted.pk}/steps/approve/"
    answer = sign_in("leader").post(place, {"signed_on": "31/9/2023", "signer_name": "X"})
    assert answer.status_code == 422
    assert 'value="31/9/2023"' in answer.content.decode()


def test_a_leader_returns_with_a_reason(submitted, sign_in):
    client, place = sign_in("leader"), f"/reports/{submitted.pk}/steps/return/"
    assert client.post(place, {"note": ""}).status_code == 422
    assert client.post(place, {"note": "Bổ sung phần C"}).status_code == 303
    submitted.refresh_from_db()
    assert submitted.state == "drafting"


def test_compile_before_all_is_handed_in_is_refused(report, sign_in):
    client = sign_in("office")
    client.post(f"/reports/{report.pk}/steps/compile/")
    report.refresh_from_db()
    assert report.state == "drafting"
    assert "Còn mục chưa nộp" in text_of(client.get(f"/reports/{report.pk}/"))


def test_changes_after_freezing_by_cause(approved, make, sign_in):
    client, kinds = sign_in("reader"), ("docx", "pdf", "html", "json", "xlsx")
    signed = {kind: client.get(f"/reports/{approved.pk}/files/{kind}/").content for kind in kinds}
    make("NV-14", ["Nhiệm vụ nhập muộn"], start=50)
    with acting(SYSTEM):
        first = LegalDocument.objects.get(number="NT-06/1")
        first.subject = "Chuối tây Bắc Kạn"
        first.save()
        LegalDocument.objects.get(number="NT-06/2").delete()
    page = text_of(sign_in("reader").get(f"/reports/{approved.pk}/changes/"))
    assert "đã chốt 10, nay 11" in page
    assert "Nhiệm vụ nhập muộn nhập muộn" in page
    assert "Chuối tây Bắc Kạn đã sửa" in page
    assert "Tuyển chọn chủng vi sinh vật gốc không còn được tính" in page
    assert {kind: client.get(f"/reports/{approved.pk}/files/{kind}/").content for kind in kinds} == signed
    shown = text_of(client.get(f"/reports/{approved.pk}/preview/"))
    assert "Hội đồng xác định được 10 nhiệm vụ" in shown
    assert "Chuối tây Bắc Kạn" not in shown


def test_frozen_pages_of_a_draft_are_not_found(report, sign_in):
    client = sign_in("reader")
    assert client.get(f"/reports/{report.pk}/frozen/").status_code == 404
    assert client.get(f"/reports/{report.pk}/changes/").status_code == 404


def test_board_by_division_and_register(report, sign_in):
    page = text_of(sign_in("reader").get(f"/reports/{report.pk}/board/"))
    assert "Văn bản" in page
    assert "Quản lý các nhiệm vụ Phòng Quản lý khoa học đang soạn" in page


def test_board_without_any_report_says_what_to_do(people, sign_in, db):
    assert "chưa có báo cáo nào" in text_of(sign_in("reader").get("/reports/board/"))


def test_style_sheet_of_documents(people, sign_in):
    answer = sign_in("reader").get("/reports/document.css")
    assert answer["Content-Type"].startswith("text/css")
    assert b".official-document" in answer.content


ALTERED = (
    ("pdf", b"%PDF-1.7 other", ["pdf"], "pdf"),
    ("docx", b"PK other", ["docx"], "docx"),
    ("html", "<p>khác</p>", ["html"], "html"),
    ("document", {"format": 1}, ["json"], "document"),
    ("fingerprint", "0" * 64, ["json", "xlsx"], "document, figures"),
    ("seal", "0" * 64, ["xlsx"], "figures"),
)
"""Column of a signed report, another value, the downloads that are not handed out then, and what the verification names."""


def test_what_is_not_as_signed_is_named_and_not_handed_out(approved, sign_in, caplog):
    assert verify_log().holds
    client = sign_in("reader")
    for column, value, downloads, what in ALTERED:
        with transaction.atomic():
            QuerySet(FrozenReport).filter(instance=approved).update(**{column: value})
            assert f"Văn bản đã ký, đã cấp bị sửa hoặc mất: {approved} (#{approved.pk}): {what}" in [
                str(each) for each in verify_log().findings
            ]
            caplog.clear()
            for kind in ("docx", "pdf", "html", "json", "xlsx"):
                address = f"/reports/{approved.pk}/files/{kind}/"
                answer = client.get(address)
                assert answer.status_code == 303  # the alteration is named at each download
                page = text_of(client.get(answer["Location"]))
                assert ("không còn đúng như khi ký" in page) == (kind in downloads), (column, kind)
                assert ("còn đúng như khi ký, nhưng có chỗ bị sửa" in page) == (kind not in downloads)
                again = client.get(address, {"anyway": "1"}, follow=True)
                assert bool(again.redirect_chain) == (kind in downloads), (column, kind)
                is_refused = f"frozen report {approved.pk}: {kind} is not what was signed" in caplog.text
                assert is_refused == (kind in downloads), (column, kind)
            transaction.set_rollback(True)
    assert verify_log().holds


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("ids", [1], FindingKind.DOCUMENT_CHANGED),
        ("lines", ["khác"], FindingKind.DOCUMENT_CHANGED),
        ("amounts", ["5"], FindingKind.RECORD_CHANGED),
    ],
)
def test_a_changed_frozen_figure_is_named(approved, column, value, kind):
    figure = approved.frozen.figures.first()
    QuerySet(FrozenFigure).filter(pk=figure.pk).update(**{column: value})
    assert [each.kind for each in verify_log().findings] == [kind]


@pytest.mark.parametrize(("column", "value"), [("voided_by", "Người khác"), ("given_to", "Người khác")])
def test_a_changed_line_of_the_number_book_is_named(approved, column, value):
    line = approved.issued_number
    QuerySet(IssuedNumber).filter(pk=line.pk).update(**{column: value})
    assert [(each.kind, each.what) for each in verify_log().findings] == [
        (FindingKind.RECORD_CHANGED, f"Số đã cấp “{line}” (#{line.pk}): {column}")
    ]


def test_a_typed_value_is_marked_in_the_files_of_a_draft_and_not_in_the_issued_copy(
    report, hand_in_all, people, sign_in
):
    office = people["office"].actor
    operations.set_override(
        section=report.sections.get(key="C"), code="NT-06", aspect="value", data={"value": "4"},
        reason="Theo biên bản", actor=office, on=TODAY,
    )  # fmt: skip

    def words_of_word():
        content = sign_in("leader").get(f"/reports/{report.pk}/files/docx/").content
        paragraphs = docx.Document(io.BytesIO(content)).paragraphs
        return next(each.text for each in paragraphs if "Nghiệm thu cấp tỉnh" in each.text)

    hand_in_all(report)
    operations.compile_report(instance=report, actor=office, on=TODAY)
    operations.submit_report(instance=report, actor=office, on=TODAY)
    assert "Nghiệm thu cấp tỉnh 04 [gõ thay] đề tài" in words_of_word()
    approve_on_page(sign_in("leader"), report)
    assert "Nghiệm thu cấp tỉnh 04 đề tài" in words_of_word()


def test_the_check_page_names_both_places_the_records_and_what_was_checked(report, people, sign_in):
    client, page = sign_in("reader"), f"/reports/{report.pk}/check/"
    clean = tree(client.get(page))
    assert clean.xpath("//ol[@class='findings']") == []
    checked, not_checked = clean.xpath("//details[.//h2[contains(., 'Đã kiểm tra gì')]]//ul")
    assert len(checked.xpath("li")) == len(FIGURE_CHECKS) + len(PRINTED_CHECKS)
    assert len(not_checked.xpath("li")) == len(NOT_CHECKED)
    operations.edit_section(
        section=report.sections.get(key="B"), actor=people["office"].actor, on=TODAY,
        text="Đến hạn nghiệm thu 05 đề tài, dự án. Cấp 03 giấy phép (Trạm Na Rì; Trạm Chợ Mới).",
    )  # fmt: skip
    found = tree(client.get(page)).xpath("//ol[@class='findings']/li")
    sides = [each.xpath(".//dl//dt/a/text() | .//dl//dd/text()") for each in found]
    assert sides == [
        ["Mục B", "03 giấy phép", "Mục B", "2 mục: Trạm Na Rì; Trạm Chợ Mới"],
        ["Mục B", "05 đề tài, dự án", "Mục C", "04 (NT-06)"],
    ]
    records = found[1].xpath(".//div[@class='finding-records']")[0]
    names = ["Chuối tây", "Tuyển chọn chủng vi sinh vật gốc", "Tuyên giáo cơ sở", "Hệ thống TTHTX"]
    assert records.xpath(".//li/text()") == names
    assert records.xpath(".//a/@href")[0].startswith("/figures/NT-06/")
