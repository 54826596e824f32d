"""The bytes of a workbook to sheets of cells, in a guarded process; every refusal is a sentence in Vietnamese."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.bounded_process import (
    AnswerTooLarge,
    NotDoneNow,
    ProcessFailed,
    ProcessLimits,
    run_bounded,
)
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.fields.workbook_cells import DayWithoutYear, FirstOfMonth, ShownNumber, workbook_cell_text
from khcn.kernel.files.content_types import FileRefusedError
from khcn.kernel.files.virus_scan import ScannerAway, refuse_infected
from khcn.kernel.intake.import_plan import ImportProblem, WorkbookRefused
from khcn.kernel.intake.readers.shown_values import MONTH, NO_YEAR, number_shown
from khcn.kernel.text.dates import DateProblem, parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

READER = "khcn.kernel.intake.readers.workbook_reader_process"
CSV_READER = "khcn.kernel.intake.readers.csv_reader_process"
LIMITS = ProcessLimits(seconds=10, cpu_seconds=4, memory=480 * 2**20, answer=64 * 2**20)
LARGEST_FILE = 10 * 2**20

_SAVE_AGAIN = gettext_lazy(
    "Mở tệp bằng Excel, chọn Lưu thành (Save As) dạng “Excel Workbook (*.xlsx)” rồi tải lên lại."
)
# code → (what is wrong, what to do)
_REFUSALS = {
    "empty": (gettext_lazy("Tệp rỗng, không có nội dung."), gettext_lazy("Chọn lại tệp rồi tải lên.")),
    "too_large": (
        gettext_lazy("Tệp lớn hơn 10 MB."),
        gettext_lazy("Bỏ hình ảnh và các trang tính không cần, hoặc tách thành nhiều tệp."),
    ),
    "not_excel": (gettext_lazy("Tệp này không phải tệp Excel (.xlsx, .xls), .ods hoặc .csv."), _SAVE_AGAIN),
    "csv": (
        gettext_lazy("Không chia được tệp .csv thành các cột."),
        gettext_lazy(
            "Ngăn các cột bằng dấu chấm phẩy, hoặc lưu thành “Excel Workbook (*.xlsx)” rồi tải lên lại."
        ),
    ),
    "csv_encoding": (
        gettext_lazy("Không đọc được chữ trong tệp .csv (bảng mã không phải Unicode hoặc Windows-1258)."),
        gettext_lazy("Lưu thành “CSV UTF-8” hoặc “Excel Workbook (*.xlsx)” rồi tải lên lại."),
    ),
    "csv_lost_letters": (
        gettext_lazy("Tệp .csv đã mất dấu: khi lưu, Excel thay nhiều chữ tiếng Việt bằng dấu “?”."),
        gettext_lazy(
            "Mở lại tệp Excel gốc, lưu thành “CSV UTF-8” hoặc “Excel Workbook (*.xlsx)” rồi tải lên; không lấy lại được chữ đã mất từ tệp .csv này."
        ),
    ),
    "password": (
        gettext_lazy("Tệp có đặt mật khẩu nên không đọc được."),
        gettext_lazy("Mở tệp bằng Excel, bỏ mật khẩu (File, Info, Protect Workbook), lưu rồi tải lên lại."),
    ),
    "macro": (
        gettext_lazy("Tệp có chứa macro nên không được nhận."),
        gettext_lazy("Lưu thành “Excel Workbook (*.xlsx)” không có macro rồi tải lên lại."),
    ),
    "external_link": (
        gettext_lazy("Tệp có liên kết tới tệp khác nên không được nhận."),
        gettext_lazy("Vào Data, Edit Links, chọn Break Link; hoặc chép số liệu dạng giá trị sang mẫu mới."),
    ),
    "bomb": (
        gettext_lazy("Nội dung tệp quá lớn khi mở ra nên không được nhận."),
        gettext_lazy("Chép phần số liệu sang mẫu mới tải từ phần mềm rồi tải lên lại."),
    ),
    "damaged": (
        gettext_lazy("Tệp bị hỏng, không đọc được."),
        gettext_lazy(
            "Mở tệp bằng Excel để kiểm tra, lưu lại dạng .xlsx; nếu không mở được, xin lại tệp gốc."
        ),
    ),
    "far_cell": (
        gettext_lazy("Có ô nằm quá xa bảng số liệu."),
        gettext_lazy("Xóa nội dung các ô nằm ngoài bảng (xóa cả hàng, cả cột) rồi tải lên lại."),
    ),
    "too_many_rows": (
        gettext_lazy("Tệp có hơn 100.000 dòng."),
        gettext_lazy("Tách thành nhiều tệp, mỗi tệp không quá 100.000 dòng."),
    ),
    "long_text": (
        gettext_lazy("Có ô chứa nhiều hơn 32.767 ký tự."),
        gettext_lazy("Rút gọn nội dung ô đó; văn bản dài thì đính kèm tệp."),
    ),
}

_LATE: Final = gettext_lazy(
    "Máy chủ đang bận nên chưa đọc xong trong thời gian cho phép. Chưa có gì được ghi; đợi khoảng %(seconds)d giây rồi bấm lại."
)
_WAIT: Final = 15  # seconds


@dataclass(frozen=True, slots=True)
class ShownFormat:
    """Cells of one column whose numbers are shown with words, or divided by thousands: rows ``first`` to ``last``.

    Where it is not sure what a format shows, ``words`` is the format.
    """

    words: str
    thousands: int
    is_sure: bool
    place: int
    first: int
    last: int


@dataclass(slots=True)
class Sheet:
    """Cells of one visible sheet; ``rows`` are pairs of the row's number in Excel and its cells from column A."""

    name: str
    rows: list[tuple[int, list[Any]]]
    formulas: frozenset[str]
    errors: frozenset[str]
    merged: list[list[int]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()  # places
    struck_rows: frozenset[int] = frozenset()  # rows with a cell whose text is struck out
    struck_parts: frozenset[str] = frozenset()  # cells of whose text a part is struck out
    formats: tuple[ShownFormat, ...] = ()
    hidden_sheets: tuple[str, ...] = ()  # of the same file, not read
    unseen: frozenset[str] = frozenset()  # cells with control characters
    corrected: Mapping[str, str] = field(
        default_factory=dict
    )  # what the file says in cells that were corrected in the preview
    partly: str = ""  # a format of which hidden rows, formulas and number formats are not known: "xls", "ods"
    grouped: Mapping[int, list[tuple[int, int, str]]] = field(
        default_factory=dict
    )  # by column the first row, last row and format of numbers with separators

    def as_text(self, place: int, row: int, raw: object) -> object:
        """A cell for a field of text: a number that the cell shows with separators, or may show otherwise, is marked so."""
        if not isinstance(raw, int | float) or isinstance(raw, bool | ShownNumber):
            return raw
        if self.partly:
            return ShownNumber(raw, workbook_cell_text(raw), "")
        runs = self.grouped.get(place, [])
        found = bisect_right(runs, row, key=lambda run: run[0]) - 1
        if found < 0 or runs[found][1] < row:
            return raw
        shown = number_shown(runs[found][2], raw)
        return raw if shown is None else ShownNumber(raw, shown, runs[found][2])


def _workbook_refusal(code: str, detail: str = "", name: str = "") -> WorkbookRefused:
    """The exception that says why a file is not read."""
    message, remedy = _REFUSALS.get(code, _REFUSALS["damaged"])
    sheet, _sep, cell = (
        detail.partition("!") if code in {"far_cell", "too_many_rows", "long_text"} else ("", "", "")
    )
    row = int(cell) if cell.isdigit() else None
    return _refused(code, str(message), str(remedy), name, sheet=sheet, row=row, cell="" if row else cell)


def _refused(code: str, message: str, remedy: str, name: str, **place: Any) -> WorkbookRefused:
    """Of the file as a whole where no ``place`` is given: sheet, row or cell."""
    problem = ImportProblem(**{"sheet": "", **place}, value=name, message=message, remedy=remedy, code=code)
    return WorkbookRefused([problem])


def refuse_infected_workbook(content: bytes, name: str) -> None:
    """Raise :class:`~.import_plan.WorkbookRefused` where the virus scanner does not let the file pass."""
    try:
        refuse_infected(content, name)
    except ScannerAway as away:
        remedy = _("Giữ tệp, thử lại sau ít phút; nếu vẫn vậy, báo quản trị hệ thống.")
        raise _refused("scanner_away", str(away), remedy, name) from away
    except FileRefusedError as infected:
        remedy = _("Quét vi-rút máy đã làm tệp này, rồi chép số liệu sang tệp mới.")
        raise _refused("infected", str(infected), remedy, name) from infected


def _cell(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "n" in value:
        return ShownNumber(value["n"], value["s"], value["f"])
    day = date.fromisoformat(value["d"])
    part = value.get("p")
    if part == NO_YEAR:
        return DayWithoutYear(day.year, day.month, day.day)
    if not part:
        return day
    try:
        return parse_date(f"{day.month}/{day.year}" if part == MONTH else str(day.year))
    except DateProblem:  # of a year that no record has: its field says so, where one reads the cell
        return day


def _cell_of_unread_format(value: Any) -> Any:
    """A cell of a file that does not say how it is shown: what may be shown otherwise is marked, and named if it matters."""
    value = _cell(value)
    if isinstance(value, date) and value.day == 1:
        return FirstOfMonth(value.year, value.month, value.day)
    return value


def _by_column(runs: list[list[Any]]) -> dict[int, list[tuple[int, int, str]]]:
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for code, place, first, last in runs:
        found[place].append((first, last, code))
    return found


def _is_text_table(content: bytes, name: str) -> bool:
    """A file that calls itself .csv, and is no workbook with a wrong name."""
    return name.lower().endswith((".csv", ".tsv")) and not content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))


def read_workbook(content: bytes, name: str = "") -> list[Sheet]:
    """The visible sheets. Raises :class:`~.import_plan.WorkbookRefused` for anything that cannot be read safely, and
    :class:`~khcn.kernel.bounded_process.places.Busy` when the machine was too busy to read it in time.

    The reading process is ended after ten seconds, four seconds of processor time or 480 MB of memory, whichever
    comes first; a reader that died is a damaged file to the person who sent it.
    """
    if len(content) > LARGEST_FILE:
        raise _workbook_refusal("too_large", name=name)
    try:
        reader = CSV_READER if _is_text_table(content, name) else READER
        answer: dict[str, Any] = orjson.loads(run_bounded(reader, content, LIMITS))
    except AnswerTooLarge:
        answer = {"refused": "bomb"}
    except NotDoneNow as late:
        raise Busy(_LATE, _WAIT) from late
    except (ProcessFailed, orjson.JSONDecodeError):
        answer = {"refused": "damaged"}
    if code := answer.get("refused"):
        raise _workbook_refusal(code, answer.get("detail", ""), name)
    cell = _cell_of_unread_format if answer.get("partly") else _cell
    sheets = [
        Sheet(
            name=sheet["name"],
            rows=[(number, [cell(value) for value in cells]) for number, cells in sheet["rows"]],
            formulas=frozenset(sheet["formulas"]),
            errors=frozenset(sheet["errors"]),
            merged=sheet["merged"],
            hidden_rows=frozenset(sheet["hidden_rows"]),
            hidden_columns=frozenset(sheet["hidden_columns"]),
            struck_rows=frozenset(sheet["struck_rows"]),
            struck_parts=frozenset(sheet["struck_parts"]),
            formats=tuple(ShownFormat(*run) for run in sheet["formats"]),
            hidden_sheets=tuple(answer["hidden"]),
            unseen=frozenset(sheet["unseen"]),
            grouped=_by_column(sheet["grouped"]),
            partly=answer.get("partly", ""),
        )
        for sheet in answer["sheets"]
    ]
    if not any(sheet.rows for sheet in sheets):
        remedy = _("Nhập số liệu vào mẫu tải từ phần mềm rồi tải lên lại.")
        raise _refused("no_rows", _("Tệp không có trang tính nào chứa số liệu."), remedy, name)
    return sheets
