"""Lists of twenty-four tasks as divisions keep them, in every format: each value against the known truth, each row that is not read named.

Names, hosts and amounts are dữ liệu minh họa.
"""

import csv
import io
from datetime import date
from itertools import product

import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.other_workbooks import ods_of, xls_of
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import assign, send, sheet_address, workbook

pytestmark = pytest.mark.django_db
HOSTS = ("Trung tâm Ứng dụng", "Trung tâm Khuyến nông", "Trường Cao đẳng")
LEADERS = ("Ma Thế Khải", "Nông Thị Hoàn", "Lý Văn Sơn")
SUBJECTS = ("nấm Linh chi", "khoai môn", "hồng không hạt", "lợn đen", "dong riềng", "giảo cổ lam")
PLACES = ("Ba Bể", "Chợ Đồn", "Na Rì", "Pác Nặm")
HEADINGS = (
    "STT", "Mã số", "Tên đề tài, dự án", "Loại", "Cấp", "Bên quản lý", "Thời gian thực hiện",
    "Cơ quan chủ trì", "Chủ nhiệm đề tài", "Tổng kinh phí (triệu đồng)",
)  # fmt: skip
CHOSEN = {
    **{f"field-{place}": name for place, name in enumerate((
        "-", "code", "title", "task_type", "level", "managing_side", "start_year", "host", "principal_investigator", "budget_total",
    ))},
    "unit-9": "1000000",
}  # fmt: skip
DITTO_FROM, DITTO_TO = 15, 18  # of these tasks host and leader are written "nt"


def tasks():
    """What is known of each task: as its record has it."""
    for number, (place, subject) in enumerate(product(PLACES, SUBJECTS), 1):
        first = 2022 + number % 3
        kind = "Dự án" if number <= 12 else "Đề tài"
        person = DITTO_FROM - 1 if DITTO_FROM <= number <= DITTO_TO else number
        yield (
            f"24-L{number:02}",
            f"Xây dựng mô hình phát triển {subject} tại huyện {place}",
            kind,
            "Cấp tỉnh",
            "Tỉnh quản lý",
            first,
            date(first + 2, 12, 31),
            HOSTS[person % 3],
            LEADERS[person % 3],
            (600 + 25 * number) * 10**6 + (number % 4) * 250_000,
        )


TRUTH = set(tasks())


def amount(written, number):
    """The amount as somebody would type it: in millions, some with a unit of their own."""
    if number % 8 == 0:
        return f"{written // 10**6},{written % 10**6 // 1000:03} triệu"
    return f"{written / 10**6:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def row(number, task):
    code, title, kind, level, side, first, end, host, leader, written = task
    years = f"{first}-{end.year}" if number % 2 else f"từ {first} đến {end.year}"
    who = ("nt", "nt") if DITTO_FROM <= number <= DITTO_TO else (host, leader)
    return [number, code, title, kind, level, side, years, *who, amount(written, number)]


def layout():
    """The whole list, and the numbers of its rows that are no records."""
    rows = [row(number, task) for number, task in enumerate(tasks(), 1)]
    whole = [
        ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
        ["DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ NĂM 2024"],
        HEADINGS,
        [f"({number})" for number in range(1, 11)],
        ["I. Dự án"],
        *rows[:12],
        ["II. Đề tài"],
        *rows[12:],
        [None, None, "Cộng", *[None] * 6, "22.209,00"],
        [*[None] * 7, "TRƯỞNG PHÒNG"],
        [*[None] * 7, "(Ký, ghi rõ họ tên)"],
    ]
    left_out = [
        number for number, cells in enumerate(whole, 1) if cells not in rows and cells is not HEADINGS
    ]
    return [[*cells, *[None] * (10 - len(cells))] for cells in whole], left_out


def separated(rows, delimiter, encoding):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(
        [["" if each is None else each for each in cells] for cells in rows]
    )
    return stream.getvalue().encode(encoding)


WHOLE, LEFT_OUT = layout()
BOOKS = {
    "list.xlsx": workbook(*WHOLE),
    "list with hidden rows.xlsx": workbook(*WHOLE, hide=(8, 20), merge=("A2:J2",)),
    "list.xls": xls_of(WHOLE),
    "list.ods": ods_of(WHOLE),
    "list.csv": separated(WHOLE, ";", "utf-8-sig"),
    "list with tabs.csv": separated(WHOLE, "\t", "utf-16"),
}


def stored():
    labels = {
        name: dict(ScienceTask._meta.get_field(name).flatchoices)
        for name in ("task_type", "level", "managing_side")
    }
    return {
        (
            task.code,
            task.title,
            *(str(labels[name][getattr(task, name)]) for name in labels),
            task.start_year,
            task.planned_end_on,
            task.host.name,
            task.principal_investigator.full_name,
            task.budget_total,
        )
        for task in ScienceTask.objects.select_related("host", "principal_investigator")
    }


def not_read(page):
    """The numbers of the rows that the preview names as not read."""
    cells = tree(page).xpath("//div[@aria-label='Các dòng không được đọc']//td[@data-label='Dòng']/text()")
    return sorted(map(int, cells))


@pytest.mark.parametrize("name", BOOKS)
def test_each_value_is_the_known_one_and_each_row_that_is_not_read_is_named(officer, name):
    for host, leader in zip(HOSTS, LEADERS, strict=True):
        PersonFactory(full_name=leader, organisation=OrganisationFactory(name=host))
    page = assign(officer, sheet_address(send(officer, BOOKS[name], name)), **CHOSEN)
    assert (not_read(page), Batch.objects.get().problems_total) == (LEFT_OUT, 0)
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert stored() == TRUTH
    again = send(officer, BOOKS[name], name)
    assert (not_read(again), "Không đổi: 24" in words(again)) == (LEFT_OUT, True)
