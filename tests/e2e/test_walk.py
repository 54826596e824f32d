"""The first ten minutes of an official (domain study, section 9), by what is written on the screen and nothing else."""

import io
import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.e2e.conftest import NARROW, PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
TILE = re.compile(r"^Nhiệm vụ KH&CN: 40")


def rows_of(download):
    content = io.BytesIO(download.path().read_bytes())
    return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_from_the_number_to_its_forty_rows_and_their_workbook(visitor, viewport):
    one = visitor(**({"viewport": viewport} if viewport else {}))
    one.open("/")
    page = one.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Bảng theo dõi 9 tháng năm 2023")
    expect(page.locator("header")).to_contain_text("Sở Khoa học và Công nghệ tỉnh Bắc Kạn")
    tile = page.locator("section.tile-box", has_text="Nhiệm vụ KH&CN")
    assert [" ".join(text.split()) for text in tile.locator("li").all_inner_texts()] == [
        "chuyển tiếp: 31",
        "mới: 09",
    ]
    page.get_by_role("link", name=TILE).click()
    page.wait_for_url("**/figures/NV-01/**")
    expect(page.locator("#figure-value")).to_have_text("40")
    expect(page.locator("main table tbody tr")).to_have_count(40)
    with page.expect_download() as download:
        page.get_by_role("link", name="Xuất Excel").click()
    assert len(rows_of(download.value)) - 1 == 40


def test_every_number_of_the_home_page_opens_as_many_rows(visitor):
    page = visitor().page
    page.goto("/")
    links = page.locator("ul.tiles a.tile, ul.tile-parts a").evaluate_all(
        "all => all.map(a => [a.href, a.innerText])"
    )
    assert len(links) > 8
    wrong = {}
    for address, text in links:
        if "/figures/" not in address:
            continue
        page.goto(address)
        shown = int(re.sub(r"\D", "", text.split(":")[-1]))
        if page.locator("main table tbody tr").count() != shown:
            wrong[address] = (shown, page.locator("main table tbody tr").count())
    assert wrong == {}


def test_list_filter_and_the_file_of_a_task(visitor):
    one = visitor()
    one.open("/")
    page = one.page
    page.get_by_role("navigation", name="Danh mục").get_by_role(
        "link", name="Nhiệm vụ KH&CN", exact=True
    ).click()
    page.locator("details.filters summary").click()
    filters = page.get_by_role("search", name="Tìm và lọc trong danh sách")
    filters.get_by_label("Cấp quản lý").select_option("Cấp tỉnh")
    filters.get_by_label("Thực hiện từ năm", exact=True).fill("2021")
    page.get_by_role("button", name="Lọc danh sách").click()
    page.get_by_role("link", name=re.compile("Cấp quản lý: Cấp tỉnh")).wait_for()
    assert "level=province" in page.url
    for link in (page.locator("#export-link"), page.get_by_role("link", name="In", exact=True)):
        assert "level=province" in link.get_attribute("href")
    assert "level=province" in page.locator("#list-address").get_attribute("value")
    years = page.locator("td[data-label='Thực hiện từ năm']").all_inner_texts()
    assert years
    assert {re.sub(r"\D", "", year) for year in years} == {"2021"}
    page.locator("main table tbody tr td a").first.click()
    for tab in (
        "Thuyết minh",
        "Kinh phí",
        "Tiến độ",
        "Điều chỉnh",
        "Hội đồng",
        "Sản phẩm",
        "Tài sản",
        "Văn bản",
        "Lịch sử",
    ):
        page.get_by_role("navigation", name="Phần của hồ sơ").get_by_role("link", name=tab).click()
        page.locator(f".tabs a[aria-current=page]:text-is('{tab}')").wait_for()


def test_task_as_of_another_day(visitor):
    page = visitor().page
    page.goto("/science/tasks/3/")
    page.get_by_label("Xem tình trạng đến ngày").fill("1/1/2022")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".page-head .badge").first).to_have_text("Đang thực hiện")


@pytest.mark.parametrize("typed", ["nam linh chi", "Nấm Linh chi"])
def test_search_from_the_keyboard_alone(visitor, typed):
    page = visitor().page
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    page.locator("#search-hits a").first.wait_for()
    expect(page.locator("#search-hits")).to_contain_text("Nấm")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/\d+/$"))
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_nothing_is_asked_while_a_letter_is_being_composed(visitor):
    one = visitor()
    one.open("/")
    page, asked = one.page, []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.keyboard.press("Control+k")
    page.evaluate(
        """() => { const box = document.activeElement;
        const fire = (type, data) => box.dispatchEvent(new CompositionEvent(type, {bubbles: true, data}));
        fire('compositionstart', '');
        for (const text of ['n', 'na', 'nâ', 'nấ', 'nấm']) { box.value = text; fire('compositionupdate', text);
          box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); } }"""
    )
    page.wait_for_timeout(700)
    assert asked == []
    page.keyboard.press("Enter")
    assert page.url.endswith("/")
    page.evaluate(
        "document.activeElement.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true, data: 'nấm'}))"
    )
    page.locator("#search-hits a").first.wait_for()
    assert len(asked) == 1


def test_import_with_a_name_that_nobody_knows(visitor, tmp_path):
    """Template, a filled row, the question with the nearest match, written, and taken back."""
    import openpyxl

    one = visitor()
    one.open("/")
    page = one.page
    page.get_by_role("link", name="Nhập liệu từ Excel").first.click()
    page.get_by_label("Nhiệm vụ KH&CN", exact=True).check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải mẫu").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    sheet = book.worksheets[0]
    head = next(
        row
        for row in sheet.iter_rows()
        if any(str(cell.value or "").startswith("Mã nhiệm vụ") for cell in row)
    )
    places = {str(cell.value).strip(" *"): cell.column for cell in head if cell.value}
    values = {
        "Mã nhiệm vụ": "KT-01",
        "Tên nhiệm vụ": "Nhiệm vụ của bài kiểm thử",
        "Loại nhiệm vụ": "Đề tài",
        "Cấp quản lý": "Cấp tỉnh",
        "Bên quản lý": "Tỉnh quản lý",
        "Thực hiện từ năm": "2023",
        "Tổ chức chủ trì": "Trung tam Ứng dụng KHCN va Tieu chuan do luong chat luong",
        "Ngày bắt đầu": "09/10/2023",
    }
    for heading, value in values.items():
        sheet.cell(head[0].row + 1, places[heading], value)
    path = tmp_path / "nhiem-vu.xlsx"
    book.save(path)
    page.get_by_label("Tệp Excel (.xlsx, .xls)").set_input_files(path)
    page.get_by_role("button", name="Tải lên và xem trước").click()
    page.get_by_role("heading", name="nhiem-vu.xlsx").wait_for()
    if page.locator("#questions").count():
        one.check_accessible("questions of an import")
        page.locator("#questions input[type=radio]").first.check()
        page.get_by_role("button", name="Áp dụng các lựa chọn").click()
    one.check_accessible("preview of an import")
    page.get_by_role("button", name="Ghi vào sổ").click()
    page.get_by_text("Đã ghi vào sổ: thêm 1").wait_for()
    one.check_accessible("result of an import")
    page.goto("/search/?q=nhiem+vu+cua+bai+kiem+thu")
    expect(page.locator("main")).to_contain_text("Nhiệm vụ của bài kiểm thử")
    page.go_back()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    page.get_by_text("Đã hoàn tác: 1 bản ghi").wait_for()


def test_entering_a_task_with_a_mistake_on_the_way(visitor):
    one = visitor()
    page = one.page
    page.goto("/science/tasks/new/")
    page.get_by_label("Mã nhiệm vụ").fill("KT-02")
    page.get_by_label("Tên nhiệm vụ").fill("Nhiệm vụ gõ tay")
    page.get_by_label("Loại nhiệm vụ").select_option("Đề tài")
    page.get_by_label("Cấp quản lý").select_option("Cấp tỉnh")
    page.get_by_label("Bên quản lý").select_option("Tỉnh quản lý")
    page.get_by_label("Thực hiện từ năm").fill("2026")
    page.get_by_label("Ngày bắt đầu").fill("31/2/2026")
    page.get_by_role("combobox", name="Tổ chức chủ trì").click()
    page.keyboard.type("huyen cho don")
    page.locator(".ts-dropdown .option", has_text="Chợ Đồn").first.click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    summary = page.locator(".error-summary")
    summary.wait_for()
    summary.get_by_role("link").first.click()
    page.wait_for_function("document.activeElement.name === 'planned_start_on'")
    expect(page.get_by_label("Tên nhiệm vụ")).to_have_value("Nhiệm vụ gõ tay")
    expect(page.locator(".ts-wrapper .item").first).to_contain_text("Chợ Đồn")
    page.keyboard.press("Control+a")
    page.keyboard.type("9/10/2026")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("heading", name="Nhiệm vụ gõ tay").wait_for()
    expect(page.locator("main")).to_contain_text("09/10/2026")
    page.get_by_role("link", name="Xóa").click()
    page.get_by_role("button", name="Xóa bản ghi này").click()
    page.get_by_text("Đã xóa nhiệm vụ").wait_for()


def test_two_people_edit_one_record(visitor):
    mine, theirs = visitor("qlkh").page, visitor("tp.qlkh").page
    for page in (mine, theirs):
        page.goto("/science/tasks/5/edit/")
    theirs.get_by_label("Ghi chú").fill("Ghi chú của trưởng phòng")
    theirs.get_by_role("button", name="Lưu", exact=True).click()
    theirs.get_by_text("Đã lưu").wait_for()
    mine.get_by_label("Ghi chú").fill("Ghi chú của tôi")
    mine.get_by_role("button", name="Lưu", exact=True).click()
    mine.get_by_role("heading", name="Đã có người sửa bản ghi này").wait_for()
    row = mine.locator("table tbody tr").inner_text()
    assert "Ghi chú của trưởng phòng" in row
    assert "Ghi chú của tôi" in row
    expect(mine.get_by_label("Ghi chú")).to_have_value("Ghi chú của tôi")
    mine.get_by_role("button", name="Lưu bản tôi đã gõ").click()
    mine.get_by_text("Đã lưu").wait_for()


def test_the_report_and_its_word_file(visitor):
    page = visitor("vanphong").page
    page.goto("/")
    page.get_by_role("navigation", name="Danh mục").get_by_role("link", name="Báo cáo", exact=True).click()
    page.locator("main table a, main .card a").filter(has_text="9 tháng").first.click()
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    page.get_by_text("Tải về", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Word")).first.click()
    assert download.value.path().read_bytes()[:2] == b"PK"


def test_pages_read_and_post_without_any_script(visitor):
    one = visitor(scripts=False)
    one.open("/")
    page = one.page
    page.get_by_role("link", name=TILE).click()
    expect(page.locator("main table tbody tr")).to_have_count(40)
    page.goto("/science/tasks/")
    page.get_by_label("Tìm trong danh sách").fill("nam linh chi")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("main table tbody tr")).to_have_count(1)
    page.goto("/science/tasks/new/")
    page.get_by_label("Mã nhiệm vụ").fill("KT-03")
    page.get_by_label("Tổ chức chủ trì", exact=True).fill("không có tổ chức này")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_label("Tổ chức chủ trì", exact=True)).to_have_value("không có tổ chức này")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator(".topbar-user summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_the_interface_in_english(visitor):
    one = visitor()
    one.open("/")
    page = one.page
    page.get_by_role("button", name="EN – English").click()
    page.get_by_role("link", name="Home").first.wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    for path in ("/", "/science/tasks/", "/science/tasks/3/", "/import/", "/permissions/", "/reports/"):
        page.goto(path)
        one.check_accessible(f"{path} in English", both_themes=False)  # colours are those of test_pages


def test_a_name_is_refused_after_too_many_tries(visitor):
    one = visitor(None)
    page = one.page
    page.goto("/login/")
    for _each in range(11):
        page.get_by_label("Tên đăng nhập").fill("khong-co-ai")
        page.get_by_label("Mật khẩu").fill(PASSWORD + "x")
        with page.expect_navigation():
            page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("Với tên này hoặc từ mạng này")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("khong-co-ai")
    one.check_accessible("refused")
