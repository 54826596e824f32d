"""Lists of registers: search, filters, order, pages, columns, export; what they cost and whom they show to."""

import io
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khcn.kernel.access.scopes import EXPORT, Scope
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.fields.reference_input import LISTED_UP_TO
from khcn.kernel.registers.list_pages import PAGE_SIZE, all_columns
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.list_totals import has_totals
from khcn.parties.models import Organisation
from tests.conformance.shapes import covering
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import CodeListItemFactory, RuleParameterFactory
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory
from tests.of_areas import merged
from tests.web.conftest import tree, words
from tests.web.shapes import features_of_lists, features_of_rights

pytestmark = pytest.mark.both
TASKS = "/science/tasks/"
OFFICER, OFFICE = (Role.OFFICER, "QLKH"), (Role.OFFICE, "VP")
NOT_FOR_ALL = merged("rights", "READERS")  # a part of the staff reads them
LISTED = covering(registers(), features_of_lists)
RIGHTS = covering(registers(), features_of_rights)


def titles(response):
    return [
        each.text_content().strip()
        for each in tree(response).xpath("//table[1]/tbody/tr/td[contains(@class,'lead')]/a")
    ]


def queries(client, address):
    client.get(address)  # the session of the first request is written once
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [each["sql"] for each in asked]


def own(sqls):
    """Queries beside session, account and its unit, which every page has."""
    by_every_page = (
        '"parties_accountsession"."session_key"',
        '"parties_user"."id"',
        '"parties_orgunit"."code" AS "code" FROM',
    )
    return [sql for sql in sqls if not sql.startswith(tuple(f"SELECT {each}" for each in by_every_page))]


def reader_of(register):
    """Role and unit of an account that reads the register."""
    return next(iter(sorted(NOT_FOR_ALL[register.name]))) if register.name in NOT_FOR_ALL else OFFICER


@pytest.mark.once  # the same statements on either database
@pytest.mark.parametrize("register", LISTED, ids=str)
@pytest.mark.django_db
def test_a_page_of_a_list_costs_four_queries_however_many_rows(sign_in, register):
    client = sign_in(*reader_of(register))
    factory_of(register.model)()
    one = own(queries(client, register.list_url()))
    for _each in range(2):
        factory_of(register.model)()
    # Amounts are added up over all rows of the filter.
    shown = [each for each in all_columns(register) if not each.hidden]
    most = 5 if has_totals(register, shown) else 4
    assert len(own(queries(client, register.list_url()))) == len(one) <= most


@pytest.mark.django_db
@pytest.mark.parametrize("key", [2**31, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize("rest", ["", "edit/", "delete/", "history/"])
def test_a_number_that_is_no_key_has_no_page(sign_in, key, rest):
    client = sign_in(*OFFICER)
    for address in (TASKS, "/reference/legal-documents/"):
        assert client.get(f"{address}{key}/{rest}").status_code in {404, 405}


@pytest.mark.once  # who may open and write what is decided in Python
@pytest.mark.parametrize("register", RIGHTS, ids=str)
@pytest.mark.django_db
def test_strangers_and_readers(client, sign_in, register):
    record = factory_of(register.model)()
    assert client.get(register.list_url())["Location"].startswith("/login/")
    reader = sign_in(Role.READER, "BGD")
    page = reader.get(register.list_url())
    assert page.status_code == (403 if register.name in NOT_FOR_ALL else 200)
    assert "Thêm mới" not in [each.strip() for each in tree(page).xpath("//main//a//text()")]
    assert reader.get(register.list_url() + "new/").status_code in {403, 404}
    assert reader.post(register.detail_url(record.pk) + "delete/").status_code == 403
    assert register.model._default_manager.filter(pk=record.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nam linh chi", "Nấm Linh Chi", "NẤM LINH CHI", "na\u0302\u0301m linh"])
def test_search_reads_words_with_and_without_marks(officer, typed):
    wanted = ScienceTaskFactory(title="Nấm Linh chi và Vân chi")
    ScienceTaskFactory(title="Chè Shan tuyết")
    assert titles(officer.get(TASKS, {"q": typed})) == [wanted.title]


@pytest.mark.django_db
def test_filters_narrow_and_say_what_they_do(officer):
    ours = ScienceTaskFactory(
        title="A", level="province", start_year=2023, host=OrganisationFactory(name="Viện Cây lương thực")
    )
    ScienceTaskFactory(title="B", level="national", managing_side="delegated", start_year=2023)
    ScienceTaskFactory(title="C", level="province", start_year=2021)
    page = officer.get(TASKS, {"level": "province", "start_year": "2023"})
    assert titles(page) == ["A"]
    assert {
        " ".join(each.text_content().split())
        for each in tree(page).xpath("//ul[@class='chips d-print-none']/li")
    } == {
        "Cấp quản lý: Cấp tỉnhbỏ điều kiện này",
        "Thực hiện từ năm: 2023bỏ điều kiện này",
    }
    for named in (f"#{ours.host.pk}", "Viện Cây lương thực", "vien cay luong thuc"):
        assert titles(officer.get(TASKS, {"host": named})) == ["A"]


@pytest.mark.django_db
def test_a_filter_that_cannot_be_read_is_named_and_narrows_nothing(officer):
    ScienceTaskFactory(title="A")
    ScienceTaskFactory(title="B")
    page = officer.get(TASKS, {"planned_end_on__gte": "32/13/2023"})
    assert sorted(titles(page)) == ["A", "B"]
    wrong = tree(page).xpath("//input[@name='planned_end_on__gte']")[0]
    assert wrong.get("aria-invalid") == "true"
    assert wrong.value == "32/13/2023"
    assert "chưa áp dụng" in words(page)


@pytest.mark.django_db
def test_dates_in_filters_are_day_first(officer):
    ScienceTaskFactory(title="tháng chín", planned_end_on="2026-09-10")
    wanted = ScienceTaskFactory(title="tháng mười", planned_end_on="2026-10-09")
    assert titles(officer.get(TASKS, {"planned_end_on__gte": "09/10/2026"})) == [wanted.title]


@pytest.mark.django_db
def test_order_follows_the_vietnamese_alphabet_and_turns_round(officer):
    for title in ("Đậu tương", "Dong riềng", "Ăn quả", "Bí xanh", "Ấu trùng"):
        ScienceTaskFactory(title=title, start_year=2022)
    rising = ["Ăn quả", "Ấu trùng", "Bí xanh", "Dong riềng", "Đậu tương"]
    page = officer.get(TASKS, {"sort": "sort_key"})
    assert titles(page) == rising
    head = tree(page).xpath("//th[@aria-sort='ascending']")[0]
    assert titles(officer.get(head.find("a").get("href"))) == rising[::-1]


@pytest.mark.django_db
def test_pages_follow_each_other_in_both_directions(officer):
    for number in range(2 * PAGE_SIZE + 5):
        ScienceTaskFactory(title=f"Nhiệm vụ {number:04d}", host=None, principal_investigator=None)
    seen, address, pages = [], TASKS, []
    while address:
        page = officer.get(address)
        pages.append(titles(page))
        seen += pages[-1]
        address = next(iter(tree(page).xpath("//a[@rel='next']/@href")), None)
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 5
    back = next(iter(tree(page).xpath("//a[@rel='prev']/@href")))
    assert titles(officer.get(back)) == pages[-2]


@pytest.mark.django_db
def test_sorting_by_a_missing_relation_loses_no_row(officer):
    for number in range(PAGE_SIZE + 3):
        ScienceTaskFactory(principal_investigator=PersonFactory() if number % 2 else None, host=None)
    seen, address = [], TASKS + "?sort=principal_investigator__sort_key"
    while address:
        page = officer.get(address)
        seen += tree(page).xpath("//table[1]/tbody/tr/td[2]/a/@href")
        address = next(iter(tree(page).xpath("//a[@rel='next']/@href")), None)
    assert len(seen) == len(set(seen)) == PAGE_SIZE + 3


@pytest.mark.django_db
def test_htmx_gets_the_rows_alone(officer):
    ScienceTaskFactory(title="Chè Shan tuyết")
    fragment = officer.get(TASKS, HTTP_HX_REQUEST="true")
    assert "<html" not in fragment.content.decode()
    assert "Chè Shan tuyết" in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.django_db
def test_what_is_outside_of_the_rows_follows_the_filter(officer):
    """The workbook, the printed list and the choice of columns are of the rows that are shown, also where these alone were asked for."""
    ScienceTaskFactory(title="Chè Shan tuyết")

    def of_filter(**headers):
        page = tree(officer.get(TASKS + "?q=che", **headers))
        return [
            page.xpath("//a[@id='export-link']/@href"),
            page.xpath("//*[@id='list-links']/a[2]/@href"),
            page.xpath("//input[@id='list-address']/@value"),
        ]

    assert (
        of_filter(HTTP_HX_REQUEST="true")
        == of_filter()
        == [
            [TASKS + "export/?q=che"],
            [TASKS + "?q=che&print=all"],
            [TASKS + "?q=che"],
        ]
    )


@pytest.mark.django_db
def test_chosen_columns_are_stored_for_the_session(officer):
    ScienceTaskFactory(title="Chè Shan tuyết", code="T27")
    officer.post(TASKS + "columns/", {"columns": ["code", "title", "không có"]})
    heads = [each.text_content().strip() for each in tree(officer.get(TASKS)).xpath("//table[1]/thead//th")]
    assert sorted(heads) == ["Chọn", "Mã nhiệm vụ", "Tên nhiệm vụ"]
    officer.post(TASKS + "columns/", {"default": "1"})
    assert len(tree(officer.get(TASKS)).xpath("//table[1]/thead//th")) > 2


@pytest.mark.django_db
def test_export_holds_the_filtered_rows_and_no_other(officer):
    ScienceTaskFactory(title="A", level="province")
    ScienceTaskFactory(title="B", level="national", managing_side="delegated")
    link = tree(officer.get(TASKS, {"level": "province"})).xpath("//a[@id='export-link']/@href")[0]
    answer = officer.get(link)
    assert answer["Content-Disposition"].startswith("attachment")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    place = [str(each).strip(" *") for each in rows[0]].index("Tên nhiệm vụ")
    assert [row[place] for row in rows[1:]] == ["A"]


class ExportsOne(Scope):
    """All rows may be read, one of them taken out."""

    def reach(self, actor, verb):
        return Q(name="Sở A") if verb == EXPORT else True


@pytest.mark.django_db
def test_export_holds_the_rows_that_may_be_exported_and_not_all_that_are_shown(officer, monkeypatch):
    monkeypatch.setattr(register_of(Organisation), "scope", ExportsOne())
    for name in ("Sở A", "Sở B"):
        OrganisationFactory(name=name)
    assert titles(officer.get("/parties/organisations/")) == ["Sở A", "Sở B"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get("/parties/organisations/export/").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [[cell for cell in row if cell in {"Sở A", "Sở B"}] for row in rows[1:]] == [["Sở A"]]


@pytest.mark.django_db
def test_count_is_exact_apart_from_the_rows(officer):
    for _each in range(3):
        ScienceTaskFactory(level="province")
    ScienceTaskFactory(level="national", managing_side="delegated")
    assert officer.get(TASKS + "count/", {"level": "province"}).content == b"3"


@pytest.mark.django_db
def test_invented_values_are_marked_in_words(officer):
    with acting(SYSTEM):
        ScienceTaskFactory(title="Thật", illustrative=["host"])
        ScienceTaskFactory(title="Bịa", illustrative=["*"])
    page = tree(officer.get(TASKS))
    marked = {
        row.xpath("string(td[contains(@class,'lead')]/a)"): [
            each.xpath("string(../@data-label)") for each in row.xpath(".//abbr")
        ]
        for row in page.xpath("//table[1]/tbody/tr")
    }
    assert marked == {"Thật": ["Tổ chức chủ trì"], "Bịa": ["Tên nhiệm vụ"]}
    assert page.xpath("//abbr[@class='illus']/@title")[0] == "dữ liệu minh họa"


@pytest.mark.django_db
def test_suggestions_begin_with_what_was_typed(officer):
    OrganisationFactory(name="Công ty Tân An")
    OrganisationFactory(name="An Bình")
    OrganisationFactory(name="Đại học Thái Nguyên")
    found = officer.get("/lookup/parties/organisations/", {"q": "an"}).json()["results"]
    assert [each["text"] for each in found] == ["An Bình", "Công ty Tân An"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nông", ""])
def test_suggestions_are_what_the_field_takes(officer, typed):
    for code_list in ("field_group", "programme"):
        for number in range(LISTED_UP_TO + 1):
            CodeListItemFactory(
                code_list=code_list, code=f"{number}", label=f"Nông nghiệp {code_list} {number:02}"
            )
    page = tree(officer.get("/science/tasks/new/"))
    (address,) = page.xpath("//input[@name='field_group']/@data-remote")
    found = officer.get(f"{address}&{urlencode({'q': typed})}").json()["results"]
    assert {each["text"].split()[2] for each in found} == {"field_group"}
    names = (
        "science.sciencetask.host",
        "science.sciencetask.title",
        "science.x.y",
        "x",
        "science.sciencetask.none",
    )
    base = address.partition("?")[0]
    assert [officer.get(base, {"for": name}).status_code for name in names] == [404] * len(names)


@pytest.mark.django_db
def test_a_list_of_another_day_says_so_on_the_screen(sign_in):
    """As the demonstration does, whose work day is the last one of the period."""
    client = sign_in(*OFFICER)
    client.post("/period/", {"year": "2023", "kind": "nine_months:1"})

    def notes(address):
        return [each.text_content() for each in tree(client.get(address)).xpath("//main//div[@role='note']")]

    assert notes(TASKS) == []
    RuleParameterFactory(code="opening_year", value=2023)
    (note,) = notes(TASKS)
    assert "là của ngày 30/09/2023, không phải hôm nay" in note
    assert notes("/science/amendments/") == []  # of these nothing depends on a day
    assert notes("/quality/checks/") == []  # their state is that of today, and only their terms are of a day


@pytest.mark.django_db
def test_a_year_that_a_rule_sets_has_no_mark_between_its_thousands(sign_in):
    """In the list, on its page and in its form."""
    rule = RuleParameterFactory(code="opening_year", value=2023, unit="year")
    client = sign_in(*OFFICE)
    base = "/reference/rule-parameters/"
    for address in (base, f"{base}{rule.pk}/", f"{base}{rule.pk}/edit/"):
        page = client.get(address).content.decode()
        assert "2023" in page
        assert "2.023" not in page
