"""The examples of docs/howto/add-a-paper.md, put where the page says, are issued under a number and can be opened."""

import pytest

from tests.gates.page_examples import outcomes, put_paper_of_word

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]

TEST = """
import io
import subprocess
from datetime import date

import pytest
from docx import Document

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.papers.printing import finish_paper
from khcn.science.documents import CONFIRMATION
from tests.factories.science import ScienceTaskFactory, TeamMemberFactory
from tests.kernel.papers_given import draft, issue
from tests.web.conftest import account, tree

pytestmark = pytest.mark.django_db
IN_WORD = CONFIRMATION.template.suffix == ".docx"


def texts(document):
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return [each.text for part in (document, *cells) for each in part.paragraphs]


@pytest.fixture
def task():
    task = ScienceTaskFactory(title="Chọn giống chè <&> Shan tuyết", code="ĐT.01")
    TeamMemberFactory(task=task, person__full_name="Hoàng Thị Xuân")
    TeamMemberFactory(task=task, person__full_name="Lý Văn Thu")
    return task


def test_the_button_stands_on_the_record(client, task):
    client.force_login(account(Role.OFFICER, "QLKH"))
    page = tree(client.get(f"/science/tasks/{task.pk}/"))
    assert f"/science/tasks/{task.pk}/actions/draft-confirmation/" in page.xpath("//a/@href")


def test_it_is_issued_under_the_next_number_and_its_files_say_what_the_record_says(task, tmp_path, request):
    papers = [issue(draft(each, kind=CONFIRMATION)) for each in (ScienceTaskFactory(), task)]
    assert [each.number.text for each in papers] == ["01/GXN-SKHCN", "02/GXN-SKHCN"]
    paper = papers[1]
    finish_paper(paper=paper, actor=SYSTEM)
    paper.refresh_from_db()
    assert (paper.pdf is None) == IN_WORD
    content = paper.file.content.open().read()
    said = texts(Document(io.BytesIO(content)))
    assert "Tên nhiệm vụ: Chọn giống chè <&> Shan tuyết" in said
    assert "Mã số: ĐT.01" in said
    assert said.index("- Hoàng Thị Xuân") + 1 == said.index("- Lý Văn Thu")
    assert any("02/GXN-SKHCN" in each for each in said)
    assert not [each for each in said if "{" in each or "%" in each]
    if not IN_WORD:
        return  # documents of this layout are opened in tests/kernel/test_documents_docx.py
    (tmp_path / "paper.docx").write_bytes(content)
    soffice_path = request.getfixturevalue("soffice_path")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice_path, profile, "--headless", "--convert-to", "txt:Text", "--outdir", tmp_path, tmp_path / "paper.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=500)
    opened = (tmp_path / "paper.txt").read_text("utf-8-sig").replace("\\u2011", "-")  # no line ends inside a number
    assert "Chọn giống chè <&> Shan tuyết" in opened
    assert "02/GXN-SKHCN" in opened
    assert "14 tháng" in opened or "14/09/2023" in opened
"""


def test_one_more_paper_is_issued(examples):
    assert examples.passed("test_confirmation|test_papers.*confirmation") >= 3


def test_with_a_template_made_in_word_it_is_issued_and_opened(examples):
    put_paper_of_word(examples.folder)
    found, printed = outcomes(examples.folder, "tests/science/test_confirmation.py")
    assert [how for _name, how in found] == ["passed"] * 2, printed
