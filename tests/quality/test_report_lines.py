"""What the nine-month report says of checks and support: campaigns and places apart, each place once, and words for nothing."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period, registry
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.parties import OrganisationFactory
from tests.factories.quality import (
    CheckedPlaceFactory,
    CheckFindingFactory,
    CheckHandlingFactory,
    CheckSampleFactory,
    InternalAuditFactory,
    ProductivitySupportFactory,
    QualityGuidanceFactory,
    TraceabilitySupportFactory,
)
from tests.quality.counted import decided, metrology_check, quality_check

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


CHECK = "Hoàn thành {number} cuộc kiểm tra nhà nước về đo lường cụ thể:"


@pytest.mark.parametrize(
    "topics",
    [
        ["medical", "bodies", "police"],
        ["water_meters", "medical", "bodies", "police"],
        ["water_meters", "medical", "medical", "bodies", "police"],
        ["water_meters", "water_meters", "medical", "bodies", "police", "taximeters"],
    ],
    ids=lambda each: str(len(each)),
)
def test_lines_of_topics_are_no_list_of_the_checks(topics):
    for topic in topics:
        CheckedPlaceFactory(check_case=metrology_check(topic)(DAY), checked_on=DAY)
    report = resolve(source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD))
    assert CHECK.format(number=f"{len(topics):02d}") in printed("A.III.4.a")
    assert [each for each in run_checks(report) if each.section_1 == "A.III.4.a"] == []


def test_each_product_of_an_organisation_is_named():
    party = OrganisationFactory()
    for product in ("rượu thóc", "chè Shan", "rượu thóc"):
        QualityGuidanceFactory(purpose="label", organisation=party, product=product, guided_on=DAY)
    assert registry["CL-11"].value(PERIOD) == 2
    assert "cho sản phẩm rượu thóc; chè Shan;" in printed("A.III.4.b")


def test_guidance_support_and_audits_are_printed_where_there_were_any():
    chosen = "lựa chọn doanh nghiệp được hỗ trợ xây dựng áp dụng hệ thống quản lý chất lượng"
    text = printed("A.III.4.b")
    assert f"; chưa {chosen}." in text
    assert "hướng dẫn công bố hợp chuẩn, hợp quy, xây dựng tiêu chuẩn cơ sở: không phát sinh;" in text
    assert "Hướng dẫn trình tự" not in printed("A.III.4.c")
    assert "Đánh giá nội bộ" not in text
    ProductivitySupportFactory(selected_on=DAY)
    QualityGuidanceFactory(purpose="company_standard", guided_on=DAY)
    InternalAuditFactory(audited_on=DAY)
    text = printed("A.III.4.b")
    assert (
        f"; hoàn thành việc lựa chọn danh sách {chosen.removeprefix('lựa chọn ')} (01 doanh nghiệp)." in text
    )
    assert "tiêu chuẩn cơ sở cho sản phẩm, hàng hóa đối với 01 cơ sở;" in text
    assert "tiêu chuẩn cơ sở cho sản phẩm, hàng hóa (01 cơ sở)." in printed("A.III.4.c")
    assert "Đánh giá nội bộ hệ thống quản lý chất lượng: 01 lượt." in text


def test_products_of_two_organisations_are_two_and_one_product_has_one_name():
    one, other = OrganisationFactory(name="HTX Yến Dương"), OrganisationFactory(name="HTX Nhung Lũy")
    for party, product in ((one, "Mật ong"), (one, "mật ong"), (one, "Mật  ong "), (other, "Mật ong")):
        QualityGuidanceFactory(purpose="label", organisation=party, product=product, guided_on=DAY)
    assert registry["CL-11"].value(PERIOD) == 2
    assert "cho sản phẩm Mật ong (HTX Yến Dương); Mật ong (HTX Nhung Lũy);" in printed("A.III.4.b")


def test_a_sample_of_a_check_of_instruments_is_none_of_quality():
    for check, product in ((metrology_check("medical"), "nhiệt kế"), (quality_check("fuel"), "xăng RON 95")):
        CheckSampleFactory(
            subject__check_case=check(DAY), product=product, taken_on=DAY, result_on=DAY, conforms=False
        )
    assert registry["CL-08"].counted(PERIOD).lines == ("xăng RON 95",)
    assert "Mẫu không đạt chất lượng: 01." in printed("A.III.4.b")


def test_violations_are_printed_under_their_field():
    for check in (metrology_check("medical"), quality_check("labels")):
        place = CheckedPlaceFactory(check_case=check(DAY), checked_on=DAY)
        CheckFindingFactory(subject=place, kind="scale", checked=5, failed=3)
        CheckHandlingFactory(subject=place, demanded_on=DAY, done_on=DAY)
    assert (
        "Qua các cuộc kiểm tra về đo lường, 01 cơ sở có vi phạm. Phương tiện đo, cân không đạt qua các cuộc kiểm tra về đo lường: 03. "
        "Đã xử lý xong 01 việc vi phạm qua kiểm tra về đo lường."
    ) in printed("A.III.4.a")
    assert (
        "Qua các cuộc kiểm tra về chất lượng, 01 cơ sở có vi phạm. Đã xử lý xong 01 việc vi phạm qua kiểm tra về chất lượng."
    ) in printed("A.III.4.b")


def test_a_party_of_two_years_is_one():
    party = OrganisationFactory()
    TraceabilitySupportFactory(organisation=party, year=2022, registered_on=date(2022, 3, 1))
    TraceabilitySupportFactory(organisation=party, year=2023, registered_on=DAY)
    assert registry["TX-01"].value(PERIOD) == 1
    assert "hỗ trợ 01 tổ chức, cá nhân" in printed("A.III.4.b")
