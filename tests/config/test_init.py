"""`./khcn init`: a real department's database has the national lists and one administrator, and nothing of the demonstration."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from khcn.parties.models import OrgUnit, PasswordIssue, User
from khcn.reference.models import AdminUnit, RuleParameter, WorkingDayException
from khcn.reports.models import FormVersion
from khcn.science.models import ScienceTask

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
    assert (account.username, account.full_name, account.role) == ("quantri", "Nguyễn Thị Quản Trị", "admin")
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


def test_a_code_of_no_province(in_thai_nguyen, settings):
    settings.PROVINCE = "07"
    with pytest.raises(CommandError, match="không có tỉnh nào mang mã này"):
        init(administrator="quantri", full_name="A")
    assert not User.objects.exists()


def test_a_province_that_has_ended_is_refused_unless_it_is_meant(in_thai_nguyen, settings):
    settings.PROVINCE = "06"
    with pytest.raises(CommandError, match="06 là Tỉnh Bắc Kạn, đã hết hiệu lực từ 01/07/2025"):
        init(administrator="quantri", full_name="A")
    assert not User.objects.exists()
    init(administrator="quantri", full_name="A", ended_province=True)
    assert User.objects.count() == 1
