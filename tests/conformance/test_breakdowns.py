"""No bar of a chart has another number than the list that it opens."""

import pytest
from django.urls import reverse

from khcn.kernel.actors import Role
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.breakdown_charts import breakdowns_of
from khcn.kernel.screens.list_filters import filterset_class
from khcn.planning.models import PlannedWork
from khcn.quality.models import CheckedPlace
from khcn.radiation.models import RadiationLicence
from tests.of_areas import merged
from tests.web.conftest import account, tree

pytestmark = pytest.mark.django_db
DRAWN = [register for register in registers() if any(isinstance(each, Breakdown) for each in register.charts)]
YEAR = {"year": "2023", "kind": "year"}
MADE = merged("drawn", "DRAWN")
every_chart = pytest.mark.parametrize("register", DRAWN, ids=str)


@pytest.fixture
def leader(client):
    client.force_login(account(Role.LEADER, "LD"))
    client.post(reverse("choose-period"), YEAR)
    return client


def bars_of(page):
    """Of each bar the number, the address and what is read aloud."""
    return [
        (int(each.xpath("string(.//data/@value)")), each.get("href"), " ".join(each.text_content().split()))
        for each in page.xpath("//table[@class='chart']//a[contains(@class, 'bar')]")
    ]


def listed(client, address):
    """How many records the list says that it has, and how many it shows."""
    page = tree(client.get(address))
    assert not page.xpath("//*[@class='field-error']"), address
    shown = page.xpath("string(//*[@id='row-count']/span)")
    return int(shown.split()[0]) if shown else 0, len(page.xpath("//td[contains(@class, 'lead')]/a"))


def test_each_chart_names_filters_of_its_register_and_is_made_here():
    assert {each.name for each in DRAWN} == set(MADE)
    for register in DRAWN:
        declared = [each for each in register.charts if isinstance(each, Breakdown)]
        assert list(breakdowns_of(register)) == declared, register
        known = filterset_class(register).base_filters
        for each in declared:
            assert {f"{each.within}__gte", f"{each.within}__lt"} <= set(known) or not each.within
            assert set(dict(each.only)) <= set(known)
            assert each.months or each.by in known


@every_chart
def test_every_bar_opens_as_many_records_as_it_says(register, leader):
    expected = MADE[register.name]()
    page = tree(leader.get(reverse("register-charts", args=[register.area, register.slug])))
    bars = bars_of(page)
    assert sum(count for count, _url, _label in bars) == expected
    for count, url, label in bars:
        assert listed(leader, url) == (count, count), (label, url)
        assert f": {count}" in label
    [whole] = page.xpath("//table[@class='chart']/caption/a/@href")
    assert listed(leader, whole) == (expected, expected)


def test_bars_differ_in_words_and_empty_months_stay(leader):
    MADE["planning.plannedwork"]()
    page = tree(leader.get("/planning/planned-work/charts/"))
    assert [label for _count, _url, label in bars_of(page)] == [
        "Phòng Một: 1 Đã hoàn thành",
        "Phòng Một: 2 Quá hạn",
        "Phòng Hai: 1 Thôi thực hiện",
    ]
    MADE["radiation.radiationlicence"]()
    page = tree(leader.get("/radiation/licences/charts/"))
    assert len(bars_of(page)) == 12
    assert [count for count, _url, _label in bars_of(page)][:3] == [1, 2, 0]


def test_a_place_that_is_not_known_is_a_bar_too(leader):
    MADE["quality.checkedplace"]()
    labels = [label for _count, _url, label in bars_of(tree(leader.get("/quality/check-subjects/charts/")))]
    assert "(chưa ghi): 1 Có vi phạm" in labels


def test_they_are_narrowed_as_the_list_is(leader):
    MADE["planning.plannedwork"]()
    unit = PlannedWork.objects.filter(dropped_on__isnull=False).get().unit_id
    page = tree(leader.get("/planning/planned-work/charts/", {"unit": f"#{unit}"}))
    assert [count for count, _url, _label in bars_of(page)] == [1]


def test_a_leader_looks_at_them_on_the_home_page_and_in_short_and_a_reader_of_the_list_finds_them(leader):
    MADE["dossiers.dossier"]()
    MADE["quality.checkedplace"]()
    for address in (reverse("home"), reverse("brief")):
        titles = tree(leader.get(address)).xpath("//ul[contains(@class, 'charts')]//h3/text()")
        assert titles[:2] == [
            "Hồ sơ thủ tục hành chính theo kết quả",
            "Cơ sở được kiểm tra đo lường, chất lượng theo địa bàn",
        ], address
    assert register_of(CheckedPlace).charts
    assert register_of(RadiationLicence).charts
    assert tree(leader.get("/dossiers/dossiers/")).xpath("//a[@href='/dossiers/dossiers/charts/']")
    assert leader.get("/quality/standards/charts/").status_code == 404
