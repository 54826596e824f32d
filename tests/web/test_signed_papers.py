"""The department's signature on issued papers: who puts it there, once, where it is seen; and signed files that others sent."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.papers import signing as signing_of_papers
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.signing import sign_paper
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.pdf_signatures.findings import SignatureVerdict
from khcn.kernel.registers.models import Attachment
from khcn.parties.models import Delegation
from tests.factories.base import an_actor
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.kernel.signing_authority import AGENCY, NOW, OURS, PASSPHRASE, STRANGER, pem, pkcs12_file
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db(transaction=True)
SEALER = an_actor(Role.OFFICE, "VP")


@pytest.fixture(autouse=True)
def certificate(settings, tmp_path, time_machine):
    time_machine.move_to(NOW, tick=False)
    for name, content in (
        ("so.p12", pkcs12_file(OURS.issue())),
        ("passphrase", PASSPHRASE.encode()),
        ("roots.pem", pem(OURS.root)),
    ):
        (tmp_path / name).write_bytes(content)
    settings.SIGNATURE_PKCS12 = tmp_path / "so.p12"
    settings.SIGNATURE_PASSPHRASE_FILE = tmp_path / "passphrase"
    settings.SIGNATURE_ROOTS = tmp_path / "roots.pem"


def signed_in(role, unit="VP"):
    client = Client()
    client.force_login(account(role, unit))
    return client


def content_of(stored):
    with stored.content.open("rb") as file:
        return file.read()


def test_the_office_signs_and_the_signature_stands_between_capacity_and_name():
    paper, office = issue(draft(accepted_task())), signed_in(Role.OFFICE)
    page = office.get(paper.get_absolute_url())
    [form] = tree(page).xpath(f"//form[@action='{reverse('paper-sign', args=[paper.pk])}']")
    assert "Ký số bằng chứng thư của Sở" in form.text_content()
    office.post(form.get("action"))
    paper.refresh_from_db()
    content = content_of(paper.signed_pdf)
    assert content.startswith(content_of(paper.pdf))
    [finding] = check_signatures(content, at=NOW)
    assert (finding.verdict, finding.signer, finding) == (
        SignatureVerdict.VALID,
        AGENCY,
        paper.signature_finding,
    )
    page = office.get(paper.get_absolute_url())
    assert f"Ký bởi {AGENCY}, 12:00:00 14/09/2023" in words(page)
    assert not tree(page).xpath("//form[contains(@action, '/sign/')]")
    sent = office.get(reverse("paper-file", args=[paper.pk, "signed"]))
    assert b"".join(sent) == content
    assert sent["Content-Disposition"].endswith('-da-ky.pdf"')
    reader = PdfFileReader(BytesIO(content))
    [signature] = reader.embedded_signatures
    left, bottom, right, top = map(float, signature.sig_field["/Rect"])
    width, height = 210 * 72 / 25.4, 297 * 72 / 25.4
    assert width / 2 < left < right < width
    assert 0 < bottom < top < height
    assert top - bottom == 80
    assert verify_log().findings == []


def test_it_is_signed_once_and_by_those_who_keep_the_seal_alone():
    paper = issue(draft(accepted_task()))
    address = reverse("paper-sign", args=[paper.pk])
    for role, unit in ((Role.OFFICER, "QLKH"), (Role.HEAD, "QLKH"), (Role.READER, "VP")):
        assert signed_in(role, unit).post(address).status_code == 403
    assert Paper.objects.get(pk=paper.pk).signed_pdf is None
    leader = signed_in(Role.LEADER)
    leader.post(address)
    first = Paper.objects.get(pk=paper.pk).signed_pdf_sha256
    assert "đã được ký số" in words(leader.post(address, follow=True))
    assert (len(first), Paper.objects.get(pk=paper.pk).signed_pdf_sha256) == (64, first)


def test_of_two_at_once_the_second_is_reported(monkeypatch):
    paper = issue(draft(accepted_task()))
    sent = signed_in(Role.OFFICE)
    in_between = []

    def signing(*arguments, **more):
        if not in_between:
            in_between.append(True)
            sign_paper(paper=Paper.objects.get(pk=paper.pk), actor=SEALER, at=NOW)
        return whole(*arguments, **more)

    whole = signing_of_papers.sign_pdf
    monkeypatch.setattr(signing_of_papers, "sign_pdf", signing)
    answer = sent.post(reverse("paper-sign", args=[paper.pk]), follow=True)
    assert "đã được ký số" in words(answer)
    assert Paper.objects.get(pk=paper.pk).signed_pdf is not None


@pytest.mark.parametrize("state", ["draft", "replaced"])
def test_what_is_not_in_force_is_not_signed(state):
    paper = draft(accepted_task())
    if state != "draft":
        paper = issue(paper)
        QuerySet(Paper).filter(pk=paper.pk).update(state=state)
    answer = signed_in(Role.OFFICE).post(reverse("paper-sign", args=[paper.pk]), follow=True)
    assert "Chỉ ký số giấy đã cấp" in words(answer)
    assert Paper.objects.get(pk=paper.pk).signed_pdf is None


def test_a_file_that_was_exchanged_is_neither_signed_nor_handed_out():
    paper, office = issue(draft(accepted_task())), signed_in(Role.OFFICE)
    original = content_of(paper.pdf)
    storage, name = paper.pdf.content.storage, paper.pdf.content.name
    with storage.open(name, "wb") as file:
        file.write(b"%PDF-1.7 other")
    assert "không còn đúng như khi cấp" in words(
        office.post(reverse("paper-sign", args=[paper.pk]), follow=True)
    )
    with storage.open(name, "wb") as file:
        file.write(original)
    office.post(reverse("paper-sign", args=[paper.pk]))
    paper.refresh_from_db()
    with paper.signed_pdf.content.storage.open(paper.signed_pdf.content.name, "ab") as file:
        file.write(b"more")
    assert office.get(reverse("paper-file", args=[paper.pk, "signed"])).status_code == 303
    assert [(each.kind, each.what) for each in verify_log().findings] == [
        (FindingKind.DOCUMENT_CHANGED, f"{paper} (#{paper.pk}): signed")
    ]


def test_the_log_has_the_hash_of_the_signed_file():
    paper = issue(draft(accepted_task()))
    sign_paper(paper=paper, actor=SEALER, at=NOW)
    paper.refresh_from_db()
    logged = ChangeEntry.objects.filter(model="kernel_papers.paper").latest("pk")
    assert logged.after["signed_pdf_sha256"] == hashlib.sha256(content_of(paper.signed_pdf)).hexdigest()


@pytest.mark.parametrize(
    ("trusted", "changed", "shown", "is_bad"),
    [
        (OURS, False, "Nội dung đúng như khi ký, chứng thư do tổ chức được tin cậy cấp.", False),
        (STRANGER, False, "máy chủ không có chứng thư gốc", False),
        (OURS, True, "Nội dung tệp đã bị thay đổi sau khi ký.", True),
    ],
)
def test_a_signed_file_of_another_body_is_checked_when_it_is_attached(
    tmp_path, trusted, changed, shown, is_bad
):
    paper = issue(draft(accepted_task()))
    sign_paper(paper=paper, actor=SEALER, at=NOW)
    paper.refresh_from_db()
    content = bytearray(content_of(paper.signed_pdf))
    if changed:
        content[content.find(b"stream") + 30] ^= 1
    (tmp_path / "roots.pem").write_bytes(pem(trusted.root))
    task = paper.record()
    officer = signed_in(Role.OFFICER, "QLKH")
    sent = SimpleUploadedFile("quyet-dinh.pdf", bytes(content), "application/pdf")
    officer.post(f"{task.get_absolute_url()}files/", {"file": sent})
    attachment = Attachment.objects.get()
    page = officer.get(reverse("science-task-documents", args=[task.pk]))
    [line] = tree(page).xpath("//section[@id='files']//li")
    assert shown in " ".join(line.text_content().split())
    assert bool(line.xpath(".//*[contains(@class, 'text-danger')]")) is is_bad
    assert len(attachment.signature_findings) == 1


@pytest.mark.parametrize(
    ("registers", "status", "is_signed"),
    [(["directives.assignedtask"], 403, False), (["science.sciencetask"], 403, False), (["*"], 303, True)],
)
def test_a_delegation_of_some_registers_lends_no_seal(registers, status, is_signed):
    paper = issue(draft(accepted_task()))
    leader, today = account(Role.LEADER, "BGD"), NOW.date()
    reader = signed_in(Role.READER, "TTRA")
    with acting(SYSTEM):
        lent = Delegation(
            principal=leader,
            delegate=account(Role.READER, "TTRA"),
            registers=registers,
            reason="nghỉ phép",
            valid_from=today,
            valid_to=today + timedelta(days=1),
        )
        lent.save()
    address = reverse("paper-sign", args=[paper.pk])
    assert reader.post(address).status_code == 403
    assert reader.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 303
    page = tree(reader.get(paper.get_absolute_url()))
    assert bool(page.xpath(f"//form[@action='{address}']")) is is_signed
    assert reader.post(address).status_code == status
    paper.refresh_from_db()
    assert (paper.signed_pdf is not None) is is_signed
