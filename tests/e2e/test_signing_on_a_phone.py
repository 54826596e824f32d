"""The leader on a phone: from the sign-in to a signed report in six clicks at most, and the pages that lead there."""

import pytest
from playwright.sync_api import expect

from khcn.parties.models import User
from khcn.reports import operations
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.models import FormVersion
from khcn.reports.operations.waiving import contradictions, waive_contradiction
from tests.e2e.test_report_builder import (  # noqa: F401 -- fixtures
    DAY,
    NARROW,
    PASSWORD,
    WIDE,
    come_in,
    department,
)

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
MOST_CLICKS = 6
COUNTING = (
    "addEventListener('click', event => { if (event.isTrusted) countClick(location.pathname); }, true);"
)


@pytest.fixture
def submitted(department):  # noqa: F811 -- the fixture's value
    """A report that waits for the leader; what it contradicts itself in has the reasons of the office."""
    office = User.objects.get(username="office").actor
    version = FormVersion.objects.latest_of("bao-cao-9-thang")
    report = operations.create_report(form_version=version, year=2023, actor=office, on=DAY)
    wrong = "Hoàn thành 05 cuộc kiểm tra: Chuối tây; Pháp chế."
    operations.edit_section(section=report.sections.get(key="B.1"), text=wrong, actor=office, on=DAY)
    annex = "| TT | Nhiệm vụ |\n| -- | -- |\n| 1 | Đơn giản hóa thủ tục |"
    operations.edit_section(section=report.sections.get(key="PL"), text=annex, actor=office, on=DAY)
    resolved = resolve(source_of(report))
    for each in contradictions(resolved):
        waive_contradiction(
            instance=report, report=resolved, key=each.key, reason="Dữ liệu kiểm thử", actor=office
        )
    for section in report.sections.all():
        operations.hand_in_section(section=section, actor=office, on=DAY)
    operations.compile_report(instance=report, actor=office, on=DAY)
    operations.submit_report(instance=report, actor=office, on=DAY)
    return report


def test_from_the_sign_in_to_a_signed_report_on_a_phone(browser, live_server, submitted):
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport=NARROW, has_touch=True, is_mobile=True
    )
    clicks = []
    context.expose_function("countClick", lambda path: clicks.append(path))  # noqa: PLW0108 -- the library marks functions
    context.add_init_script(COUNTING)
    try:
        page = context.new_page()
        page.goto(f"{live_server.url}/login/")
        page.locator("[name=username]").tap()
        page.keyboard.type("leader")
        page.locator("[name=password]").tap()
        page.keyboard.type(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).tap()
        expect(page.get_by_role("heading", name="01 báo cáo chờ duyệt")).to_be_visible()
        page.get_by_role("link", name=str(submitted)).first.tap()
        expect(page.get_by_label("Người ký")).to_have_value("Người leader")
        page.get_by_role("button", name="Duyệt và chốt số liệu").tap()
        expect(page.get_by_role("heading", name="Tệp đã ký")).to_be_visible()
    finally:
        context.close()
    submitted.refresh_from_db()
    assert (submitted.state, submitted.signer_name) == ("approved", "Người leader")
    assert [(each["reason"], each["by"]) for each in submitted.frozen.waivers] == [
        ("Dữ liệu kiểm thử", "Người office")
    ]
    assert len(clicks) <= MOST_CLICKS
    assert clicks == ["/login/"] * 3 + ["/", f"/reports/{submitted.pk}/steps/approve/"]


def test_home_and_short_view_fit_the_screen_and_axe_finds_nothing(come_in, submitted):  # noqa: F811
    """Each page is opened once, wide, and then made narrow (see test_pages)."""
    for who in ("leader", "office"):
        person = come_in(who)
        pages = {
            "home": "/",
            "brief": "/brief/",
            "given": f"/reports/{submitted.pk}/given/",
            "check": f"/reports/{submitted.pk}/check/",
        }
        if who == "office":
            pages["new"] = "/reports/new/?form=bao-cao-9-thang&year=2024"
        for name, path in pages.items():
            person.page.set_viewport_size(WIDE)
            person.open(path)
            for size in (WIDE, NARROW):
                person.page.set_viewport_size(size)
                person.draw(f"{name}-{who}-{size['width']}")
                assert person.axe() == [], (who, name, size)
                assert person.sticks_out() <= 0, (who, name, size)
