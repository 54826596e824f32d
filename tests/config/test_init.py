"""`./khcn init`: a real department's database has the national lists and one administrator, and nothing of the demonstration."""

import shlex
from io import StringIO

import pytest
from django.core.management import call_command

from drill.steps import commands_of
from khcn.parties.models import OrgUnit, PasswordIssue, User
from khcn.reference.models import AdminUnit, RuleParameter, WorkingDayException
from khcn.reports.models import FormVersion
from khcn.science.models import ScienceTask
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db


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
