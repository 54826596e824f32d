"""People with accounts, and a small report, for the tests of the report screens."""

from datetime import date

import pytest
from django.test import Client

from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import OrgUnit, User
from khcn.reports import operations
from tests.reports.approval_given import approve_on_page

TODAY = date(2023, 9, 15)
PEOPLE = {
    "office": ("office", "VP", "Nông Văn Phòng"),
    "officer": ("officer", "QLKH", "Triệu Thị Soạn"),
    "head": ("head", "QLKH", "Hoàng Trưởng Phòng"),
    "other_head": ("head", "QLCN", "Lý Phòng Khác"),
    "leader": ("leader", "BGD", "Ma Lãnh Đạo"),
    "admin": ("admin", "VP", "Đỗ Quản Trị"),
    "reader": ("reader", "TTRA", "Vũ Chỉ Xem"),
}
UNITS = {
    "BGD": "Ban Giám đốc",
    "VP": "Văn phòng",
    "QLKH": "Phòng Quản lý khoa học",
    "QLCN": "Phòng Quản lý công nghệ và chuyên ngành",
    "TTRA": "Thanh tra",
}


def make_people():
    with acting(SYSTEM):
        units = {}
        for position, (code, name) in enumerate(UNITS.items()):
            units[code] = OrgUnit(
                code=code, name=name, kind="division", position=position, valid_from=date(2015, 1, 1)
            )
            units[code].save()
        made = {}
        for name, (role, unit, full_name) in PEOPLE.items():
            made[name] = User(username=name, full_name=full_name, role_id=role, unit=units[unit])
            made[name].set_password("mật khẩu đủ dài")
            made[name].save()
    return made


@pytest.fixture
def people(db):
    return make_people()


@pytest.fixture
def sign_in(people):
    """A browser in which somebody has signed in."""

    def sign_in(name):
        client = Client()
        client.force_login(people[name])
        return client

    return sign_in


@pytest.fixture
def report(figures, regime, version, seed_data, people):
    return operations.create_report(form_version=version, year=2023, actor=people["office"].actor, on=TODAY)


@pytest.fixture
def hand_in_all(people):
    def hand_in_all(report):
        for section in report.sections.all():
            if section.state in {"drafting", "returned"}:
                operations.hand_in_section(section=section, actor=people["office"].actor, on=TODAY)

    return hand_in_all


@pytest.fixture
def submitted(report, hand_in_all, people):
    hand_in_all(report)
    operations.compile_report(instance=report, actor=people["office"].actor, on=TODAY)
    operations.submit_report(instance=report, actor=people["office"].actor, on=TODAY)
    return report


@pytest.fixture
def approved(submitted, sign_in):
    return approve_on_page(sign_in("leader"), submitted)


__all__ = [
    "TODAY",
    "approved",
    "hand_in_all",
    "make_people",
    "people",
    "report",
    "sign_in",
    "submitted",
]
