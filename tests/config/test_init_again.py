"""`./khcn init` where the lists are there already: what it asks for, whose province it is, and the units of a file."""

import pytest
from django.core.management import CommandError
from django.db import transaction

from khcn.config.register_files import read_rows, workbook
from khcn.kernel.registers.registry import registers
from khcn.parties.models import OrgUnit, User
from tests.config.test_init import UNITS, init, without_migrate

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("init")]  # the lists are entered once
# What is read of options and files before a row is written; what init writes is written on both databases by the other tests
before_rows = pytest.mark.once


@pytest.fixture(scope="module")
def lists(django_db_setup, django_db_blocker):
    """As the command leaves the lists, the rules and the forms where nobody said who the administrator is; taken back after the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("khcn.config.management.commands.init.call_command", without_migrate)
        patch.setattr("django.conf.settings.PROVINCE", "19")
        with pytest.raises(CommandError, match="Thiếu --administrator"):
            init()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_thai_nguyen(lists, settings, monkeypatch):
    settings.PROVINCE = "19"
    monkeypatch.setattr("khcn.config.management.commands.init.call_command", without_migrate)


def test_nobody_to_ask(in_thai_nguyen):
    with pytest.raises(CommandError, match="Thiếu --administrator"):
        init()
    with pytest.raises(CommandError, match="Thiếu --full-name"):
        init(administrator="quantri")
    assert not User.objects.exists()


@before_rows
def test_a_code_of_no_province(in_thai_nguyen, settings):
    settings.PROVINCE = "07"
    with pytest.raises(CommandError, match="không có tỉnh nào mang mã này"):
        init(administrator="quantri", full_name="A")
    assert not User.objects.exists()


@before_rows
def test_a_province_that_has_ended_is_refused_unless_it_is_meant(in_thai_nguyen, settings):
    settings.PROVINCE = "06"
    with pytest.raises(CommandError, match="06 là Tỉnh Bắc Kạn, đã hết hiệu lực từ 01/07/2025"):
        init(administrator="quantri", full_name="A")
    assert not User.objects.exists()
    init(administrator="quantri", full_name="A", ended_province=True)
    assert User.objects.count() == 1


def test_an_installation_that_only_looks_has_a_code_of_its_own(in_thai_nguyen, settings):
    settings.VIEWING_ONLY = True
    with pytest.raises(CommandError, match="KHCN_PROVINCE=19 là mã của một tỉnh"):
        init(administrator="quantri", full_name="A")
    assert not User.objects.exists()
    settings.PROVINCE = "TW"
    init(administrator="quantri", full_name="A")
    assert User.objects.get().username == "quantri"


def test_the_shipped_units_have_each_code_that_rights_go_by():
    codes = {row[0] for row in read_rows(UNITS)[1:]}
    owners = {register.owner for register in registers() if register.owner}
    assert owners | {"TDC"} <= codes


def test_the_units_of_a_file_are_entered_and_the_administrator_belongs_to_one(in_thai_nguyen):
    printed, warned = init(administrator="quantri", full_name="A", units=UNITS, unit="VP")
    assert "Đã nhập 7 phòng, đơn vị." in printed
    assert warned == ""
    lines = UNITS.read_text("utf-8").splitlines()
    columns = [line.split(",") for line in lines[1:]]
    stored = OrgUnit.objects.order_by("position")
    assert [(each.code, each.name, each.get_kind_display(), str(each.position)) for each in stored] == [
        tuple(row[:4]) for row in columns
    ]
    assert {f"{each.valid_from:%d/%m/%Y}" for each in stored} == {row[4] for row in columns}
    assert User.objects.get().unit == OrgUnit.objects.get(code="VP")


@before_rows
def test_the_units_of_a_workbook_are_entered(in_thai_nguyen, tmp_path):
    path = tmp_path / "don-vi.xlsx"
    path.write_bytes(workbook({"parties.orgunit": read_rows(UNITS)}))
    printed, _warned = init(administrator="quantri", full_name="A", units=path)
    assert "Đã nhập 7 phòng, đơn vị." in printed
    assert User.objects.get().unit is None


def test_units_that_are_there_stay_as_they_are(in_thai_nguyen, tmp_path):
    init(administrator="quantri", full_name="A", units=UNITS)
    other = tmp_path / "khac.csv"
    other.write_text(
        UNITS.read_text("utf-8").replace("Văn phòng,Văn phòng", "Văn phòng Sở,Văn phòng"), "utf-8"
    )
    printed, _warned = init(units=other)
    assert "Đã có 7 phòng, đơn vị; không nhập thêm." in printed
    assert OrgUnit.objects.get(code="VP").name == "Văn phòng"


@before_rows
@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("Mã,Tên đơn vị,Loại\nVP,Văn phòng,Văn phòng\n", "Có hiệu lực từ ngày"),
        ("Mã,Tên đơn vị,Loại,Có hiệu lực từ ngày\nVP,Văn phòng,Ban bệ,01/07/2025\n", "Ban bệ"),
        ("Mã,Tên đơn vị,Loại,Có hiệu lực từ ngày\nVP,Văn phòng,Văn phòng,32/07/2025\n", "32/07/2025"),
    ],
)
def test_of_a_file_with_errors_nothing_is_entered_and_each_error_is_named(
    in_thai_nguyen, tmp_path, content, named
):
    path = tmp_path / "don-vi.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(CommandError, match=named):
        init(administrator="quantri", full_name="A", units=path)
    assert not OrgUnit.objects.exists()
    assert not User.objects.exists()
    init(administrator="quantri", full_name="A", units=UNITS)
    assert OrgUnit.objects.count() == 7


@before_rows
def test_a_file_with_rows_of_another_register_is_refused(in_thai_nguyen, tmp_path):
    path = tmp_path / "tep.xlsx"
    registers = {
        "parties.orgunit": read_rows(UNITS),
        "parties.organisation": [["Tên tổ chức", "Loại"], ["Công ty A", "Doanh nghiệp"]],
    }
    path.write_bytes(workbook(registers))
    with pytest.raises(CommandError, match="Trang này thuộc sổ khác"):
        init(administrator="quantri", full_name="A", units=path)
    assert not OrgUnit.objects.exists()


@before_rows
def test_a_file_that_is_not_there_and_a_unit_that_is_none(in_thai_nguyen, tmp_path):
    with pytest.raises(CommandError, match=r"khong-co\.csv"):
        init(administrator="quantri", full_name="A", units=tmp_path / "khong-co.csv")
    with pytest.raises(CommandError, match="--unit XYZ: không có phòng, đơn vị nào mang mã này"):
        init(administrator="quantri", full_name="A", units=UNITS, unit="XYZ")
    assert not User.objects.exists()
