"""No bar of a chart has another number than the list that it opens."""

from datetime import date

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
from tests.factories.dossiers import DossierFactory
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.planning import PlannedWorkFactory
from tests.factories.quality import CheckedPlaceFactory
from tests.factories.radiation import RadiationLicenceFactory
from tests.factories.reference import AdminUnitFactory
from tests.web.conftest import account, tree

pytestmark = pytest.mark.django_db
DRAWN = [register for register in registers() if any(isinstance(each, Breakdown) for each in register.charts)]
YEAR = {"year": "2023", "kind": "year"}


def dossiers():
    ended = {"ended_on": date(2023, 4, 3)}
    DossierFactory(received_on=date(2023, 3, 20))
    DossierFactory.create_batch(2, received_on=date(2023, 3, 20), outcome="resolved", **ended)
    DossierFactory(received_on=date(2023, 3, 20), outcome="refused", outcome_reason="Thiếu", **ended)
    DossierFactory(received_on=date(2022, 3, 21))  # of another year
    return 4


def licences():
    today = date.today()
    for months in (0, 1, 1, 11, 14):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        RadiationLicenceFactory(issued_on=date(2020, 1, 2), expires_on=date(year, month + 1, 28))
    RadiationLicenceFactory(
        issued_on=date(2020, 1, 2), expires_on=date(today.year + 1, 1, 28), ended_on=date(2021, 1, 1)
    )
    return 4


def work():
    one, other = OrgUnitFactory(name="Phòng Một"), OrgUnitFactory(name="Phòng Hai")
    day = {"planned_on": date(2022, 12, 15), "due_on": date(2023, 6, 30)}
    PlannedWorkFactory.create_batch(2, unit=one, **day)
    PlannedWorkFactory(unit=one, **day, completed_on=date(2023, 6, 1), achieved=1, result="Xong")
    PlannedWorkFactory(unit=other, **day, dropped_on=date(2023, 6, 1), drop_reason="Thôi")
    return 4


def places():
    commune = AdminUnitFactory(name="Xã Minh Họa")
    near = OrganisationFactory(admin_unit=commune)
    CheckedPlaceFactory.create_batch(2, organisation=near)
    CheckedPlaceFactory(organisation=near, outcome="conforming")
    CheckedPlaceFactory(organisation=OrganisationFactory(admin_unit=None))
    return 4


MADE = {
    "dossiers.dossier": dossiers,
    "radiation.radiationlicence": licences,
    "planning.plannedwork": work,
    "quality.checkedplace": places,
}
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
    work()
    page = tree(leader.get("/planning/planned-work/charts/"))
    assert [label for _count, _url, label in bars_of(page)] == [
        "Phòng Một: 1 Đã hoàn thành",
        "Phòng Một: 2 Quá hạn",
        "Phòng Hai: 1 Thôi thực hiện",
    ]
    licences()
    page = tree(leader.get("/radiation/licences/charts/"))
    assert len(bars_of(page)) == 12
    assert [count for count, _url, _label in bars_of(page)][:3] == [1, 2, 0]


def test_a_place_that_is_not_known_is_a_bar_too(leader):
    places()
    labels = [label for _count, _url, label in bars_of(tree(leader.get("/quality/check-subjects/charts/")))]
    assert "(chưa ghi): 1 Có vi phạm" in labels


def test_they_are_narrowed_as_the_list_is(leader):
    work()
    unit = PlannedWork.objects.filter(dropped_on__isnull=False).get().unit_id
    page = tree(leader.get("/planning/planned-work/charts/", {"unit": f"#{unit}"}))
    assert [count for count, _url, _label in bars_of(page)] == [1]


def test_a_leader_looks_at_them_on_the_home_page_and_in_short_and_a_reader_of_the_list_finds_them(leader):
    dossiers()
    places()
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
