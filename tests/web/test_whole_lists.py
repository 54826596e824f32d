"""Lists are printed whole, with totals of their amounts; the search finds what one may do, and figures, beside records."""

from datetime import date

import pytest
from django.utils import timezone, translation

from khcn.kernel.actors import Role
from tests.factories.parties import PersonFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.test_export import printed_head
from tests.web.conftest import tree, words

TASKS = "/science/tasks/"


@pytest.mark.django_db
def test_all_rows_are_printed_with_the_total_of_all_and_not_of_the_page(officer):
    for number in range(53):
        ScienceTaskFactory(code=f"IN-{number:02}", budget_total=1_000_000 + number, start_year=2026)
    ScienceTaskFactory(code="IN-KHAC", budget_total=7_000_000_000, start_year=2025)
    total = "53.001.378"  # 53 × 1.000.000 + (0 + … + 52)
    columns = {"columns": ["code", "budget_total"]}
    officer.post(f"{TASKS}columns/", columns)
    page = tree(officer.get(TASKS, {"start_year": "2026"}))
    assert page.xpath("count(//main//tbody/tr)") == 50
    (later,) = page.xpath("//p[@hx-get]/@hx-get")
    assert total in words(officer.get(later))
    (printing,) = page.xpath("//a[normalize-space()='In']/@href")
    whole = tree(officer.get(f"{TASKS}{printing}" if printing.startswith("?") else printing))
    assert whole.xpath("count(//main//tbody/tr)") == 53
    assert [each.text_content() for each in whole.xpath("//tfoot//td[text()]")] == [total]
    assert whole.xpath("count(//button[@data-print-now])") == 1
    only_printed = "//p[contains(@class, 'd-print-block') and contains(., 'dòng của một trang màn hình')]"
    notes = [
        [" ".join(each.text_content().split()) for each in each_page.xpath(only_printed)]
        for each_page in (page, whole)
    ]
    part = "Chỉ in 50 dòng của một trang màn hình; bấm “In” ở đầu danh sách để in cả danh sách."
    assert notes == [[part], []]
    short = tree(officer.get(TASKS, {"q": "IN-0", "start_year": "2026"}))
    assert [each.text_content() for each in short.xpath("//tfoot//td[text()]")] == ["10.000.045"]
    assert short.xpath(only_printed) == []


@pytest.mark.django_db
def test_what_one_may_do_and_figures_are_found_beside_records(officer, sign_in):
    LegalDocumentFactory(number="19/2019/QĐ-UBND", subject="Quy định")
    LegalDocumentFactory(number="119/2019/QĐ-UBND", subject="Quy định khác")

    def found(text, client=officer, page="/search/suggest/"):
        return [
            (each.text_content(), each.get("href"))
            for each in tree(client.get(page, {"q": text})).xpath("//a")
        ]

    assert found("thêm nhiệm vụ")[0] == ("Thêm nhiệm vụ KH&CN", f"{TASKS}new/")
    assert found("them nhiem vu", page="/search/suggest/")[0][1] == f"{TASKS}new/"
    assert "19/2019/QĐ-UBND" in found("19/2019/QD-UBND")[0][0]
    assert "119" not in found("19/2019/QD-UBND")[0][0]
    assert ("Nhật ký hệ thống", "/log/") not in found("nhật ký hệ thống")
    assert any(address.startswith("/figures/NV-01/?") for _text, address in found("NV-01"))
    leader = sign_in(Role.LEADER, "LD")
    assert f"{TASKS}new/" not in {address for _text, address in found("thêm nhiệm vụ", leader)}
    assert ("Nhật ký hệ thống", "/log/") in found("nhật ký hệ thống", leader)


@pytest.mark.django_db
@pytest.mark.parametrize("is_past", [False, True])
def test_an_exported_list_says_on_each_printed_page_what_it_is_and_when_it_was_exported(officer, is_past):
    """Its cells are those of the day of the export, also in the demonstration, which looks at days past."""
    ScienceTaskFactory(code="IN-1", start_year=2026)
    if is_past:
        RuleParameterFactory(code="opening_year", value=2023, valid_from=date(2020, 1, 1))
        officer.post("/period/", {"year": "2023", "kind": "nine_months"})
    of_day = "; tình trạng ngày 30/09/2023" if is_past else ""
    today = f"xuất ngày {timezone.localdate():%d/%m/%Y}"
    for narrowed, conditions in (
        ({}, ""),
        ({"start_year": "2026", "q": "IN"}, "; Có chữ “IN”; Thực hiện từ năm: 2026"),
        ({"term": "late"}, f"; Tình trạng thời hạn: quá hạn{of_day}"),
    ):
        sent = officer.get(f"{TASKS}export/", narrowed)
        assert printed_head(sent.content) == f"&LNhiệm vụ KH&&CN{conditions}; {today}"


@pytest.mark.django_db
@pytest.mark.both
def test_a_person_is_found_by_the_telephone_number_however_it_is_grouped(officer):
    person = PersonFactory(full_name="Ma Thế Khải", phone="0911 222.333")
    PersonFactory(full_name="Lý Văn Tình", phone="0911 222 444")
    for typed in ("0911222333", "0911 222 333", "222-333", "222.333"):
        page = tree(officer.get("/search/", {"q": typed}))
        assert page.xpath("//main//a[starts-with(@href, '/parties/people/')]/@href")[:1] == [
            person.get_absolute_url()
        ]
    assert not tree(officer.get("/search/", {"q": "22233"})).xpath(
        "//main//a[starts-with(@href, '/parties/people/')]"
    )


@pytest.mark.django_db
def test_small_things_of_the_screens_stay_gone(officer):
    """Each was seen once: titles of tabs, the system's theme, words of officials, names of documents in English."""
    task = ScienceTaskFactory(title="Nấm", short_name="Nấm")
    tabs = tree(officer.get(f"{TASKS}{task.pk}/")).xpath("//ul[@class='tabs']//a/@href")
    titles = {str(tree(officer.get(each)).xpath("string(//title)")) for each in tabs}
    assert len(titles) == len(tabs) >= 9
    page = tree(officer.get(f"{TASKS}new/"))
    assert page.get("data-bs-theme") == "light"
    assert page.get("data-follows-system") is not None
    officer.post("/theme/", {"theme": "light"})
    assert tree(officer.get(TASKS)).get("data-follows-system") is None
    assert [each.text_content() for each in page.xpath("//main//a[@data-cancel]")] == ["Hủy"]
    menu = page.xpath("//nav[@id='menu']//a")
    named = {each.text_content().strip(): each.get("href") for each in menu}
    assert named["Sắp xếp đơn vị"] == "/parties/org-unit-successions/"
    document = LegalDocumentFactory(kind="resolution", number="12/NQ-HĐND")
    with translation.override("en"):
        assert str(document).startswith("Nghị quyết số 12/NQ-HĐND")
