"""The acceptance report: every test counts for one requirement, and the numbers are those of the results."""

import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from collections import Counter

import docx
import pytest
from django.conf import settings

from tools import acceptance

TESTS = settings.ROOT / "tests"
FILES = sorted(str(path.relative_to(TESTS)) for path in TESTS.rglob("test_*.py"))
NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def test_each_test_file_counts_for_one_requirement_and_each_requirement_has_some():
    results = acceptance.read_requirements()
    counted = Counter(results.requirement_of(file).code for file in FILES)
    assert [each.code for each in results.requirements() if not counted[each.code]] == []
    assert counted.total() == len(FILES)
    with pytest.raises(acceptance.AcceptanceError):
        results.requirement_of("elsewhere/test_new.py")


def test_an_area_says_itself_what_its_tests_show(tmp_path):
    (tmp_path / "acceptance.toml").write_text(
        '[[group]]\ntitle = "Sở"\n[[group.requirement]]\ncode = "A1"\ntext = "a"\ntests = ["web/*"]\n'
    )
    area = tmp_path / "orchards"
    area.mkdir()
    (area / "acceptance.toml").write_text('group = "Sở"\ncode = "A2"\ntext = "b"\n')
    found = acceptance.read_requirements(tmp_path)
    assert [each.code for each in found.requirements()] == ["A1", "A2"]
    assert found.requirement_of("orchards/test_trees.py").code == "A2"
    (area / "acceptance.toml").write_text('group = "Khác"\ncode = "A2"\ntext = "b"\n')
    with pytest.raises(acceptance.AcceptanceError, match="orchards"):
        acceptance.read_requirements(tmp_path)


@pytest.fixture
def results(tmp_path):
    """Of two files of different requirements; a class in between, a failure, an error, a skipped one."""
    suite = ET.Element("testsuite")
    for classname, name, outcome in (
        ("tests.kernel.test_papers", "test_one", None),
        ("tests.kernel.test_papers.TestMany", "test_two", "failure"),
        ("tests.epcis.test_ids", "test_three", "error"),
        ("tests.epcis.test_ids", "test_four", "skipped"),
    ):
        case = ET.SubElement(suite, "testcase", classname=classname, name=name)
        if outcome:
            ET.SubElement(case, outcome, message="vì sao\ndòng hai")
    ET.ElementTree(suite).write(tmp_path / "sqlite.xml")
    run = {
        **acceptance.describe_run(),
        "started": "28/11/2026 08:00",
        "seconds": 9,
        "postgresql": "",
        "browser": "",
        "code_checks": 1,
    }
    (tmp_path / acceptance.RUN).write_text(json.dumps(run), "utf-8")
    return tmp_path


def test_the_report_has_the_numbers_of_the_results(results):
    read = acceptance.read_results(results)
    counted = {
        each.code: (each.passed, each.failed, each.skipped) for each in read.requirements() if each.total
    }
    assert counted == {"A3": (1, 1, 0), "B1": (0, 1, 1)}
    document = acceptance.make_document(read, results, NOW)
    from khcn.kernel.documents.docx import render_docx

    written = docx.Document(io.BytesIO(render_docx(document)))
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells[2:]]
        for table in written.tables
        for row in table.rows
        if row.cells[0].text in counted
    }
    assert rows == {"A3": ["2", "1", "1", "0"], "B1": ["2", "0", "1", "1"]}
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert "Cộng: 4 bài; đạt 1; không đạt 2; bỏ qua 1." in text
    assert "epcis/test_ids.py::test_four (sqlite): bỏ qua. vì sao" in text
    assert "KHÔNG ĐẠT" in text
    hashes = {row.cells[1].text for table in written.tables for row in table.rows}
    assert acceptance._hash(results / "sqlite.xml") in hashes


def test_without_results_no_report_is_made(tmp_path, capsys):
    with pytest.raises(acceptance.AcceptanceError):
        acceptance.read_results(tmp_path)
