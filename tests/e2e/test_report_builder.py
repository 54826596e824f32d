"""The report builder in a real browser: from an empty period to a frozen report, and every page under axe."""

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import OrgUnit, User
from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports import operations
from khcn.reports.models import FormVersion, Override, ReportInstance
from khcn.reports.texts.markup import parse_section
from tests.e2e.conftest import EMPTYING_THE_MENU, TAGS, WITHOUT_FRAME
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory
from tests.reports.approval_given import each_waived

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("KHCN_PICTURES", "")  # a folder: every page is drawn into it, for people to look at
PASSWORD = "mật khẩu đủ dài"
DAY = date(2023, 9, 15)
WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 360, "height": 740}
UNITS = {
    "BGD": "Ban Giám đốc",
    "VP": "Văn phòng",
    "QLKH": "Phòng Quản lý khoa học",
    "QLCN": "Phòng Quản lý công nghệ và chuyên ngành",
    "TDC": "Tiêu chuẩn đo lường chất lượng",
    "TTRA": "Thanh tra",
    "TTUD": "Trung tâm Ứng dụng",
}
PEOPLE = {
    "office": ("office", "VP"),
    "head": ("head", "QLKH"),
    "leader": ("leader", "BGD"),
    "reader": ("reader", "QLKH"),
}
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture
def department(transactional_db):
    """Units, accounts, the shipped definitions, and some records that the figures count."""
    with acting(SYSTEM):
        units = {}
        for position, (code, name) in enumerate(UNITS.items()):
            units[code] = OrgUnit(
                code=code, name=name, kind="division", position=position, valid_from=date(2015, 1, 1)
            )
            units[code].save()
        for name, (role, unit) in PEOPLE.items():
            user = User(username=name, full_name=f"Người {name}", role_id=role, unit=units[unit])
            user.set_password(PASSWORD)
            user.save()
        regime = ReportingRegime(code="BC-DINH-KY", name="Quyết định số 19/2019/QĐ-UBND")
        regime.save()
        RegimeWindow(
            regime=regime, kind="nine_months", start_day=15, start_month=12, starts_year_before=True, end_day=14,
            end_month=9, valid_from=date(2019, 1, 1),
        ).save()  # fmt: skip
        operations.sync_shipped_forms(actor=SYSTEM, on=DAY)
    for number in range(3):
        ScienceTaskFactory(start_year=2022, short_name=f"Cây giống {number + 1}")
    for number in range(4):
        TaskProposalFactory(for_year=2024, received_on=date(2023, 4, number + 1))


class Person:
    """Somebody at a browser of their own. Whatever the console says against a page is kept."""

    def __init__(self, browser, server, name, size=WIDE):
        self.context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport=size)
        self.page = self.context.new_page()
        self.server, self.complaints = server, []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open("/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "/login/" not in address)

    def hear(self, message):
        if message.type == "error":
            self.complaints.append(f"{self.page.url} {message.location}: {message.text}")

    def open(self, path):
        self.page.goto(self.server.url + path)

    def draw(self, name):
        if PICTURES:
            self.page.screenshot(
                path=f"{PICTURES}/{name}.png", full_page=True, caret="initial"
            )  # hiding it takes inline style

    def axe(self):
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(AXE.read_text("utf-8"))
        return self.page.evaluate(EMPTYING_THE_MENU, [TAGS, WITHOUT_FRAME, False])

    def sticks_out(self):
        """How many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def come_in(browser, live_server, department):
    people = []

    def come_in(name, size=WIDE):
        people.append(Person(browser, live_server, name, size))
        return people[-1]

    yield come_in
    for person in people:
        person.context.close()
        # a refused step answers 409 or 422 on purpose; the browser calls that an error of the network
        assert [each for each in person.complaints if "status of 4" not in each] == []


KEY = "A.III.2.a"


def test_from_an_empty_period_to_a_frozen_report(come_in):
    office = come_in("office")
    report = create_in(office)
    write_in(come_in("head"), report)
    compile_in(office, report)
    approve_in(come_in("leader"), report)


def create_in(office):
    office.open("/reports/")
    office.page.get_by_role("link", name="Lập báo cáo").first.click()
    office.page.select_option("#form", "bao-cao-9-thang")
    office.page.fill("#year", "2023")
    office.page.press("#year", "Enter")
    expect(office.page.get_by_text("Số liệu từ 15/12/2022 đến hết 14/09/2023")).to_be_visible()
    office.page.get_by_role("button", name="Lập báo cáo").click()
    expect(office.page.get_by_role("heading", name="mục đã nộp")).to_be_visible()
    return ReportInstance.objects.get()


def write_in(head, report):
    head.open(f"/reports/{report.pk}/sections/{KEY}/")
    editor = head.page.get_by_role("textbox", name=f"Nội dung Mục {KEY}")
    expect(editor.locator(".chip").first).to_be_visible()
    editor.press("Control+End")
    editor.press("Enter")
    editor.press_sequentially("Đề xuất cho năm sau: ")
    head.page.get_by_text("Chèn số liệu").click()
    head.page.get_by_role("searchbox", name="Tìm số liệu theo tên hoặc mã").fill("dx-01")
    expect(head.page.locator(".chip-menu li:visible")).to_have_count(1)
    head.draw("section-menu")
    head.page.locator("[data-insert='[DX-01]']").click()
    expect(editor.locator("[data-source='[DX-01]']").last).to_contain_text("04")
    expect(head.page.locator("#section-preview")).to_contain_text("Đề xuất cho năm sau: 04")
    editor.press_sequentially(" đề xuất.")
    expect(head.page.locator("#section-preview")).to_contain_text("Đề xuất cho năm sau: 04 đề xuất.")
    head.draw("section-typed")
    head.page.get_by_role("button", name="Lưu và nộp Văn phòng").click()
    expect(head.page.get_by_role("heading", name="1/", exact=False)).to_be_visible()
    section = report.sections.get(key=KEY)
    assert section.state == "handed_in"
    assert section.text.endswith("Đề xuất cho năm sau: [DX-01] đề xuất.")


def compile_in(office, report):
    office.open(f"/reports/{report.pk}/")
    expect(office.page.get_by_text("Còn mục chưa nộp:")).to_be_visible()
    actor = User.objects.get(username="office").actor
    for each in report.sections.exclude(state="handed_in"):
        operations.hand_in_section(section=each, actor=actor, on=DAY)
    office.page.reload()
    office.draw("detail-ready")
    office.page.get_by_role("button", name="Tổng hợp").click()
    office.page.get_by_role("link", name="Kiểm tra mâu thuẫn").first.click()
    expect(office.page.get_by_role("heading", name="Kiểm tra mâu thuẫn")).to_be_visible()
    office.page.get_by_role("link", name="Các mục").click()
    office.page.get_by_role("button", name="Trình duyệt").click()
    expect(office.page.get_by_role("button", name="Rút lại")).to_be_visible()


def approve_in(leader, report):
    leader.open(f"/reports/{report.pk}/steps/approve/")
    leader.page.get_by_label("Ngày ký").fill(f"{timezone.localdate():%d/%m/%Y}")
    leader.page.get_by_label("Người ký").fill("Nguyễn Văn Thử")
    for reason in leader.page.get_by_label("Lý do vẫn duyệt").all():
        reason.fill("Dữ liệu kiểm thử")
    leader.draw("approve")
    leader.page.get_by_role("button", name="Duyệt và chốt số liệu").click()
    expect(
        leader.page.get_by_text(
            f"Số 01/BC-SKHCN, ký ngày {timezone.localdate():%d/%m/%Y}, Nguyễn Văn Thử"
        ).first
    ).to_be_visible()
    leader.draw("frozen")
    report.refresh_from_db()
    assert (report.state, report.is_frozen) == ("approved", True)
    TaskProposalFactory(for_year=2024, received_on=date(2023, 5, 2), title="Đề xuất nhập muộn")
    leader.page.get_by_role("link", name="Thay đổi sau khi chốt").click()
    expect(leader.page.get_by_text("nhập muộn", exact=True).first).to_be_visible()
    leader.draw("changes")


@pytest.fixture
def report(department):
    return operations.create_report(
        form_version=FormVersion.objects.latest_of("bao-cao-9-thang"), year=2023, actor=SYSTEM, on=DAY
    )


MARKUPS = [
    "Sở quản lý [NV-01] nhiệm vụ, **[NV-02]** chuyển tiếp[^1].\n- Dòng *nghiêng [DX-01:ten]* và ***cả hai***\n[^1]: Trong đó [NV-04] cấp tỉnh",
    "Dấu \\* và \\[ngoặc\\], \\{ nhọn, gạch \\| đứng, \\\\ chéo\n\\- không phải gạch đầu dòng\n+ ý nhỏ",
    "| Nội dung | Số |\n|---|---|\n| Chuyển \\| tiếp | **[NV-02]** |\n| Mới | [NV-03:so] |\n\nSau bảng {{ky_con_lai}}",
    "[NG-01:bang]\n\nĐoạn sau bảng",
    "[^1] \\: hai chấm\n[^1]: chú thích",
    "<b>không phải thẻ</b> & \"ngoặc\" 'đơn'",
]


def test_the_editor_gives_back_what_it_was_given(come_in, report):
    head = come_in("head")
    head.open(f"/reports/{report.pk}/sections/{KEY}/")
    round_trip = """async ([markup, address]) => {
        const {load, save} = await import(address);
        const page = document.createElement("div");
        page.append(load(markup));
        return save(page);
    }"""
    address = head.page.evaluate(
        "document.querySelector('script[src*=chips]').src.replace('chips.js', 'markup.js')"
    )
    texts = [*MARKUPS, *(each.text for each in report.sections.all())]
    for text in texts:
        saved = head.page.evaluate(round_trip, [text, address])
        assert parse_section(saved) == parse_section(text), json.dumps([text, saved], ensure_ascii=False)


def test_typing_with_an_input_method_is_not_disturbed(come_in, report):
    head = come_in("head")
    asked = []
    head.page.on(
        "request", lambda request: asked.append(request.url) if request.url.endswith("/preview/") else None
    )
    head.open(f"/reports/{report.pk}/sections/{KEY}/")
    editor = head.page.locator(".chip-page")
    editor.press("Control+Home")  # the last line is a note, which is not printed while its figure is 0
    compose = "(page, name) => page.dispatchEvent(new CompositionEvent(name, {bubbles: true}))"
    editor.evaluate(compose, "compositionstart")
    editor.press_sequentially(" tieng Viet")
    head.page.wait_for_timeout(900)
    assert asked == []
    editor.evaluate(compose, "compositionend")
    expect(head.page.locator("#section-preview")).to_contain_text("tieng Viet")
    assert len(asked) == 1


def test_typing_survives_a_closed_tab(come_in, report):
    head = come_in("head")
    address = f"/reports/{report.pk}/sections/{KEY}/"
    head.open(address)
    head.page.locator(".chip-page").press("Control+End")
    head.page.evaluate("localStorage.setItem('khcn:draft:7:x', `${Date.now() - 8 * 24 * 3600 * 1000}:x`)")
    head.page.locator(".chip-page").press_sequentially(" Gõ dở chưa lưu.")
    stored = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('khcn:'))"
    head.page.wait_for_function(f"({stored})().length === 2")
    assert not re.search(
        r"Gõ dở|reports|sections|text", json.dumps(head.page.evaluate(stored), ensure_ascii=False)
    )
    head.open("/")  # where what is older than seven days goes
    assert len(head.page.evaluate(stored)) == 1
    head.open(address)
    expect(head.page.locator(".chip-page")).not_to_contain_text("Gõ dở chưa lưu.")
    head.page.get_by_role("button", name="Dùng lại").click()
    expect(head.page.locator(".chip-page")).to_contain_text("Gõ dở chưa lưu.")
    head.page.get_by_role("button", name="Lưu", exact=True).click()
    expect(head.page.get_by_text("Đã lưu.")).to_be_visible()
    assert report.sections.get(key=KEY).text.endswith("Gõ dở chưa lưu.")
    expect(head.page.get_by_role("button", name="Dùng lại")).to_be_hidden()
    head.page.wait_for_function(f"({stored})().length === 0")
    head.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room'); }; }")
    head.page.locator(".chip-page").press_sequentially(" Không còn chỗ.")
    head.page.wait_for_selector("form[data-touched]")  # before it is left, the page asks


def test_a_draft_does_not_replace_what_a_colleague_has_saved_since(come_in, report):
    head = come_in("head")
    address = f"/reports/{report.pk}/sections/{KEY}/"
    head.open(address)
    head.page.locator(".chip-page").press("Control+End")
    head.page.locator(".chip-page").press_sequentially(" Gõ dở trước.")
    head.open("/")
    theirs = report.sections.get(key=KEY).text + " Đồng nghiệp đã lưu."
    operations.edit_section(section=report.sections.get(key=KEY), text=theirs, actor=SYSTEM, on=DAY)
    head.open(address)
    head.page.get_by_role("button", name="Dùng lại").click()
    head.page.get_by_role("button", name="Lưu", exact=True).click()
    expect(head.page.locator(".theirs")).to_contain_text("Đồng nghiệp đã lưu.")
    expect(head.page.locator(".chip-page")).to_contain_text("Gõ dở trước.")
    assert report.sections.get(key=KEY).text == theirs
    head.open(
        address
    )  # what was typed is on the device still, and begins from what the page of both has shown
    head.page.get_by_role("button", name="Dùng lại").click()
    head.page.get_by_role("button", name="Lưu", exact=True).click()
    expect(head.page.get_by_text("Đã lưu.")).to_be_visible()
    assert report.sections.get(key=KEY).text.endswith("Gõ dở trước.")


def test_an_override_shows_on_the_chip(come_in, report):
    operations.set_override(
        section=report.sections.get(key=KEY), code="NV-01", aspect="value", data={"value": "40"}, reason="Như đã gửi",
        actor=SYSTEM, on=DAY,
    )  # fmt: skip
    head = come_in("head")
    head.open(f"/reports/{report.pk}/sections/{KEY}/")
    chip = head.page.locator(".chip-override").first
    expect(chip).to_contain_text("40")
    expect(chip).to_contain_text("ghi đè")
    assert Override.objects.count() == 1


def pages_of(report):
    base, form = f"/reports/{report.pk}", f"/reports/forms/{report.form_version.code}"
    return {
        "list": "/reports/",
        "create": "/reports/new/?year=2023",
        "detail": f"{base}/",
        "section": f"{base}/sections/{KEY}/",
        "section-typed-part": f"{base}/sections/B/",
        "override": f"{base}/sections/{KEY}/override/?code=NV-01&aspect=value&nth=1",
        "preview": f"{base}/preview/",
        "check": f"{base}/check/",
        "board": f"{base}/board/",
        "cancel": f"{base}/steps/cancel/",
        "forms": "/reports/forms/",
        "form-versions": f"{form}/",
        "form-version": f"{form}/1/",
        "form-edit": f"{form}/edit/",
    }


def test_axe_finds_nothing_and_nothing_sticks_out(come_in, report):
    """Each page is opened once, wide and light, and then made narrow and dark (see test_pages)."""
    office = come_in("office")
    office.page.emulate_media(reduced_motion="reduce")  # colours change at once
    found = {}
    for name, path in pages_of(report).items():
        office.page.set_viewport_size(WIDE)
        office.open(path)
        office.page.evaluate(
            "document.querySelectorAll('main details.card').forEach((each, n) => { if (n < 3) each.open = true; })"
        )
        for size, theme in ((WIDE, "light"), (NARROW, "dark")):
            office.page.set_viewport_size(size)
            office.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
            office.draw(f"{name}-{size['width']}-{theme}")
            if violations := office.axe():
                found[name, theme] = violations
            if (wider := office.sticks_out()) > 0:
                found[f"{name}, {theme}: sticks out"] = wider
    assert found == {}


def test_axe_finds_nothing_on_frozen_pages_and_refusals(come_in, report):
    actor = User.objects.get(username="office").actor
    for each in report.sections.all():
        operations.hand_in_section(section=each, actor=actor, on=DAY)
    operations.compile_report(instance=report, actor=actor, on=DAY)
    operations.submit_report(instance=report, actor=actor, on=DAY)
    leader = come_in("leader")
    leader.open(f"/reports/{report.pk}/steps/approve/")
    leader.page.get_by_label("Ngày ký").fill("31/9/2023")
    leader.page.get_by_role("button", name="Duyệt và chốt số liệu").click()
    expect(leader.page.locator(".error-summary")).to_be_focused()
    assert leader.axe() == []
    leader.draw("approve-refused")
    operations.approve_report(
        instance=report,
        waivers=each_waived(report, "Dữ liệu kiểm thử"),
        actor=User.objects.get(username="leader").actor,
        on=DAY,
    )
    TaskProposalFactory(for_year=2024, received_on=date(2023, 5, 2), title="Đề xuất nhập muộn")
    for tail in ("frozen/", "changes/", ""):
        leader.open(f"/reports/{report.pk}/{tail}")
        assert leader.axe() == [], tail
