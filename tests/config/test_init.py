"""`./khcn init`: a real department's database has the national lists and one administrator, and nothing of the demonstration."""

import shlex
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from drill.steps import commands_of
from khcn.config.register_files import read_rows, workbook
from khcn.kernel.registers.registry import registers
from khcn.parties.models import OrgUnit, PasswordIssue, User
from khcn.reference.models import AdminUnit, RuleParameter, WorkingDayException
from khcn.reports.models import FormVersion
from khcn.science.models import ScienceTask
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
# What is read of options and files before a row is written; what init writes is written on both databases by the other tests
before_rows = pytest.mark.once


@pytest.fixture
def in_thai_nguyen(settings, monkeypatch):
    """The structure is there already, as the tests have no migrations."""
    settings.PROVINCE = "19"
    monkeypatch.setattr("khcn.config.management.commands.init.call_command", without_migrate)


def without_migrate(name, *arguments, **options):
    return None if name == "migrate" else call_command(name, *arguments, **options)


def init(**options):
    printed, warned = StringIO(), StringIO()
    call_command("init", stdout=printed, stderr=warned, **options)
    return printed.getvalue(), warned.getvalue()


def test_a_fresh_installation_has_one_account_and_no_record_of_people_s_work(in_thai_nguyen):
    printed, warned = init(administrator="quantri", full_name="Nguyễn Thị Quản Trị")
    [account] = User.objects.all()
    assert (account.username, account.full_name, account.role_id) == (
        "quantri",
        "Nguyễn Thị Quản Trị",
        "admin",
    )
    password = printed.strip().splitlines()[-1]
    assert account.check_password(password)
    assert account.issued_password_until is not None
    assert PasswordIssue.objects.count() == 1
    assert warned == ""
    assert AdminUnit.objects.filter(code="19").count() == 2
    assert FormVersion.objects.exists()
    assert RuleParameter.objects.exists()
    assert WorkingDayException.objects.exists()
    assert not OrgUnit.objects.exists()
    assert not ScienceTask.objects.exists()


def test_twice_is_the_same_as_once(in_thai_nguyen):
    init(administrator="quantri", full_name="A")
    before = [model.objects.count() for model in (User, AdminUnit, RuleParameter, FormVersion, PasswordIssue)]
    printed, _warned = init(administrator="khac", full_name="B")
    assert "Đã có tài khoản quản trị: quantri; không tạo thêm." in printed
    after = [model.objects.count() for model in (User, AdminUnit, RuleParameter, FormVersion, PasswordIssue)]
    assert after == before


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


UNITS = ROOT / "deploy" / "don-vi.csv"
GUIDE = ROOT / "docs" / "van-hanh" / "cai-dat.md"


def test_the_command_of_the_guide_makes_units_and_an_administrator(in_thai_nguyen):
    [block] = commands_of(GUIDE)["5. Khởi tạo"]
    put, typed = map(shlex.split, block.strip().splitlines())
    assert typed[:2] == ["khcn", "init"]
    assert ROOT / put[-2].removeprefix("/opt/khcn/") == UNITS
    assert typed[typed.index("--units") + 1] == put[-1]
    call_command("init", *[str(UNITS) if each == put[-1] else each for each in typed[2:]], stdout=StringIO())
    assert User.objects.get().unit.code == "VP"


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
