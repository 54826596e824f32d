"""What the nine-month report says of checks and support: campaigns and places apart, each place once, and words for nothing."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period, registry
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.parties import OrganisationFactory
from tests.factories.quality import CheckedPlaceFactory, TraceabilitySupportFactory
from tests.quality.counted import decided, quality_check

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
DAY = date(2023, 6, 20)


def printed(section):
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    return "\n".join(line.text for line in resolve(source).lines if line.section == section)


def test_nothing_has_its_words():
    text = printed("A.III.4.a")
    assert "Kiểm tra nhà nước về đo lường: không có cuộc nào hoàn thành." in text
    assert "Kiểm tra theo kế hoạch về đồng hồ đo nước lạnh: không phát sinh." in text
    text = printed("A.III.4.b")
    assert "Kiểm tra về chất lượng: không có cuộc nào hoàn thành." in text
    assert "Hỗ trợ tổ chức, cá nhân về truy xuất nguồn gốc: không phát sinh." in text


def test_a_check_under_way_is_printed_beside_none_that_is_over():
    decided(DAY)
    assert "đang tiến hành: 01 cuộc" in printed("A.III.4.b")


def test_places_count_once_and_unscheduled_checks_apart():
    enterprise = OrganisationFactory(name="Cửa hàng xăng dầu A")
    for check in (quality_check(), quality_check(), quality_check(plan=None)):
        CheckedPlaceFactory(check_case=check(DAY), organisation=enterprise, checked_on=DAY)
    assert [registry[code].value(PERIOD) for code in ("CL-01", "CL-04", "CL-05")] == [3, 1, 1]
    text = printed("A.III.4.b")
    assert "tại 1 doanh nghiệp kinh doanh xăng dầu" in text
    assert "kiểm tra đột xuất về chất lượng tại 01 cơ sở (Cửa hàng xăng dầu A)" in text


def test_a_party_of_two_years_is_one():
    party = OrganisationFactory()
    TraceabilitySupportFactory(organisation=party, year=2022, registered_on=date(2022, 3, 1))
    TraceabilitySupportFactory(organisation=party, year=2023, registered_on=DAY)
    assert registry["TX-01"].value(PERIOD) == 1
    assert "hỗ trợ 01 tổ chức, cá nhân" in printed("A.III.4.b")
