"""Table forms as data: a table of a section with its columns, its rows by categories or by records, its sums, and rules between cells.

A cell counts a figure that its row or its column names, narrowed by the conditions of both; where no register has what a row or column
asks for, ``absent`` says why, and the cell says so instead of 0. Rows by records print one row for each record of a figure.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.utils.translation import gettext as _

from khcn.kernel.indicators.slices import PATH, SUM, VALUES, slice_code
from khcn.reports.texts.markup import CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    Take = Callable[[Any, str, Mapping[str, type[Any]], Mapping[str, type[Any]]], dict[str, Any]]

_NAMES: Final = {"FormColumn": "title", "FormRow": "label"}  # what people call a part
RELATIONS: Final = ("equal", "at_most")
TOTAL_ROW: Final = "tong"  # of a table by records
Conditions = tuple[tuple[str, str], ...]
_TYPES: Final[dict[str, type[Any]]] = {
    "str": str, "Conditions": dict, "tuple[str, ...]": list, "bool": bool, "int": int,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormColumn:
    """``sum`` names the columns that add up to this one; ``field`` is what a row by records prints, ``total`` adds it up."""

    key: str
    title: str
    figure: str = ""
    where: Conditions = ()
    add: str = ""
    sum: tuple[str, ...] = ()
    absent: str = ""
    field: str = ""
    total: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True)
class FormRow:
    """``number`` is what the first column prints; a ``heading`` has no cells; ``sum`` names the rows that add up to this one."""

    key: str
    label: str
    number: str = ""
    figure: str = ""
    where: Conditions = ()
    add: str = ""
    sum: tuple[str, ...] = ()
    absent: str = ""
    heading: bool = False
    bold: bool = False


Part = TypeVar("Part", FormColumn, FormRow)


@dataclass(frozen=True, slots=True)
class FormTable:
    """The table of one section: ``rows``, or one row for each record of the figure ``records``."""

    section: str
    records: str = ""
    where: Conditions = ()
    stub: str = ""  # heading of the column with the labels of the rows
    landscape: bool = False
    columns: tuple[FormColumn, ...] = ()
    rows: tuple[FormRow, ...] = ()

    def cell(self, row: FormRow, column: FormColumn) -> str:
        """The code of what a cell counts; "" where it counts nothing: a heading, no register, or only a sum of others."""
        figure = row.figure or column.figure
        if not figure or row.heading or self.why_absent(row, column):
            return ""
        return slice_code(figure, dict(self.where + column.where + row.where), column.add or row.add)

    def why_absent(self, row: FormRow, column: FormColumn) -> str:
        """Why no register has the cell; "" where one has it."""
        return "" if row.heading else row.absent or column.absent

    @property
    def records_code(self) -> str:
        """What is counted by the rows of a table by records."""
        return slice_code(self.records, dict(self.where)) if self.records else ""

    def total_code(self, column: FormColumn) -> str:
        """What the last row of a table by records adds up."""
        return slice_code(self.records, dict(self.where), column.field)

    def codes(self) -> Iterator[str]:
        """Everything that it counts, in reading order."""
        if self.records:
            yield self.records_code
            yield from (self.total_code(each) for each in self.columns if each.total)
        for row in self.rows:
            yield from (code for column in self.columns if (code := self.cell(row, column)))


@dataclass(frozen=True, slots=True)
class CellRule:
    """A cell of the form against one of it or of another form in the same period: "III/nganh.tong", "thong-ke-04:III/nganh.tong"."""

    left: str
    relation: str
    right: str
    message: str
    remedy: str = ""

    @property
    def other_form(self) -> str:
        return self.right.partition(":")[0] if ":" in self.right else ""


@dataclass(frozen=True, slots=True)
class CellAddress:
    """Section, row and column of a cell."""

    section: str
    row: str
    column: str


def address_of(text: str) -> CellAddress | None:
    """The cell that a rule names, without the form; None where it is no address."""
    section, slash, cell = text.rpartition(":")[2].rpartition("/")
    row, dot, column = cell.rpartition(".")
    return CellAddress(section, row, column) if slash and dot and section and row and column else None


@dataclass
class TableReader:
    """Reads tables and rules out of a TOML document; what is wrong is said to the reader of the whole form."""

    take: Take
    say: Callable[[str], None]
    place: str = ""

    def table(self, data: Any) -> FormTable | None:
        section = data.get("section", "?") if isinstance(data, dict) else "?"
        self.place = _("Bảng của mục %(key)s") % {"key": section}
        optional = {"row": list, "records": str, "where": dict, "stub": str, "landscape": bool}
        taken = self.take(data, self.place, {"section": str, "column": list}, optional)
        columns = tuple(filter(None, (self._part(FormColumn, each) for each in taken.pop("column", []))))
        rows = tuple(filter(None, (self._part(FormRow, each) for each in taken.pop("row", []))))
        if "section" not in taken:
            return None
        where = self._conditions(taken.pop("where", {}))
        table = FormTable(**taken, columns=columns, rows=rows, where=where)
        self._relations(table)
        return table

    def rule(self, data: Any) -> CellRule | None:
        place = _("Quy tắc giữa các ô [[rule]]")
        needed = dict.fromkeys(("left", "relation", "right", "message"), str)
        taken = self.take(data, place, needed, {"remedy": str})
        if needed.keys() - taken.keys():
            return None
        if taken["relation"] not in RELATIONS:
            self.say(
                _("%(place)s: “relation” là một trong: %(known)s.")
                % {"place": place, "known": ", ".join(RELATIONS)}
            )
        for side in ("left", "right"):
            if address_of(taken[side]) is None:
                self.say(
                    _(
                        "%(place)s: “%(cell)s” không phải địa chỉ ô, ví dụ I/tong.tong hoặc thong-ke-04:I/tong.tong."
                    )
                    % {"place": place, "cell": taken[side]}
                )
        return CellRule(**taken)

    def _part(self, kind: type[Part], data: Any) -> Part | None:
        needed = {"key": str, _NAMES[kind.__name__]: str}
        optional: dict[str, type[Any]] = {each.name: _TYPES[str(each.type)] for each in fields(kind)}
        taken = self.take(data, self.place, needed, optional)
        if needed.keys() - taken.keys():
            return None
        where = self._conditions(taken.pop("where", {}))
        sums = tuple(map(str, taken.pop("sum", ())))
        for name in ("add", "field"):
            if taken.get(name) and not PATH.fullmatch(taken[name]):
                self.say(
                    _("%(place)s: “%(name)s” không phải tên trường của sổ.")
                    % {"place": self.place, "name": taken[name]}
                )
        if taken.get("figure") and not CODE.fullmatch(taken["figure"]):
            self.say(
                _("%(place)s: “%(code)s” không phải mã số liệu.")
                % {"place": self.place, "code": taken["figure"]}
            )
        return kind(**taken, where=where, sum=sums)

    def _conditions(self, data: Mapping[str, Any]) -> Conditions:
        for path, value in data.items():
            sound = (
                PATH.fullmatch(path) and path != SUM and isinstance(value, str) and VALUES.fullmatch(value)
            )
            if not sound:
                self.say(
                    _(
                        "%(place)s: điều kiện “%(path)s” ghi tên trường của sổ và các mã giá trị cách nhau bằng dấu phẩy."
                    )
                    % {"place": self.place, "path": path}
                )
        return tuple(sorted((path, str(value)) for path, value in data.items()))

    def _relations(self, table: FormTable) -> None:
        for parts in (table.columns, table.rows):
            keys = [each.key for each in parts]
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                self.say(_("%(place)s: “%(key)s” xuất hiện hai lần.") % {"place": self.place, "key": key})
            for each in parts:
                for key in set(each.sum) - set(keys):
                    self.say(
                        _("%(place)s: “%(key)s” cộng phần “%(part)s” không có trong bảng.")
                        % {"place": self.place, "key": each.key, "part": key}
                    )
        if bool(table.rows) == bool(table.records):
            self.say(
                _(
                    "%(place)s: hoặc khai các dòng [[table.row]], hoặc “records” là số liệu có bản ghi in thành dòng."
                )
                % {"place": self.place}
            )
        for column in table.columns:
            if table.records and bool(column.field) == bool(column.absent):
                self.say(
                    _(
                        "%(place)s: cột “%(key)s” ghi “field” là trường in ra, hoặc “absent” là lý do không có."
                    )
                    % {"place": self.place, "key": column.key}
                )
        for row in table.rows:
            for column in table.columns:
                self._cell(table, row, column)

    def _cell(self, table: FormTable, row: FormRow, column: FormColumn) -> None:
        values = {"place": self.place, "row": row.key, "column": column.key}
        if row.heading or table.why_absent(row, column):
            return
        if row.figure and column.figure:
            self.say(
                _("%(place)s: ô %(row)s.%(column)s có hai số liệu, một của dòng và một của cột.") % values
            )
        if not (row.figure or column.figure or row.sum or column.sum):
            self.say(
                _(
                    "%(place)s: ô %(row)s.%(column)s không đếm gì. Ghi “figure”, “sum”, hoặc “absent” với lý do."
                )
                % values
            )
        paths = [path for path, _value in table.where + column.where + row.where]
        if len(set(paths)) < len(paths) or (row.add and column.add):
            self.say(_("%(place)s: ô %(row)s.%(column)s có hai điều kiện của cùng một trường.") % values)


def has_cell(tables: Iterable[FormTable], cell: CellAddress) -> bool:
    """Whether one of the tables has that row and column."""
    table = next((each for each in tables if each.section == cell.section), None)
    if table is None or cell.column not in {each.key for each in table.columns}:
        return False
    return cell.row in ({TOTAL_ROW} if table.records else {each.key for each in table.rows})


def problems_of_places(
    tables: Iterable[FormTable], rules: Iterable[CellRule], sections: Collection[str]
) -> Iterator[str]:
    """Tables and rules that name a section or a cell which the form does not have."""
    tables = tuple(tables)
    placed = [each.section for each in tables]
    for key in placed:
        if key not in sections:
            yield _("Bảng: không có mục “%(key)s” để đặt bảng.") % {"key": key}
    if len(set(placed)) < len(placed):
        yield _("Một mục chỉ có một bảng. Tách thành hai mục.")
    for rule in rules:
        for side in (rule.left,) if rule.other_form else (rule.left, rule.right):
            found = address_of(side)
            if found and not has_cell(tables, found):
                yield _("Quy tắc giữa các ô: mẫu không có ô “%(cell)s”.") % {"cell": side}
