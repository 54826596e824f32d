"""A new version of a rule ends the one before it, on every channel; of rows that overlap the youngest counts everywhere."""

from datetime import date

import pytest
from django.utils import timezone

from khcn.councils.models import CouncilRole
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.law_source import law_source
from khcn.kernel.indicators import PeriodKind
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.models import Batch
from khcn.kernel.registers.writing import ValidationContext
from khcn.reference.models import CodeListItem, RegimeWindow, RuleParameter
from khcn.reference.operations import enter_shipped_rules
from khcn.reference.queries import window_of
from khcn.science.operations.extensions import MONTHS, _limit
from khcn.science.operations.meeting_quorum import QUORUM, why_no_quorum
from khcn.web.reporting import opening_choice
from tests.factories.councils import CouncilMeetingFactory, CouncilMemberFactory
from tests.factories.reference import (
    CodeListItemFactory,
    RegimeWindowFactory,
    ReportingRegimeFactory,
    RuleParameterFactory,
)
from tests.kernel.intake_sample import book_of
from tests.web.conftest import form_values, tree, words
from tests.web.test_rule_coverage import CODE, OFFICE, PLACE, edited, imported, patched

OLD, NEW, LAST = date(2014, 1, 1), date(2026, 6, 1), date(2027, 1, 1)


@pytest.fixture
def rule(db):
    enter_shipped_rules(actor=SYSTEM)
    return RuleParameter.objects.get(code=CODE)


@pytest.fixture
def office(sign_in):
    return sign_in(Role.OFFICE, "VP")


def by_form(client, values):
    shown = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for name, value in values.items()
    }
    address = f"{PLACE}new/"
    answer = client.post(
        address, {**form_values(tree(client.get(address))), **shown, "not_the_same": "1"}, follow=True
    )
    return words(answer)


def by_api(client, values):
    answer = client.post(f"/api{PLACE}?not_the_same=1", values, content_type="application/json")
    return "" if answer.status_code == 201 else str(answer.json())


def by_file(_client, values):
    shown = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for name, value in values.items()
    }
    return " ".join(imported({**shown, "value": str(values["value"]), "unit": "tháng"}))


WAYS = pytest.mark.parametrize("enter", [by_form, by_api, by_file], ids=lambda way: way.__name__)


def version(start, end=None, value=12):
    days = {"valid_from": start, **({"valid_to": end} if end else {})}
    return {"code": CODE, "label": "Kiểm tra định kỳ", "value": value, "unit": "month", **days}


def spans(code=CODE):
    return list(
        RuleParameter.objects.filter(code=code).order_by("valid_from").values_list("valid_from", "valid_to")
    )


def ends(rule):
    since = f"có hiệu lực từ ngày {rule.valid_from:%d/%m/%Y}"
    return f"Nay tham số quy định “{rule.label}” {since} hết hiệu lực từ ngày 01/06/2026."


@WAYS
def test_a_new_version_ends_the_one_before_it(office, rule, enter):
    shown = enter(office, version(NEW))
    assert spans() == [(rule.valid_from, NEW), (NEW, None)]
    if enter is by_form:
        assert ends(rule) in shown


@WAYS
def test_an_overlap_that_no_end_of_the_old_one_mends_is_refused_with_what_to_do(office, rule, enter):
    inside = enter(office, version(NEW, LAST))
    assert "sau ngày 01/01/2027 không rõ áp dụng dòng nào. Hãy để trống ngày hết hiệu lực" in inside
    enter(office, version(LAST))
    late = enter(office, version(NEW))
    assert "Hãy gõ ngày hết hiệu lực là ngày 01/01/2027" in late
    assert spans() == [(rule.valid_from, LAST), (LAST, None)]
    enter(office, version(NEW, LAST))
    assert spans() == [(rule.valid_from, NEW), (NEW, LAST), (LAST, None)]


def test_the_border_of_two_versions_moves_and_vanishes_with_the_later_one(office, rule):
    by_form(office, version(NEW))
    later = RuleParameter.objects.get(code=CODE, valid_from=NEW)
    assert edited(office, later, valid_from="1/1/2027") == ""
    assert spans() == [(rule.valid_from, LAST), (LAST, None)]
    assert patched(office, later, valid_from="2026-06-01") == ""
    assert spans() == [(rule.valid_from, NEW), (NEW, None)]
    assert edited(office, later, value="13", label="Chữ khác") == ""
    assert spans() == [(rule.valid_from, NEW), (NEW, None)]
    assert office.delete(f"/api{PLACE}{later.pk}/", headers={"If-Match": "*"}).status_code == 204
    assert spans() == [(rule.valid_from, None)]


def test_the_preview_of_a_file_names_the_version_that_ends(rule):
    row = {**version(NEW), "valid_from": "1/6/2026", "value": "12", "unit": "tháng"}
    words = {"actor": OFFICE, "on": timezone.localdate()}
    batch = intake.upload(content=book_of(RuleParameter, [row]), name="tep.xlsx", **words)
    (planned,) = intake.preview(batch=batch, **words).sheets[0].rows
    assert planned.effects == (ends(rule),)


def test_undoing_the_file_that_brought_the_version_gives_the_old_one_back(rule):
    assert by_file(None, version(NEW)) == ""
    intake.undo_import(batch=Batch.objects.latest("pk"), actor=OFFICE, on=timezone.localdate())
    assert spans() == [(rule.valid_from, None)]


def test_windows_and_code_lists_do_the_same(office):
    window, item = RegimeWindowFactory(kind="half"), CodeListItemFactory()
    for place, row in (("regime-windows", window), ("code-list-items", item)):
        at = f"/api/reference/{place}/"
        values = office.get(f"{at}{row.pk}/").json()["fields"]
        sent = {name: value for name, value in values.items() if value not in (None, "")}
        answer = office.post(
            f"{at}?not_the_same=1", {**sent, "valid_from": "2026-06-01"}, content_type="application/json"
        )
        assert answer.status_code == 201, answer.json()
        row.refresh_from_db()
        assert row.valid_to == NEW
    assert (RegimeWindow.objects.count(), CodeListItem.objects.count()) == (2, 2)


# ---------------------------------------------------------------------- rows that overlap, stored before


def overlapping(code, old, new, **values):
    """The younger is stored first: no order of rows may decide."""
    RuleParameterFactory(code=code, value=new, valid_from=NEW, **values)
    RuleParameterFactory(code=code, value=old, valid_from=OLD, **values)


def test_everybody_takes_the_youngest_version(db):
    overlapping(MONTHS, 12, 24, unit="month")
    overlapping(CODE, 6, 12, unit="month")
    overlapping("opening_year", 2022, 2023, unit="other")
    context = ValidationContext(OFFICE, LAST)
    assert [_limit(MONTHS, day, context.seen).value for day in (OLD, NEW)] == [12, 24]
    law = law_source().law([CODE])
    assert [law.rule(CODE, day).term.amount for day in (OLD, NEW)] == [6, 12]
    assert [opening_choice(day).year for day in (OLD, NEW)] == [2022, 2023]
    overlapping(QUORUM, 50, 90, unit="percent")
    meeting = CouncilMeetingFactory(held_on=NEW, members_total=6, members_present=4)
    seats = [
        CouncilMemberFactory(council=meeting.council, role=role)
        for role in [CouncilRole.CHAIR] + [CouncilRole.MEMBER] * 5
    ]
    assert "quy định cần ít nhất 6" in why_no_quorum(meeting, seats)


def test_a_regime_with_overlapping_windows_has_one_of_each_period(office):
    regime = ReportingRegimeFactory(code="ND-09-2019")
    half = {"regime": regime, "kind": "half", "starts_year_before": False, "start_day": 1, "start_month": 1}
    new = RegimeWindowFactory(valid_from=date(2023, 1, 1), end_day=30, end_month=6, **half)
    old = RegimeWindowFactory(valid_from=date(2019, 1, 1), end_day=14, end_month=6, **half)
    for year, window in ((2022, old), (2023, new), (2024, new)):
        assert regime.period(PeriodKind.HALF, year) == window.period(year)
        assert regime.windows_on(date(year, 6, 30)) == [window]
        asked = {"kind": PeriodKind.HALF, "number": 1, "on": date(year, 6, 30)}
        assert window_of(**asked) == window
