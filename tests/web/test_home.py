"""Home by role, and the short view: what waits, what is late by whose division, the year beside the last."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.indicators import PeriodKind, registry
from khcn.parties.models import OrgUnit
from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports import operations
from khcn.reports.models import FormVersion, ReportInstance
from khcn.science.enums import CheckKind, TaskLevel
from khcn.web.progress import _values, progress_charts
from khcn.web.reporting import PeriodChoice
from tests.factories.science import ProgressCheckFactory, ScienceTaskFactory
from tests.reports.conftest import HEAD_TOML, OFFICE
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
SECTIONS = """
[[section]]
key = "A"
label = "A."
level = 1
title = "Kết quả"
owner = "QLKH"

[[section]]
key = "B"
label = "B."
level = 1
title = "Đánh giá"
owner = "VP"
"""


@pytest.fixture
def report():
    with acting(SYSTEM):
        for code, name in (("QLKH", "Phòng Quản lý khoa học"), ("VP", "Văn phòng")):
            OrgUnit(code=code, name=name, kind="division", valid_from=date(2015, 1, 1)).save()
        regime = ReportingRegime(code="BC-DINH-KY", name="Chế độ")
        regime.save()
        windows = [("nine_months", 1, (15, 12), (14, 9), True)]
        windows += [("quarter", n, (15, (3 * n - 4) % 12 + 1), (14, 3 * n), n == 1) for n in range(1, 5)]
        for kind, number, start, end, before in windows:
            RegimeWindow(
                regime=regime, kind=kind, number=number, start_day=start[0], start_month=start[1],
                starts_year_before=before, end_day=end[0], end_month=end[1], valid_from=date(2019, 1, 1),
            ).save()  # fmt: skip
        version = FormVersion(
            code="thu-9-thang",
            version=1,
            title="Báo cáo",
            valid_from=date(2020, 1, 1),
            body=HEAD_TOML + SECTIONS,
        )
        version.save()
    return operations.create_report(form_version=version, year=2023, actor=OFFICE, on=date(2023, 9, 15))


def lists(client, address="/"):
    found = {}
    for each in tree(client.get(address)).xpath("//section[contains(@class, 'home-list')]"):
        title = " ".join(each.xpath("string(.//h2)").split())
        lines = [" ".join(line.text_content().split()) for line in each.xpath(".//li")]
        found[title] = (lines, each.xpath(".//li/a/@href"))
    return found


@pytest.fixture
def of_2023(client):
    """A session in which somebody works in 2023."""

    def enter(role, unit):
        client.force_login(account(role, unit))
        client.post("/period/", {"year": "2023", "kind": "nine_months:1"})
        return client

    return enter


def test_the_office_sees_who_owes_what_and_the_leader_what_waits(report, of_2023):
    office = of_2023(Role.OFFICE, "VP")
    [(title, (lines, links))] = lists(office).items()
    assert title.startswith(f"{report}: ai còn nợ (gửi trước hết ngày ")
    assert sorted(lines) == [
        "Phòng Quản lý khoa học 1/1 mục chưa nộp",
        "Văn phòng 1/1 mục chưa nộp",
    ]
    assert {each.partition("?unit=")[2] for each in links} == {"QLKH", "VP"}
    assert [office.get(each).status_code for each in links] == [200, 200]
    # Its terms are over: two divisions have sections to hand in, and the office the report to send.
    assert lists(of_2023(Role.LEADER, "BGD")) == {
        "03 việc quá hạn, theo phòng": (
            ["Phòng Quản lý khoa học 01 quá hạn", "Văn phòng 02 quá hạn"],
            ["/deadlines/?state=late&unit=QLKH", "/deadlines/?state=late&unit=VP"],
        )
    }
    for section in report.sections.all():
        operations.hand_in_section(section=section, actor=OFFICE, on=date(2023, 9, 15))
    assert lists(of_2023(Role.OFFICE, "VP")) == {}
    operations.compile_report(instance=report, actor=OFFICE, on=date(2023, 9, 15))
    operations.submit_report(instance=report, actor=OFFICE, on=date(2023, 9, 15))
    leader = of_2023(Role.LEADER, "BGD")
    for address in ("/", "/brief/"):
        found = lists(leader, address)
        assert list(found) == ["01 báo cáo chờ duyệt", "01 việc quá hạn, theo phòng"]
        lines, links = found["01 báo cáo chờ duyệt"]
        assert lines[0].startswith(f"{report} Duyệt")
        assert links == [f"/reports/{report.pk}/steps/approve/"]
    assert lists(of_2023(Role.OFFICER, "QLKH")) == {}
    assert ReportInstance.objects.count() == 1


@pytest.fixture
def checks(report):
    """Checks of a provincial task: on the first and last day of quarters, of two years."""
    task = ScienceTaskFactory(level=TaskLevel.PROVINCE)
    days = [date(2022, 12, 15), date(2023, 3, 14), date(2023, 3, 15), date(2023, 6, 14), date(2023, 12, 14)]
    for day in (*days, date(2022, 3, 1), date(2022, 12, 14), date(2021, 12, 14), date(2023, 12, 15)):
        ProgressCheckFactory(task=task, checked_on=day, kind=CheckKind.PERIODIC)


def test_bars_open_the_records_that_they_count(checks, of_2023):
    leader = of_2023(Role.LEADER, "BGD")
    for address in ("/", "/brief/"):
        [chart] = tree(leader.get(address)).xpath("//section[contains(., 'lượt kiểm tra tiến độ')]//table")
        bars = [(each.get("aria-label"), each.get("href")) for each in chart.xpath(".//a")]
        assert [name.rpartition(": ")[::2] for name, _link in bars] == [
            (f"Quý {quarter} năm {year}", value)
            for quarter, now, before in (("I", "02", "01"), ("II", "02", "0"), ("III", "0", "0"), ("IV", "01", "01"))
            for year, value in ((2023, now), (2022, before))
        ]  # fmt: skip
        assert [each.get("width") for each in chart.xpath(".//rect[@class='bar-fill']")] == [
            "100", "50", "100", "0", "0", "0", "50", "50",
        ]  # fmt: skip
        for name, link in bars:
            opened = words(leader.get(link))
            value = int(name.rpartition(": ")[2])
            assert name.rpartition(": ")[2] in opened
            assert len(tree(leader.get(link)).xpath("//main//table/tbody/tr[.//a]")) == value
    assert "lượt kiểm tra tiến độ" not in words(of_2023(Role.OFFICER, "QLKH").get("/"))


def test_one_query_for_two_years_gives_what_each_window_gives(checks):
    actor = account(Role.LEADER, "BGD").actor
    charts = progress_charts(actor, PeriodChoice(2023))
    assert len(charts) == 3
    for code in ("KT-01", "HD-01", "NT-01"):
        periods = [
            PeriodChoice(year, PeriodKind.QUARTER, number).period()
            for year in (2022, 2023)
            for number in range(1, 5)
        ]
        assert _values(registry[code], periods) == [registry[code].value(each) for each in periods]


@pytest.mark.parametrize(("address", "most"), [("/", 70), ("/brief/", 61)])
def test_statements_do_not_grow_with_the_records(checks, of_2023, address, most):
    leader = of_2023(Role.LEADER, "BGD")
    leader.get(address)
    with CaptureQueriesContext(connection) as before:
        leader.get(address)
    task = ScienceTaskFactory(level=TaskLevel.PROVINCE)
    for day in range(1, 25):
        ProgressCheckFactory(task=task, checked_on=date(2023, 5, day), kind=CheckKind.PERIODIC)
    with CaptureQueriesContext(connection) as after:
        leader.get(address)
    assert len(after) == len(before) <= most
