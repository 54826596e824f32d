"""Files with viruses are refused before anything is stored; a scanner that is away lets nothing pass. With a real clamd."""

import shutil
import socket
import subprocess
import threading
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from khcn.config.doctor import machine
from khcn.kernel.files.content_types import FileRefusedError, content_type_of
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.virus_scan import ScannerAway, refuse_infected
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.operations import upload
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.template_versions import save_template
from khcn.kernel.registers.attachments import attach
from khcn.science.documents import CERTIFICATE
from khcn.science.models import ScienceTask
from tests.conftest import require_all
from tests.factories.base import ATTACHED_AT, an_actor
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of

# The test string of EICAR, in two parts, so that scanners of this machine leave this file alone
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Thu:0:*:" + b"EICAR-STANDARD-ANTIVIRUS".hex() + "\n"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """A scanner with one signature, as an account that owns its folder."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    if not Path(program).exists():
        if require_all():
            pytest.fail("clamd is required")
        pytest.skip("clamd is not installed")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "eicar.ndb").write_text(SIGNATURE, "ascii")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/clamd\nDatabaseDirectory {folder}/db\nForeground yes\nLogFile {folder}/log\n"
        f"StreamMaxLength 1M\nTemporaryDirectory {folder}\nUser root\n",
        "utf-8",
    )
    process = subprocess.Popen(
        [program, f"--config-file={folder}/clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while not (folder / "clamd").exists() and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    yield f"unix:{folder}/clamd"
    process.terminate()
    process.wait(120)


@pytest.fixture
def scanner(clamd, settings):
    settings.CLAMAV = clamd
    return clamd


def package(**parts):
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_a_clean_file_passes_and_an_infected_one_is_named_without_being_stored(scanner):
    refuse_infected(b"%PDF-1.7 clean", "sach.pdf")
    with pytest.raises(FileRefusedError) as refused:
        refuse_infected(b"%PDF-1.7 " + EICAR, "doc.pdf")
    assert not isinstance(refused.value, ScannerAway)
    assert "“doc.pdf” có vi-rút (Eicar-Thu" in str(refused.value)
    assert [each.level.value for each in machine.virus_scanner(ATTACHED_AT)] == ["good"]


def test_what_is_packed_is_looked_into(scanner):
    with pytest.raises(FileRefusedError):
        refuse_infected(package(**{"word/media/image1.png": EICAR}), "doc.docx")


def test_a_file_that_the_scanner_does_not_read_to_its_end_does_not_pass(scanner):
    with pytest.raises(ScannerAway):
        refuse_infected(bytes(3 << 20), "lon.pdf")


@pytest.mark.django_db
def test_attachments_workbooks_and_templates_are_all_looked_at(scanner):
    task, leader = ScienceTaskFactory(), an_actor("office", "VP")
    with pytest.raises(FileRefusedError):
        attach(record=task, content=b"%PDF-1.7 " + EICAR, name="a.pdf", actor=OFFICER, at=ATTACHED_AT)
    with pytest.raises(WorkbookRefused) as refused:
        upload(content=package(**{"xl/x.bin": EICAR}), name="a.xlsx", actor=OFFICER, on=DAY)
    assert [each.code for each in refused.value.problems] == ["infected"]
    with pytest.raises(TemplateRefused):
        save_template(kind=CERTIFICATE, content=EICAR, note="", actor=leader, on=DAY)
    assert (StoredFile.objects.count(), Batch.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_without_its_scanner_nothing_passes_and_nothing_is_stored(settings, tmp_path):
    settings.CLAMAV = f"unix:{tmp_path}/nobody"
    task = ScienceTaskFactory()
    with pytest.raises(ScannerAway) as away:
        attach(record=task, content=b"%PDF-1.7 clean", name="a.pdf", actor=OFFICER, at=ATTACHED_AT)
    assert "thử lại sau ít phút" in str(away.value)
    with pytest.raises(WorkbookRefused) as refused:
        upload(content=book_of(ScienceTask, [TASK]), name="a.xlsx", actor=OFFICER, on=DAY)
    assert [each.code for each in refused.value.problems] == ["scanner_away"]
    assert (StoredFile.objects.count(), Batch.objects.count()) == (0, 0)
    assert [each.level.value for each in machine.virus_scanner(ATTACHED_AT)] == ["error"]
    settings.CLAMAV = ""
    assert [each.level.value for each in machine.virus_scanner(ATTACHED_AT)] == ["warning"]


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: ", b"stream: OK and more\0", b"INSTREAM size limit exceeded. ERROR\0", b"x" * 9000],
)
def test_no_odd_answer_counts_as_clean(settings, answer):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _from = listening.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        settings.CLAMAV = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(ScannerAway):
            refuse_infected(b"%PDF", "a.pdf")
        thread.join()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (package(**{"word/vbaProject.bin": b"x"}), "a.docx"),
        (package(**{"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "_VBA_PROJECT".encode("utf-16-le"), "a.doc"),
    ],
    ids=["word", "excel-4", "compound"],  # the bytes of a package hold the time
)
def test_programs_within_documents_are_refused(content, name):
    with pytest.raises(FileRefusedError) as refused:
        content_type_of(content, name)
    assert "macro" in str(refused.value)


def test_documents_without_programs_pass():
    assert content_type_of(package(**{"word/document.xml": b"vbaProject.bin"}), "a.docx").startswith(
        "application/vnd"
    )
    assert content_type_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.doc") == "application/msword"
