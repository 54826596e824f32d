"""The board of a report counts contradictions as the page of contradictions does."""

import re

import pytest

from khcn.reports import operations as op
from khcn.reports.board import board_for
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from tests.reports.conftest import OFFICE, TODAY
from tests.web.conftest import tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db


def test_the_counts_are_those_of_the_page_of_contradictions_and_no_raw_mark_shows(report, sign_in):
    section = report.sections.get(key="A.III.2.a")
    text = section.text.replace(", [NV-08] nhiệm vụ sở hữu trí tuệ", "")
    op.edit_section(section=section, text=f"{text}\n", actor=OFFICE, on=TODAY)
    typed = "Hoàn thành 05 cuộc: Chuối tây; Pháp chế. Đến hạn nghiệm thu 05 đề tài, dự án."
    op.edit_section(section=report.sections.get(key="B"), text=typed, actor=OFFICE, on=TODAY)
    client = sign_in("office")
    checked = client.get(f"/reports/{report.pk}/check/")
    check = tree(checked)
    count = int(check.xpath("//ul[@class='tabs']//a[@aria-current]/span")[0].text)
    board = board_for(report, TODAY)
    assert count == len(check.xpath("//ol[@class='findings']/li")) > 1
    assert sum(each.findings for each in board.sections) + board.of_no_section == count
    shown = client.get(f"/reports/{report.pk}/board/")
    for page in (checked, shown):
        assert re.findall(r"\{\{|\}\}|\[[A-Z]{2}-\d", words(page)) == []
    assert "Phương hướng, nhiệm vụ 3 tháng cuối năm 2023" in words(shown)
    # A register has what names one of its figures, each once, however many of them it names
    assert {each.register: each.findings for each in board.rows}["reference.legaldocument"] == sum(
        bool(each.codes) for each in of_the_register(report)
    )


def of_the_register(report):
    found = run_checks(resolve(source_of(report)))
    return [each for each in found if each.code != "not_handed_in" and "TC-01" not in each.codes]
