"""The board of supported parties: the numbers of the report, who is late, and what the system itself holds of each party."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from khcn.goods.models import Lot
from khcn.goods.queries.party_progress import progress_of_parties
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.indicators import registry
from khcn.kernel.registers.registry import register_of
from khcn.quality.models import TraceabilitySupport
from khcn.quality.queries.support_board import (
    CONTRACT,
    LATE,
    OPEN,
    PUBLIC,
    SUPPORTED,
    BoardQuery,
    read_board_query,
    support_board,
)
from khcn.reference.models import RuleParameter
from khcn.reference.operations import enter_shipped_rules
from khcn.trace.models import TraceParty
from khcn.web.reporting import PeriodChoice
from tests.factories.goods import LotEntryFactory, LotFactory, ParticipationRequestFactory
from tests.factories.parties import OrganisationFactory, ProducerFactory
from tests.factories.quality import TraceabilitySupportFactory
from tests.factories.reference import AdminUnitFactory, RegimeWindowFactory, RuleParameterFactory
from tests.integrity.given import put
from tests.kernel.test_export import printed_head
from tests.quality.steps import TODAY
from tests.quality.worlds import build_supports
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
PAGE, FILE = "support-board", "support-board-file"


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def board(on=TODAY, **asked):
    asked = {"year": 2023, **asked}
    visible = register_of(TraceabilitySupport).visible(SYSTEM)
    return support_board(BoardQuery(**asked), visible, actor=SYSTEM, on=on)


def case(state, organisation=None, **days):
    given = {"registered_on": date(2023, 3, 1), "state": state, **days}
    return TraceabilitySupportFactory(organisation=organisation or ProducerFactory(), **given)


def surveyed(organisation=None, state="surveyed", **days):
    given = {"contracted_on": date(2023, 3, 10), "surveyed_on": date(2023, 3, 20), **days}
    return case(state, organisation, **given)


def page(client, role=Role.OFFICER, unit="TDC", **asked):
    client.force_login(account(role, unit))
    return client.get(reverse(PAGE), asked)


def of_rows(found):
    return {row.case.pk: row for row in found.rows}


def test_the_numbers_are_those_of_the_figures_and_of_the_lists_behind_them():
    """Where windows differ from years of the programme, one party has two cases, and cases were stopped or published before."""
    build_supports()
    twice = OrganisationFactory()
    for number, year in enumerate((2022, 2023), start=1):
        TraceabilitySupportFactory(organisation=twice, year=year, registered_on=date(2022, number, 1))
    found = board()
    period = BoardQuery(2023).period
    codes = {SUPPORTED: "TX-01", CONTRACT: "TX-02", OPEN: "TX-03", PUBLIC: "TX-04"}
    numbers = {each.shown: each.value for each in found.counts}
    for shown, code in codes.items():
        counted = set(registry[code].records(period).values_list("pk", flat=True))
        assert numbers[shown] == len(counted)
        assert set(of_rows(board(shown=shown))) == counted
    assert numbers[LATE] == board(shown=LATE).total
    assert found.total == numbers[SUPPORTED] + 1  # both cases of one party are rows


def test_late_is_who_waits_longer_than_the_rule_of_the_day_says():
    """Registered on 01/03/2023: 30 days end on 31/03; a rule of another number counts for who registers under it."""
    first = case("registered")
    rule = RuleParameter.objects.in_force("quality.support_contract_days", on=date(2023, 3, 1))
    end = of_rows(board())[first.pk].usual_end
    assert (rule.value, end) == (30, date(2023, 3, 31))
    assert not of_rows(board(on=end))[first.pk].is_late
    assert of_rows(board(on=date(2023, 4, 1)))[first.pk].is_late
    assert set(of_rows(board(on=date(2023, 4, 1), shown=LATE))) == {first.pk}
    put(rule, code="another")
    assert of_rows(board())[first.pk].usual_end is None
    assert board(shown=LATE).rows == ()


def test_who_has_ended_is_not_late():
    case("stopped", stopped_on=date(2023, 4, 1))
    case("published", published_on=date(2023, 4, 1))
    assert board(shown=LATE, on=date(2024, 1, 1)).total == 0


def test_what_the_system_holds_is_of_the_lot_that_was_published_last_else_made_last():
    organisation = ProducerFactory()
    first = LotFactory(item__organisation=organisation, made_on=date(2023, 5, 1))
    later = LotFactory(item=first.item, made_on=date(2023, 6, 1), number="SAU")
    LotFactory(
        item=first.item, made_on=date(2023, 9, 1), number="NHAN", source_path="/01/09521234000037/10/X"
    )
    asked = (organisation.pk, date(2023, 4, 1))
    assert progress_of_parties([asked], SYSTEM)[asked].lot.endswith(", SAU")
    put(first, published_on=date(2023, 5, 20))
    found = progress_of_parties([asked], SYSTEM)[asked]
    assert found.lot.endswith(f", {first.number}")
    assert found.elements == sum(each.counts for each in Lot.objects.get(pk=first.pk).elements)
    assert found.published_on == date(2023, 5, 20)
    since = (organisation.pk, date(2023, 5, 21))
    assert progress_of_parties([since], SYSTEM)[since].published_on is None
    assert later.published_on is None


def test_who_takes_part_since_when():
    organisation, outside = ProducerFactory(), OrganisationFactory()
    party = TraceParty.objects.get(organisation=organisation)
    asked = [(organisation.pk, TODAY), (outside.pk, TODAY)]
    put(party, created_at=datetime(2023, 3, 31, 18, tzinfo=UTC))
    found = progress_of_parties(asked, SYSTEM)
    assert {key: each.joined_on for key, each in found.items()} == {asked[0]: date(2023, 4, 1)}
    ParticipationRequestFactory(party=party, received_on=date(2023, 2, 1), decided_on=date(2023, 2, 3))
    assert progress_of_parties(asked, SYSTEM)[asked[0]].joined_on == date(2023, 2, 3)


def complete(monkeypatch, count=10):
    """As many groups of data of every lot as are said; which ones count is tested with the publication."""
    one = type("Element", (), {"counts": True})
    monkeypatch.setattr(Lot, "elements", [one] * count)


def test_complete_data_are_taken_over_by_the_step_of_the_case(client, monkeypatch):
    complete(monkeypatch)
    waiting = surveyed()
    lot = LotFactory(item__organisation=waiting.organisation)
    put(LotEntryFactory(lot=lot), created_at=datetime(2023, 5, 10, 3, tzinfo=UTC))
    link = tree(page(client, year="2023")).xpath("//a[starts-with(normalize-space(), 'Ghi vào hồ sơ')]/@href")
    assert len(link) == 1
    form = tree(client.get(link[0]))
    assert form.xpath("//input[@name='data_elements']/@value") == ["10"]
    assert form.xpath("//input[@name='entered_on']/@value") == ["10/05/2023"]  # as the field is typed
    sent = form.xpath("//form[.//input[@name='entered_on']]//input[@name='next']/@value")
    assert sent == [f"{reverse(PAGE)}?year=2023"]
    waiting.refresh_from_db()
    assert waiting.state == "surveyed"  # looking writes nothing


def test_a_reader_sees_the_difference_and_is_offered_no_step(client, monkeypatch):
    complete(monkeypatch)
    LotFactory(item__organisation=surveyed().organisation)
    text = words(page(client, Role.READER, "VP", year="2023"))
    assert "khác nhau" in text
    assert "Hệ thống đã đủ dữ liệu, hồ sơ chưa ghi bước cập nhật dữ liệu." in text
    assert "Ghi vào hồ sơ:" not in text


def test_each_difference_has_its_words(monkeypatch):
    complete(monkeypatch, 8)
    day, entered = date(2023, 5, 10), {"entered_on": date(2023, 4, 1), "trained_on": date(2023, 4, 10)}
    cases = {
        "fewer": surveyed(state="entered", data_elements=9, entered_on=date(2023, 4, 1)),
        "same": surveyed(state="entered", data_elements=8, entered_on=date(2023, 4, 1)),
        "no lot": surveyed(state="entered", data_elements=8, entered_on=date(2023, 4, 1)),
        "public": surveyed(state="trained", data_elements=8, **entered),
        "not public": surveyed(state="published", data_elements=8, published_on=day, **entered),
        "other day": surveyed(state="published", data_elements=8, published_on=day, **entered),
        "under way": surveyed(),
        "stopped": case("stopped", stopped_on=day),
    }
    for name, one in cases.items():
        if name != "no lot":
            published_on = {"public": day, "other day": date(2023, 5, 11), "stopped": day}.get(name)
            LotFactory(item__organisation=one.organisation, published_on=published_on)
    rows = of_rows(board())
    assert {name: [each.words for each in rows[one.pk].differences] for name, one in cases.items()} == {
        "fewer": ["Hồ sơ ghi 9 nhóm, hệ thống có 8."],
        "same": [],
        "no lot": ["Hồ sơ ghi đã có dữ liệu, hệ thống chưa có lô nào."],
        "public": ["Hệ thống đã công bố, hồ sơ chưa ghi công bố dữ liệu."],
        "not public": ["Hồ sơ ghi đã công bố, hệ thống không có lô nào đang công bố."],
        "other day": ["Ngày công bố trong hồ sơ khác ngày trong hệ thống."],
        "under way": [],
        "stopped": [],
    }
    assert rows[cases["public"].pk].publication.action == "publish"


def test_the_list_is_narrowed_by_commune_and_consultant_and_has_all_on_paper(client):
    commune, consultant = AdminUnitFactory(name="Xã Bảng"), OrganisationFactory(name="Công ty Tư Vấn")
    here = surveyed(OrganisationFactory(admin_unit=commune, name="HTX Gần"))
    advised = surveyed(OrganisationFactory(name="HTX Xa"), consultant=consultant)
    assert set(of_rows(board(commune=commune.pk))) == {here.pk}
    assert set(of_rows(board(consultant=consultant.pk))) == {advised.pk}
    found = board()
    assert [name for _key, name in found.communes] == ["Xã Bảng"]
    assert [name for _key, name in found.consultants] == ["Công ty Tư Vấn"]
    text = words(page(client, year="2023", commune=str(commune.pk)))
    assert "HTX Gần" in text
    assert "HTX Xa" not in text


def test_pages_follow_each_other_without_a_gap(client, monkeypatch):
    for name in (
        "khcn.quality.views.support_board.PAGE_SIZE",
        "khcn.quality.queries.support_board.PAGE_SIZE",
    ):
        monkeypatch.setattr(name, 2)
    names = [f"HTX Số {number}" for number in range(5)]
    for name in names:
        case("registered", OrganisationFactory(name=name))
    seen = []
    address = f"{reverse(PAGE)}?year=2023"
    client.force_login(account(Role.OFFICER, "TDC"))
    while address:
        shown = tree(client.get(address))
        seen += [each.text_content() for each in shown.xpath("//td[contains(@class, 'lead')]/a")]
        address = next(iter(shown.xpath("//a[@rel='next']/@href")), "")
    assert seen == names
    whole = tree(client.get(f"{reverse(PAGE)}?year=2023&whole=1"))
    assert len(whole.xpath("//td[contains(@class, 'lead')]")) == 5


@pytest.mark.parametrize(
    "given",
    [{"year": "x"}, {"year": "9" * 30}, {"year": "1"}, {"page": "0"}, {"shown": "'--"}, {"commune": "-1"}],
)
def test_a_value_that_is_no_choice_narrows_nothing(given):
    assert read_board_query(given, year=TODAY.year) == BoardQuery(TODAY.year)


def test_the_workbook_has_every_row_of_the_list_and_no_formula(client):
    case("registered", OrganisationFactory(name="=1+1"), registered_on=date(2023, 3, 1))
    surveyed(OrganisationFactory(name="HTX Xa"))
    client.force_login(account(Role.OFFICER, "TDC"))
    answer = client.get(reverse(FILE), {"year": "2023"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["=1+1", "HTX Xa"]
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
    assert rows[1][4] == datetime(2023, 3, 1)  # a day that a spreadsheet can sort by


def test_the_home_page_leads_there_whom_it_concerns(client):
    case("registered", registered_on=date(2026, 1, 5))
    for role, unit, leads in (
        (Role.OFFICER, "TDC", True),
        (Role.OFFICER, "QLKH", False),
        (Role.LEADER, "BGD", True),
    ):
        client.force_login(account(role, unit))
        found = tree(client.get(reverse("home"))).xpath(f"//a[@href='{reverse(PAGE)}']")
        assert bool(found) is leads, role


def test_the_year_is_the_one_that_the_figures_of_the_report_count(client):
    """Registered on 20/12/2025, after the day on which the reports of 2025 end: a case of 2026, on the board as in TX-01 and TX-03."""
    RegimeWindowFactory()
    case("registered", registered_on=date(2025, 12, 1))
    late = case("registered", registered_on=date(2025, 12, 20))
    for year in (2025, 2026):
        found = board(year=year, on=date(2025, 12, 31))
        choice = PeriodChoice(year)
        numbers = {each.code: each.value for each in found.counts if each.code}
        assert numbers == {code: registry[code].value(choice.period()) for code in numbers}
        assert (late.pk in of_rows(found)) is (year == 2026)
        assert found.years == [2026, 2025]  # of reports, though nothing began in 2026
    text = words(page(client, year="2025"))
    assert "Năm 2025 tính từ 15/12/2024 đến hết 14/12/2025, như báo cáo năm." in text


def test_without_a_year_it_is_that_of_the_bar_and_the_day_that_of_the_lists(client):
    RuleParameterFactory(code="opening_year", value=2023, valid_from=date(2020, 1, 1))
    case("registered", OrganisationFactory(name="HTX Năm Ấy"), registered_on=date(2023, 3, 1))
    client.force_login(account(Role.OFFICER, "TDC"))
    client.post("/period/", {"year": "2023", "kind": "nine_months"})
    shown = client.get(reverse(PAGE))
    assert "Bảng theo dõi hỗ trợ truy xuất nguồn gốc năm 2023" in words(shown)
    assert "HTX Năm Ấy" in words(shown)
    assert "Chậm tính đến ngày 30/09/2023, không phải hôm nay." in words(shown)
    assert "Số liệu ngày 30/09/2023." in words(shown)
    assert "Số liệu ngày 31/12/2024." in words(client.get(reverse(PAGE), {"year": "2024"}))
    head = printed_head(client.get(reverse(FILE)).content)
    assert "; tình trạng ngày 30/09/2023; xuất ngày " in head


def test_a_narrowed_board_says_by_what_on_paper_and_in_its_workbook(client):
    consultant = OrganisationFactory(name="Công ty Tư Vấn")
    surveyed(OrganisationFactory(name="HTX Xa"), consultant=consultant, illustrative=["organisation"])
    shown = page(client, year="2023", consultant=str(consultant.pk))
    name = shown.wsgi_request.user.full_name
    day = f"{timezone.localdate():%d/%m/%Y}"
    [line] = tree(shown).xpath("//p[contains(@class, 'd-print-block')]")
    assert " ".join(line.text_content().split()) == (
        f"Lọc theo: Đơn vị tư vấn: Công ty Tư Vấn. Số liệu ngày {day}. Người in: {name}"
    )
    assert "Mọi trường hợp" not in words(shown)
    content = client.get(reverse(FILE), {"year": "2023", "consultant": str(consultant.pk)}).content
    assert printed_head(content) == (
        "&LBảng theo dõi hỗ trợ truy xuất nguồn gốc năm 2023; tính từ 01/01/2023 đến hết 31/12/2023, như báo cáo năm; "
        f"Trường hợp được hỗ trợ trong năm; Đơn vị tư vấn: Công ty Tư Vấn; xuất ngày {day}"
    )
    heading, value = (
        [cell.value for cell in row][-1] for row in openpyxl.load_workbook(io.BytesIO(content)).active
    )
    assert (heading, value) == ("Cột có dữ liệu minh họa", "Tổ chức, cá nhân được hỗ trợ")
    whole = page(client, year="2023")
    [line] = tree(whole).xpath("//p[contains(@class, 'd-print-block')]")
    assert line.text_content().startswith("Không lọc.")
    other = tree(page(client, year="2021", consultant=str(consultant.pk)))  # where nobody had this consultant
    chosen = other.xpath("//select[@name='consultant']/option[@selected]")
    assert [each.text_content() for each in chosen] == ["Công ty Tư Vấn"]


@pytest.mark.parametrize(
    ("role", "unit"), [(Role.OFFICER, "TDC"), (Role.OFFICER, "QLKH"), (Role.READER, "BGD")]
)
def test_the_list_of_the_cases_leads_to_the_board(client, role, unit):
    client.force_login(account(role, unit))
    links = tree(client.get(register_of(TraceabilitySupport).list_url())).xpath("//a/@href")
    assert reverse(PAGE) in links
    assert client.get(reverse(PAGE)).status_code == 200
