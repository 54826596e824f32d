"""The lists that come with the program, where something is wrong with them or two people enter them at once."""

import shutil
from datetime import date

import pytest
from django.apps import apps

from khcn.config import register_files
from khcn.config.national_lists import FOLDER, REGISTERS, complete_national_lists, enter_national_lists
from khcn.config.register_files import RegisterFilesError, read_rows
from khcn.kernel.intake.models import Batch

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 15)


def enter(**options):
    return enter_national_lists(on=TODAY, **options)


def stored():
    return {name: apps.get_model(name).objects.count() for name in REGISTERS}


def changed_files(folder, **changes):
    """A copy of the files in which a text is another, by register."""
    shutil.copytree(FOLDER, folder)
    for name, (old, new) in changes.items():
        path = folder / f"reference.{name}.csv"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
    return folder


def test_an_upgrade_enters_no_lists_where_there_are_none():
    complete_national_lists(on=TODAY)
    assert stored() == dict.fromkeys(REGISTERS, 0)


def test_two_people_at_once_enter_every_row_once(monkeypatch):
    upload, counts = register_files.intake.upload, []

    def upload_and_be_overtaken(**options):
        batch = upload(**options)
        monkeypatch.setattr(register_files.intake, "upload", upload)
        counts.append(enter())
        return batch

    monkeypatch.setattr(register_files.intake, "upload", upload_and_be_overtaken)
    counts.append(enter())
    rows = {name: len(read_rows(FOLDER / f"{name}.csv")) - 1 for name in REGISTERS}
    assert counts == [sum(rows.values())] * 2
    assert stored() == rows


def test_every_fault_is_named_and_nothing_is_written(tmp_path):
    folder = changed_files(
        tmp_path / "lists",
        adminunit=("01/01/2000,,04,", "ngày kia,,04,"),
        reportingregime=("15/2018/TT-BKHCN", "15/2081/TT-BKHCN"),
        codelistitem=("Xếp loại nghiệm thu,good", "Xếp loại nghiệm,good"),
    )
    with pytest.raises(RegisterFilesError) as raised:
        enter(folder=folder)
    text = str(raised.value)
    for sheet, place, column, value in (
        ("đơn vị hành chính", "A6", "Có hiệu lực từ ngày", "ngày kia"),
        ("chế độ báo cáo", "dòng 4", "Căn cứ", "15/2081/TT-BKHCN"),
        ("danh mục dùng chung", "dòng 20", "Danh mục", "Xếp loại nghiệm"),
    ):
        assert any(
            line.casefold().startswith(f"{sheet}, {place}, {column} [{value}]: ".casefold())
            for line in text.splitlines()
        ), text
    assert stored() == dict.fromkeys(REGISTERS, 0)
    assert not Batch.objects.open().exists()


def test_an_unreadable_file_is_named(tmp_path):
    folder = changed_files(tmp_path / "lists", adminunit=("Tên đầy đủ,Cấp,", "Tên gì đó,Bậc,"))
    with pytest.raises(RegisterFilesError, match=r"đơn vị hành chính: Không thấy cột: “Cấp”"):
        enter(folder=folder)
    assert stored() == dict.fromkeys(REGISTERS, 0)
