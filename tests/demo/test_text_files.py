"""The text files themselves: what a reviewer relies on, without a database."""

import re
import tomllib
from collections import Counter
from datetime import datetime

import pytest
from django.apps import apps
from django.conf import settings

from khcn.config.demo.workbooks import division_files
from khcn.config.national_lists import REGISTERS as NATIONAL_LISTS
from khcn.config.register_files import sheet_kind_of
from khcn.kernel.actors import Role
from khcn.kernel.indicators import registry
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import ILLUSTRATIVE_HEADING
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.reports.forms.definition import parse_form, shipped_bodies, unknown_codes
from khcn.reports.texts.markup import codes_in, parse_section
from khcn.science.enums import MilestoneKind
from khcn.science.workflow import TASK_FLOW
from tests.of_areas import merged

SIGNER = "Nguyễn Đình Điệp"
DEMO_FILES = {path.stem for path in settings.DEMO.glob("*.csv")}
# "area.register" for records, "area.register.action" for the sheet of an action.
FILES = sorted(name for name in DEMO_FILES | set(NATIONAL_LISTS) if name.count(".") == 1)
ACTION_FILES = sorted(name for name in DEMO_FILES if name.count(".") == 2)
MARK = str(ILLUSTRATIVE_HEADING)
# "13/2021/TT-BKHCN", "713/QĐ-UBND", "36-NQ/TW"
LETTERS = r"[^\W\d_]+"
DOCUMENT_NUMBER = re.compile(
    rf"(?<![\w/])(?:\d+/\d{{4}}/{LETTERS}\d*(?:-{LETTERS}\d*)*|\d+/{LETTERS}(?:-{LETTERS})*|\d+-{LETTERS}/{LETTERS})"
)
REPORT_FILES = {
    "form": settings.PACKAGE / "reports" / "forms" / "bao-cao-9-thang.toml",
    "as sent": settings.DEMO / "reports" / "nhu-da-gui.toml",
}


def columns_of(name):
    return sheet_columns(register_of(apps.get_model(name)))


def day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


@pytest.mark.parametrize("name", FILES)
def test_headings_are_those_of_the_register(name, demo_rows):
    headings = sorted(column.heading for column in columns_of(name))
    assert all(sorted(row) == headings for row in demo_rows[name])


@pytest.mark.parametrize("name", ACTION_FILES)
def test_headings_of_actions_are_those_of_their_sheets(name, demo_rows):
    headings = [column.heading for column in sheet_kind_of(name).columns()]
    assert all(list(row) == headings for row in demo_rows[name])


@pytest.mark.parametrize("name", FILES)
def test_marked_columns_exist_and_hold_a_value(name, demo_rows):
    headings = {column.heading for column in columns_of(name)} - {MARK}
    for row in demo_rows[name]:
        marked = [] if row[MARK] == "tất cả" else [each for each in row[MARK].split("; ") if each]
        assert set(marked) <= headings, row
        assert all(row[heading] for heading in marked), row


@pytest.mark.parametrize("name", FILES)
def test_choices_are_written_as_their_labels(name, demo_rows):
    for column in columns_of(name):
        if column.kind == "choice":
            used = {row[column.heading] for row in demo_rows[name]} - {""}
            assert used <= set(column.choices), column.heading


@pytest.mark.parametrize("name", FILES)
def test_no_row_stands_twice(name, demo_rows):
    """Neither in one file, nor among the national lists and in the demonstration."""
    key = register_of(apps.get_model(name)).natural_key
    headings = [column.heading for column in columns_of(name) if column.name in key]
    found = Counter(tuple(row[heading] for heading in headings) for row in demo_rows[name])
    assert [row for row, count in found.items() if count > 1] == []


def test_every_file_is_handed_in_once():
    handed_in = Counter(name for book in division_files(settings.DEMO) for name in book.registers)
    assert handed_in == Counter(DEMO_FILES)
    books = tomllib.loads((settings.DEMO / "divisions.toml").read_text("utf-8"))["workbook"]
    units = {book["file"]: book["unit"] for book in books}
    for book in division_files(settings.DEMO):
        assert {sheet_kind_of(name).register.owner for name in book.registers} == {units[book.name]}
    users = tomllib.loads((settings.DEMO / "users.toml").read_text("utf-8"))["user"]
    assert {(book["user"], book["unit"]) for book in books} <= {
        (each["username"], each["unit"]) for each in users
    }


def test_a_file_that_no_list_names_comes_after_what_its_records_name(tmp_path):
    for name in ("councils.councilmeeting", "councils.council", "reference.adminunit"):
        (tmp_path / f"{name}.csv").touch()
    books = '[[workbook]]\nunit = "VP"\nfile = "a.xlsx"\nuser = "a"\nregisters = ["reference.adminunit"]\n'
    (tmp_path / "divisions.toml").write_text(books)
    with pytest.raises(LookupError, match="QLKH"):
        division_files(tmp_path)
    more = '[[workbook]]\nunit = "{unit}"\nfile = "{unit}.xlsx"\nuser = "b"\n'
    (tmp_path / "divisions.toml").write_text(books + more.format(unit="QLKH") + more.format(unit="TDC"))
    assert [(book.name, book.registers) for book in division_files(tmp_path)] == [
        ("a.xlsx", ("reference.adminunit",)),
        ("QLKH.xlsx", ("councils.council", "councils.councilmeeting")),
    ]


def test_there_is_an_account_for_each_role_and_division_and_no_password():
    text = (settings.DEMO / "users.toml").read_text("utf-8")
    users = tomllib.loads(text)["user"]
    assert {each["role"] for each in users} == {role.value for role in Role} - {Role.SYSTEM.value}
    assert {each["unit"] for each in users} == {"BGD", "VP", "QLKH", "QLCN", "TDC", "TTRA", "TTUD"}
    assert {key for each in users for key in each} == {"username", "full_name", "role", "unit"}
    outside = tomllib.loads(text)["outside_user"]
    assert {key for each in outside for key in each} == {"username", "full_name", "organisation"}


def test_persons_are_invented(demo_rows):
    for row in demo_rows["parties.person"]:
        assert re.fullmatch(r"\w+ Minh Họa \d\d", row["Họ và tên"]), row
        assert row[MARK] == "tất cả"


def test_the_only_real_name_is_that_of_the_printed_signer():
    named = {
        path: path.read_text("utf-8").count(SIGNER)
        for path in [*settings.DEMO.rglob("*.*"), *REPORT_FILES.values()]
        if path.is_file() and path.suffix != ".png"
    }
    assert {path.name: count for path, count in named.items() if count} == {"nhu-da-gui.toml": 1}
    assert f'signer_name = "{SIGNER}"' in REPORT_FILES["as sent"].read_text("utf-8")


@pytest.mark.parametrize("which", REPORT_FILES)
def test_every_document_that_the_report_cites_is_on_record(which, demo_rows):
    known = {row["Số, ký hiệu"] for row in demo_rows["reference.legaldocument"]}
    cited = set(DOCUMENT_NUMBER.findall(REPORT_FILES[which].read_text("utf-8")))
    assert len(cited) >= 18
    assert cited - known == set()


def test_every_statement_that_a_figure_counts_is_bound(statements):
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    assert unknown_codes(form) == ()
    bound = {figure for code in form.codes() for figure in registry[code].figure_ids}
    counted = {figure for indicator in registry for figure in indicator.figure_ids}
    assert bound == counted - set(merged("demonstrated", "LISTED"))
    wanted = {f"F{number:03d}" for number in range(1, 59)} - {"F004"}  # F004 is a form's number, not a count
    assert wanted <= bound <= set(statements)


def test_the_report_as_sent_binds_only_what_the_definition_binds(as_sent_file):
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    for section in as_sent_file["section"]:
        found = {code for code, _aspect in codes_in(parse_section(section.get("text", "")))}
        assert all(code in registry for code in found)
        assert form.section(section["key"])
    for override in as_sent_file["override"]:
        assert override["reason"] == "Theo bản đã gửi"


def test_milestones_follow_the_workflow(demo_rows):
    kinds = {str(label): value for value, label in MilestoneKind.choices}
    by_task = {}
    for row in demo_rows["science.taskmilestone"]:
        by_task.setdefault(row["Nhiệm vụ"], []).append((day(row["Ngày"]), kinds[row["Mốc"]]))
    assert set(by_task) <= {row["Mã nhiệm vụ"] for row in demo_rows["science.sciencetask"]}
    for task, events in by_task.items():
        moving = [on for on, kind in events if kind in TASK_FLOW.by_name]
        assert len(moving) == len(set(moving)), f"{task}: two steps on one day"
        _state, refused = TASK_FLOW.replay(kind for _on, kind in sorted(events))
        assert refused == [], task


def test_the_merger_agrees_with_the_table_of_the_domain_study(demo_rows):
    codes = {
        (row["Tên đầy đủ"], row["Có hiệu lực từ ngày"]): row["Mã"] for row in demo_rows["reference.adminunit"]
    }
    became = {row["Đơn vị cũ"]: row["Đơn vị mới"] for row in demo_rows["reference.adminunitsuccession"]}
    for old, old_code, new, new_code in (
        ("Xã Nông Hạ, Huyện Chợ Mới", "02107", "Xã Thanh Thịnh", "02107"),
        ("Xã Bằng Thành, Huyện Pác Nặm", "01858", "Xã Bằng Thành", "01864"),
        ("Xã Đồng Lạc, Huyện Chợ Đồn", "02029", "Xã Nam Cường", "02026"),
        ("Xã Nam Cường, Huyện Chợ Đồn", "02026", "Xã Nam Cường", "02026"),
        ("Xã Tân Lập, Huyện Chợ Đồn", "02032", "Xã Quảng Bạch", "02038"),
        ("Xã Phương Viên, Huyện Chợ Đồn", "02050", "Xã Chợ Đồn", "02020"),
        ("Xã Ngọc Phái, Huyện Chợ Đồn", "02053", "Xã Chợ Đồn", "02020"),
        ("Xã Yến Dương, Huyện Ba Bể", "01918", "Xã Thượng Minh", "01921"),
    ):
        full = f"{new}, Tỉnh Thái Nguyên"
        assert (codes[old, "01/01/2000"], became[old], codes[full, "01/07/2025"]) == (
            old_code,
            full,
            new_code,
        )
    communes = {
        row["Tên đầy đủ"]
        for row in demo_rows["reference.adminunit"]
        if row["Hết hiệu lực từ ngày"] and row["Cấp"] == "Cấp xã"
    }
    assert (len(communes), len({became[name] for name in communes})) == (108, 37)
