"""The department's signature on approved reports: ordered with the approval, made by the worker, lost by no fault of a token."""

import hashlib
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.pdf_signatures import signing
from khcn.kernel.pdf_signatures.certificate import SigningRefused, TokenRefused
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.pdf_signatures.findings import SignatureVerdict
from khcn.parties.models import Delegation
from khcn.reports.forms.definition import parse_form
from khcn.reports.freezing.department_signing import sign_report_now, sign_waiting_reports
from khcn.reports.freezing.verifying import altered
from khcn.reports.models import FrozenReport, ReportInstance
from khcn.reports.models.department_signatures import ReportSignature
from tests.kernel.signing_authority import AGENCY, OURS, PASSPHRASE, pem, pkcs12_file
from tests.reports.approval_given import approve_on_page, opened_by
from tests.reports.conftest import FORM_TOML, a_regime, a_version
from tests.web.conftest import tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def certificate(settings, tmp_path):
    issued = OURS.issue(begins=timezone.now() - timedelta(days=30))
    for name, content in (
        ("so.p12", pkcs12_file(issued)),
        ("passphrase", PASSPHRASE.encode()),
        ("roots.pem", pem(OURS.root)),
    ):
        (tmp_path / name).write_bytes(content)
    settings.SIGNATURE_PKCS12 = tmp_path / "so.p12"
    settings.SIGNATURE_PASSPHRASE_FILE = tmp_path / "passphrase"
    settings.SIGNATURE_ROOTS = tmp_path / "roots.pem"


def signature_of(report):
    return ReportSignature.objects.get(report__instance=report)


def frozen_page(client, report):
    return client.get(f"/reports/{report.pk}/frozen/")


def test_the_worker_signs_what_the_leader_approved(certificate, submitted, sign_in):
    leader = sign_in("leader")
    report = approve_on_page(leader, submitted, with_signature="on", waiver="Đã xem")
    assert "Đang chờ ký số bằng chứng thư của Sở" in words(frozen_page(leader, report))
    assert sign_in("reader").get(f"/reports/{report.pk}/files/signed/").status_code == 404
    at = timezone.now()
    assert (sign_waiting_reports(at=at), sign_waiting_reports(at=at)) == (1, 0)
    signature = signature_of(report)
    content = sign_in("reader").get(f"/reports/{report.pk}/files/signed/").content
    assert hashlib.sha256(content).hexdigest() == signature.pdf_sha256
    assert content.startswith(bytes(report.frozen.pdf))
    [finding] = check_signatures(content, at=at)
    assert (finding.verdict, finding.signer, finding) == (
        SignatureVerdict.VALID,
        AGENCY,
        signature.signature_finding,
    )
    page = words(frozen_page(leader, report))
    assert f"Ký bởi {AGENCY}, {finding.time_words}; chứng thư do {OURS.name} cấp." in page
    assert "PDF đã ký số" in page
    assert verify_log().findings == []
    logged = ChangeEntry.objects.filter(model="reports.reportsignature").latest("pk")
    assert logged.after == {"pdf_sha256": signature.pdf_sha256, "finding": signature.finding}


def test_it_is_seen_between_capacity_and_name_on_the_last_page_of_the_text(certificate, submitted, sign_in):
    report = approve_on_page(sign_in("leader"), submitted, with_signature="on", waiver="Đã xem")
    sign_waiting_reports(at=timezone.now())
    reader = PdfFileReader(BytesIO(bytes(signature_of(report).pdf)))
    [signature] = reader.embedded_signatures
    left, bottom, right, top = map(float, signature.sig_field["/Rect"])
    width, height = 210 * 72 / 25.4, 297 * 72 / 25.4
    assert width / 2 < left < right < width
    assert 0 < bottom < top < height
    assert top - bottom == 80


def test_a_fault_of_the_token_leaves_the_report_approved_and_is_tried_again(
    certificate, submitted, sign_in, settings
):
    right, settings.SIGNATURE_PKCS12 = (
        settings.SIGNATURE_PKCS12,
        settings.SIGNATURE_PKCS12.with_name("nowhere.p12"),
    )
    office = sign_in("office")
    report = approve_on_page(sign_in("leader"), submitted, with_signature="on", waiver="Đã xem")
    at = timezone.now()
    assert sign_waiting_reports(at=at) == 1
    report.refresh_from_db()
    assert (report.state, report.frozen.is_printed, altered(report.frozen)) == ("approved", True, [])
    page = words(frozen_page(office, report))
    assert "Chưa ký số được: Không dùng được chứng thư số của Sở (nowhere.p12)" in page
    assert "Báo cáo vẫn đã duyệt, số liệu vẫn chốt. Hệ thống tự ký lại lúc" in page
    assert "Xử lý báo cáo chưa ký số được" in words(office.get("/"))
    settings.SIGNATURE_PKCS12 = right
    pauses = []
    for _attempt in range(2):
        assert sign_waiting_reports(at=at) == 0
        signature = signature_of(report)
        pauses.append(signature.next_attempt_at - at)
        at = signature.next_attempt_at
        if len(pauses) == 1:
            settings.SIGNATURE_PKCS12 = right.with_name("nowhere.p12")
        assert sign_waiting_reports(at=at) == 1
        settings.SIGNATURE_PKCS12 = right
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2)]
    assert signature_of(report).is_made
    assert "Xử lý báo cáo chưa ký số được" not in words(office.get("/"))


def test_after_a_wrong_pin_nothing_tries_by_itself(certificate, submitted, sign_in, monkeypatch):
    report = approve_on_page(sign_in("leader"), submitted, with_signature="on", waiver="Đã xem")
    asked = []

    def refused(*_arguments, **_more):
        asked.append(True)
        raise TokenRefused("Sai mã PIN", code="certificate_unusable")

    monkeypatch.setattr("khcn.reports.freezing.department_signing.sign_pdf", refused)
    at = timezone.now()
    for day in range(3):
        sign_waiting_reports(at=at + timedelta(days=day))
    assert len(asked) == 1
    monkeypatch.undo()
    office = sign_in("office")
    page = frozen_page(office, report)
    assert "Hệ thống không tự ký lại: xử lý xong thì bấm nút dưới đây." in words(page)
    [form] = tree(page).xpath(f"//form[@action='/reports/{report.pk}/sign/']")
    assert "Đã ký số" in words(office.post(form.get("action"), follow=True))
    assert signature_of(report).is_made


def test_of_five_reports_one_tries_a_wrong_pin(monkeypatch):
    at, asked = timezone.now(), []
    version, regime = a_version(parse_form(FORM_TOML)), a_regime()
    with acting(SYSTEM):
        for year in range(2019, 2024):
            report = ReportInstance(
                form_version=version, regime=regime, kind="nine_months", year=year, state="approved",
                start_on=date(year - 1, 12, 15), end_on=date(year, 9, 15),
            )  # fmt: skip
            report.save()
            frozen = FrozenReport(
                instance=report, document={}, form_version_number=1, form_sha256="0" * 64, fingerprint="0" * 64,
                seal="0" * 64,
            )  # fmt: skip
            frozen.save()
            ReportSignature(report=frozen, next_attempt_at=at).save()

    def refused(frozen, _at):
        asked.append(frozen.pk)
        raise TokenRefused("Sai mã PIN", code="certificate_unusable")

    monkeypatch.setattr("khcn.reports.freezing.department_signing._signed", refused)
    assert [sign_waiting_reports(at=at + timedelta(days=day)) for day in range(3)] == [1, 0, 0]
    assert len(asked) == 1
    # Each page says why, and that the button has to be pressed.
    left = ReportSignature.objects.values_list("fault", "next_attempt_at")
    assert list(left) == [("Sai mã PIN", None)] * 5


def test_a_report_of_before_is_signed_by_the_button_once_by_those_who_keep_the_seal(
    certificate, submitted, sign_in
):
    report = approve_on_page(sign_in("leader"), submitted, waiver="Đã xem", with_signature="")
    assert (ReportSignature.objects.count(), sign_waiting_reports(at=timezone.now())) == (0, 0)
    address = f"/reports/{report.pk}/sign/"
    for name in ("officer", "head", "admin", "reader"):
        assert sign_in(name).post(address).status_code == 403
        assert not tree(frozen_page(sign_in(name), report)).xpath(f"//form[@action='{address}']")
    assert ReportSignature.objects.count() == 0
    office = sign_in("office")
    office.post(address)
    first = signature_of(report).pdf_sha256
    assert len(first) == 64
    assert "đã được ký số" in words(office.post(address, follow=True))
    assert signature_of(report).pdf_sha256 == first


def test_of_two_at_once_the_file_of_the_first_stays(certificate, submitted, sign_in, people, monkeypatch):
    report = approve_on_page(sign_in("leader"), submitted, waiver="Đã xem", with_signature="on")
    whole, first = signing.sign_pdf, []

    def between(*arguments, **more):
        if not first:
            first.append("")
            first[0] = sign_report_now(
                frozen=report.frozen, actor=people["office"].actor, at=timezone.now()
            ).pdf_sha256
        return whole(*arguments, **more)

    monkeypatch.setattr("khcn.reports.freezing.department_signing.sign_pdf", between)
    assert sign_waiting_reports(at=timezone.now()) == 1
    assert signature_of(report).pdf_sha256 == first[0]


def test_without_a_certificate_nothing_is_offered_or_ordered(submitted, sign_in, people):
    leader = sign_in("leader")
    assert "with_signature" not in opened_by(leader, submitted)
    report = approve_on_page(leader, submitted, waiver="Đã xem")
    with pytest.raises(SigningRefused) as refused:
        sign_report_now(frozen=report.frozen, actor=people["leader"].actor, at=timezone.now())
    assert refused.value.code == "no_certificate"
    assert ReportSignature.objects.count() == 0


def test_what_was_exchanged_is_neither_signed_nor_handed_out(certificate, submitted, sign_in):
    report = approve_on_page(sign_in("leader"), submitted, waiver="Đã xem", with_signature="on")
    printed = bytes(report.frozen.pdf)
    QuerySet(FrozenReport).filter(instance=report).update(pdf=b"%PDF-1.7 other")
    at = timezone.now()
    sign_waiting_reports(at=at)
    assert "không còn đúng như khi duyệt" in signature_of(report).fault
    assert signature_of(report).next_attempt_at is None
    QuerySet(FrozenReport).filter(instance=report).update(pdf=printed)
    office = sign_in("office")
    office.post(f"/reports/{report.pk}/sign/")
    QuerySet(ReportSignature).update(pdf=bytes(signature_of(report).pdf) + b"more")
    assert office.get(f"/reports/{report.pk}/files/signed/").status_code == 303
    assert [(each.kind, each.what) for each in verify_log().findings] == [
        (FindingKind.DOCUMENT_CHANGED, f"{report.frozen} (#{report.pk}): signed")
    ]


@pytest.mark.parametrize(
    ("registers", "status", "signatures"), [(["directives.assignedtask"], 403, 0), (["*"], 303, 1)]
)
def test_a_delegation_of_some_registers_lends_no_seal(
    certificate, submitted, sign_in, people, registers, status, signatures
):
    report = approve_on_page(sign_in("leader"), submitted, waiver="Đã xem", with_signature="")
    today = timezone.localdate()
    with acting(SYSTEM):
        lent = Delegation(
            principal=people["leader"],
            delegate=people["reader"],
            registers=registers,
            reason="nghỉ phép",
            valid_from=today,
            valid_to=today + timedelta(days=1),
        )
        lent.save()
    reader, address = sign_in("reader"), f"/reports/{report.pk}/sign/"
    assert reader.post(address).status_code == 403
    assert reader.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 303
    assert len(tree(frozen_page(reader, report)).xpath(f"//form[@action='{address}']")) == signatures
    assert reader.post(address).status_code == status
    assert ReportSignature.objects.count() == signatures
