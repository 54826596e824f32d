"""Workbooks for the tests of the import: written as people write them, and as attackers do."""

import io
import zipfile
from datetime import date

import openpyxl
import xlsxwriter

from khcn.kernel.actors import Role
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import Answer, AnswerAction
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.reference.models import CodeList
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, OrgUnitFactory, PersonFactory
from tests.factories.reference import CodeListItemFactory

DAY = date(2023, 9, 14)
OFFICER = an_actor(Role.OFFICER, "QLKH", user_id=7)
CLERK = an_actor(Role.OFFICE, "VP", user_id=8, label="Hoàng Thị Thử")

TASK = {
    "code": "ĐT.01.2023",
    "title": "Nghiên cứu trồng thử nghiệm cây dược liệu",
    "task_type": "Đề tài",
    "level": "Cấp tỉnh",
    "managing_side": "Tỉnh quản lý",
    "start_year": 2023,
    "field_group": "Nông nghiệp",
    "host": "Trung tâm Khuyến nông",
    "principal_investigator": "Người Minh Họa",
    "planned_end_on": "31/12/2024",
    "budget_total": "1.152.000.000",
}


def sheets(content):
    """Bytes of a workbook: name of the sheet to rows of cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in content.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, book.add_format({"num_format": "dd/mm/yyyy"}))
                elif value is not None:
                    sheet.write(number, place, value)
    book.close()
    return stream.getvalue()


def heading(model, name):
    return next(column.heading for column in sheet_columns(register_of(model)) if column.name == name)


def rows_of(model, records, *, only=None):
    """A heading row and a row for each record, given as field name to cell."""
    names = list(only or dict.fromkeys(name for record in records for name in record))
    return [
        [heading(model, name) for name in names],
        *([record.get(name) for name in names] for record in records),
    ]


def book_of(model, records, *, only=None):
    """A workbook with one sheet of one register."""
    return sheets({"Dữ liệu": rows_of(model, records, only=only)})


def reference_data():
    """What a good task names: a field, a host, an investigator."""
    field = CodeListItemFactory(
        code_list=CodeList.FIELD_GROUP, code="agriculture", label="Nông nghiệp", valid_from=date(2020, 1, 1)
    )
    host = OrganisationFactory(name="Trung tâm Khuyến nông")
    person = PersonFactory(full_name="Người Minh Họa", organisation=host)
    return field, host, person


def unit(name="Phòng Quản lý khoa học", code="QLKH"):
    return OrgUnitFactory(name=name, code=code)


def edited(content, changes):
    """The package with some parts replaced: name to a function of the bytes, or to new bytes."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        names = old.namelist()
        for name in names:
            change = changes.get(name, lambda data: data)
            new.writestr(name, change(old.read(name)) if callable(change) else change)
        for name in changes.keys() - set(names):
            new.writestr(name, changes[name])
    return stream.getvalue()


def cells_with_openpyxl(content):
    """A second opinion on what a workbook holds."""
    return openpyxl.load_workbook(io.BytesIO(content))


def sent_bytes(content, name="a.xlsx"):
    """A workbook that the officer uploads: the file, and what it would do."""
    batch = intake.upload(content=content, name=name, actor=OFFICER, on=DAY)
    return batch, intake.preview(batch=batch, actor=OFFICER, on=DAY)


def decide(*, batch, key, action, target="", actor, on):
    """Answer one question of a file: what is remembered of it, None where it is about this file only."""
    answers = {key: Answer(AnswerAction(action), target)}
    return next(iter(answering.decide_all(batch=batch, answers=answers, actor=actor, on=on)), None)


def answered(batch, question, label):
    """What a file would do once the officer has answered one of its questions by a label."""
    option = next(each for each in question.options if each.label == label)
    choice = {"action": option.action, "target": option.target}
    decide(batch=batch, key=question.key, **choice, actor=OFFICER, on=DAY)
    return intake.preview(batch=batch, actor=OFFICER, on=DAY)
