"""The generated pages of docs/ say what the code says."""

from pathlib import Path

import pytest
from django.db.models import CheckConstraint

from khcn.config.reference_pages import pages
from khcn.config.variable_meanings import MEANINGS
from khcn.config.variables import defaults
from khcn.kernel.refusals.constraints import fields_of_constraint
from khcn.kernel.registers.registry import registers

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_generated_page_is_up_to_date():
    stale = [path for path, text in pages().items() if (DOCS / path).read_text("utf-8") != text]
    assert stale == [], "run ./khcn docs"


def test_no_page_of_a_register_that_is_gone():
    there = {f"registers/{each.name}" for each in (DOCS / "registers").glob("*.md")}
    assert there == {path for path in pages() if path.startswith("registers/")}


@pytest.mark.parametrize("code", ["NV-14", "NV-15", "DC-02", "DC-09"])
def test_figures_that_were_confused_say_what_they_count(code):
    line = next(line for line in pages()["indicators.md"].splitlines() if line.startswith(f"| `{code}`"))
    assert len(line.split(" | ")[-1]) > 40


def test_the_dictionary_names_the_values_that_have_to_fit_together():
    page = pages()["registers/science.tasks.md"]
    part = page.split("## Giá trị phải khớp nhau\n\n")[1].split("\n## ")[0]
    assert part.splitlines() == [
        "| trường | báo khi không khớp |",
        "| --- | --- |",
        "| `budget_state`, `budget_total` | Ngân sách nhà nước lớn hơn tổng kinh phí. |",
        "| `planned_start_on`, `planned_end_on` | Ngày kết thúc phải sau ngày bắt đầu. |",
    ]
    nominations = pages()["registers/science.nominations.md"]
    assert "| `programme`, `nominated_on` | Mục được chọn không có hiệu lực vào ngày này. |" in nominations


def test_each_rule_between_fields_of_a_register_has_words_of_its_own():
    usual = CheckConstraint.default_violation_error_message
    silent = [
        each.name
        for register in registers()
        for each in register.model._meta.constraints
        if isinstance(each, CheckConstraint)
        and len(fields_of_constraint(each)) > 1
        and each.violation_error_message == usual
    ]
    assert silent == []


def test_every_variable_is_explained_once_and_no_other():
    explained = [name for meanings in MEANINGS.values() for name in meanings]
    assert sorted(explained) == sorted(defaults())


def test_defaults_are_those_of_the_code():
    found = defaults()
    assert {
        name: found[name] for name in ("KHCN_HTTPS", "KHCN_LISTEN", "KHCN_BACKUP_DAILY", "KHCN_LOG_FORMAT")
    } == {
        "KHCN_HTTPS": "0",
        "KHCN_LISTEN": "127.0.0.1:8000",
        "KHCN_BACKUP_DAILY": "7",
        "KHCN_LOG_FORMAT": "text",
    }
    assert found["KHCN_SERVE_HEAD_SECONDS"] == "10"
    assert found["KHCN_ACCOUNT_IDLE_MINUTES"] == "60"
