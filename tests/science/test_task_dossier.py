"""The dossier of a task: what is in it, that a swapped paper is noticed without this program, and who gets it."""

import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from lxml import html

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.attachments import attach
from khcn.kernel.screens import record_dossier
from tests.factories import finance
from tests.factories.base import ATTACHED_AT
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.goods.conftest import tenant_of
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.science.test_issued_papers import OFFICER  # an officer of the science division
from tests.web.conftest import sign_in

__all__ = ["sign_in", "tenant_of"]  # fixtures

PDF = b"%PDF-1.7 "


def attached(record, name, words):
    with acting(SYSTEM):
        return attach(record=record, content=PDF + words, name=name, actor=SYSTEM, at=ATTACHED_AT)


def dossier(client, task):
    answer = client.get(reverse("science-task-dossier", args=[task.pk]))
    assert answer.status_code == 200
    name = re.search(r'filename="?([^"]+)"?', answer["Content-Disposition"])[1]
    return name, b"".join(answer.streaming_content)


def unpacked(content, folder):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (found,) = folder.iterdir()
    return found


def checked(folder):
    done = subprocess.run(
        [sys.executable, "kiem-tra.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def task(db):
    made = ScienceTaskFactory(title="Trồng thử nghiệm lúa <b>Khẩu Nua Lếch</b>")
    decision = LegalDocumentFactory(subject="Phê duyệt danh mục")
    TaskMilestoneFactory(task=made, document=decision)
    meeting = MeetingItemFactory(task=made).meeting
    advance = finance.AdvancePaymentFactory(task=made)
    other = ScienceTaskFactory(title="Nhiệm vụ khác")
    attached(made, "Thuyết minh.pdf", b"thuyet minh")
    attached(decision, "QĐ 1.PDF", b"quyet dinh")
    attached(meeting, "bien-ban.pdf", b"bien ban")
    attached(advance, "../../chung-tu.pdf", b"chung tu")
    attached(other, "khac.pdf", b"cua nhiem vu khac")
    return made


def test_the_index_names_every_paper_with_its_hash(task, sign_in, tmp_path):
    name, content = dossier(sign_in(), task)
    folder = unpacked(content, tmp_path)
    page = html.fromstring((folder / "muc-luc.html").read_text("utf-8"))
    rows = page.xpath("//table/tbody/tr")
    named = {
        row.xpath(".//a")[0].text: (row.xpath(".//a/@href")[0], row.xpath(".//code")[0].text) for row in rows
    }
    assert set(named) == {"Thuyết minh.pdf", "QĐ 1.PDF", "bien-ban.pdf", "chung-tu.pdf"}
    files = {
        each.relative_to(folder).as_posix(): sha256(each.read_bytes()).hexdigest()
        for each in folder.rglob("*")
        if each.is_file()
    }
    papers = {path: found for path, found in files.items() if path.startswith("van-ban/")}
    assert dict(named.values()) == papers
    sums = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {path: found for path, found in files.items() if path != "SHA256SUMS"}
    whole = files["SHA256SUMS"]
    assert name == f"{folder.name}-{whole[:12]}.zip"
    assert f"SHA-256 {whole}" in ChangeEntry.objects.latest("pk").reason
    words = page.text_content()
    assert "Trồng thử nghiệm lúa <b>Khẩu Nua Lếch</b>" in words
    assert "Phê duyệt danh mục" in words
    assert "200.000.000" in words  # of the advance
    assert "Nhiệm vụ khác" not in words
    assert "– → 31/08/2023" in (folder / "nhat-ky.html").read_text("utf-8")
    assert not page.xpath("//script|//link|//img|//*[@src]")


def test_a_swapped_paper_is_noticed_by_the_script_in_it(task, sign_in, tmp_path):
    _name, content = dossier(sign_in(), task)
    folder = unpacked(content, tmp_path)
    script = (folder / "kiem-tra.py").read_text("utf-8")
    assert len(script.splitlines()) <= 20
    page = html.fromstring((folder / "muc-luc.html").read_text("utf-8"))
    assert page.xpath("//pre")[0].text == script
    code, printed = checked(folder)
    assert (code, printed[0]) == (0, "Đủ 7 tệp, không tệp nào bị thay.")
    paper = next((folder / "van-ban").iterdir())
    path = paper.relative_to(folder).as_posix()
    whole = paper.read_bytes()
    paper.write_bytes(PDF + b"khac")
    assert checked(folder) == (1, [f"ĐÃ BỊ THAY: {path}", printed[1]])
    paper.unlink()
    assert checked(folder) == (1, [f"THIẾU: {path}", printed[1]])
    paper.write_bytes(whole)
    (folder / "van-ban" / "them.pdf").write_bytes(PDF)
    assert checked(folder) == (1, ["THỪA: van-ban/them.pdf", printed[1]])
    (folder / "van-ban" / "them.pdf").unlink()
    sums = folder / "SHA256SUMS"  # who exchanges the line too gets another sum than the log of downloads has
    paper.write_bytes(PDF + b"khac")
    old, new = (sha256(each).hexdigest() for each in (whole, PDF + b"khac"))
    sums.write_text(sums.read_text().replace(old, new))
    code, then = checked(folder)
    assert code == 0
    assert then[1] != printed[1]


def test_a_file_that_is_not_the_one_that_was_attached_is_named_and_left_out(task, sign_in, tmp_path):
    found = attached(task, "bi-sua.pdf", b"ban dau")
    with default_storage.open(found.file.content.name, "wb") as stored:
        stored.write(PDF + b"da bi sua")
    folder = unpacked(dossier(sign_in(), task)[1], tmp_path)
    words = html.fromstring((folder / "muc-luc.html").read_text("utf-8")).text_content()
    assert "bi-sua.pdf Tệp trên máy chủ không còn đúng như khi lưu nên không đưa vào hồ sơ." in words
    assert len(list((folder / "van-ban").iterdir())) == 4


def test_too_large_a_dossier_is_refused_with_the_reason(task, sign_in, monkeypatch):
    monkeypatch.setattr(record_dossier, "LARGEST", 10)
    answer = sign_in().get(reverse("science-task-dossier", args=[task.pk]), follow=True)
    assert answer.redirect_chain == [(f"/science/tasks/{task.pk}/", 303)]
    assert "không gói thành một tệp được" in answer.content.decode()


def test_it_is_the_departments_and_holds_what_its_reader_may_read(task, sign_in, client, tenant_of):
    client.force_login(tenant_of(task.host))
    assert client.get(reverse("science-task-dossier", args=[task.pk])).status_code == 403
    client.force_login(tenant_of(OrganisationFactory()))
    assert client.get(reverse("science-task-dossier", args=[task.pk])).status_code in {403, 404}
    client.logout()
    assert client.get(reverse("science-task-dossier", args=[task.pk])).status_code == 302
    assert sign_in(Role.READER).get("/science/tasks/999999/dossier/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("papers_are_composed")
def test_issued_papers_are_in_it_and_drafts_are_not(sign_in, tmp_path):
    task = accepted_task()
    paper = issue(draft(task, actor=OFFICER), actor=OFFICER)
    draft(accepted_task(), actor=OFFICER)
    folder = unpacked(dossier(sign_in(), task)[1], tmp_path)
    (row,) = html.fromstring((folder / "muc-luc.html").read_text("utf-8")).xpath("//table/tbody/tr")
    assert paper.number_text in row.text_content()
    assert row.xpath(".//code")[0].text in {paper.pdf_sha256, paper.file_sha256}
