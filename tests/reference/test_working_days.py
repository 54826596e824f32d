"""The table of days off: pre-filled by a library, kept by people, counted with."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.calendar.terms import Term, TermUnit, end_of_term
from khcn.reference import operations
from khcn.reference.models import DayKind, WorkingDayException
from khcn.reference.operations import PrefillRefused, PrefillResult, prefill_year
from khcn.reference.queries import LawOnRecord, working_calendar
from tests.factories.base import an_actor
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory, WorkingDayExceptionFactory

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP", label="Trần Văn Phòng")


def test_prefilling_writes_the_year_once_under_the_actor():
    done = prefill_year(year=2023, actor=OFFICE)
    rows = WorkingDayException.objects.of_year(2023)
    assert rows.count() == len(done.created) > 10
    assert (done.corrected, done.unchanged, done.unknown) == ((), (), ())
    entries = ChangeEntry.objects.filter(model="reference.workingdayexception")
    assert {(entry.action, entry.actor_label) for entry in entries} == {("create", "Trần Văn Phòng")}
    assert prefill_year(year=2023, actor=SYSTEM) == PrefillResult()
    assert entries.count() == len(done.created)


def test_days_of_2023_are_as_announced():
    prefill_year(year=2023, actor=SYSTEM)
    calendar = working_calendar()
    off = [
        date(2023, 1, 2),
        date(2023, 1, 20),
        date(2023, 1, 26),
        date(2023, 5, 3),
        date(2023, 9, 1),
        date(2023, 9, 4),
    ]
    worked = [
        date(2023, 1, 3),
        date(2023, 1, 19),
        date(2023, 1, 27),
        date(2023, 5, 4),
        date(2023, 8, 31),
        date(2023, 9, 5),
    ]
    assert [calendar.is_working_day(day) for day in off] == [False] * len(off)
    assert [calendar.is_working_day(day) for day in worked] == [True] * len(worked)
    # Complete dossier of Thursday 31/8/2023, ten working days: Monday 18/9/2023.
    term = end_of_term(date(2023, 8, 31), Term(10, TermUnit.WORKING_DAY), calendar=calendar)
    assert (term.due_on, term.provisional) == (date(2023, 9, 18), ())
    assert [calendar.is_announced(year) for year in (2023, 2024)] == [True, False]


def test_rows_of_people_are_never_touched():
    prefill_year(year=2023, actor=SYSTEM)
    changed = WorkingDayException.objects.get(on=date(2023, 9, 1))
    gone = WorkingDayException.objects.get(on=date(2023, 9, 4))
    with operations.acting(OFFICE):
        changed.kind, changed.source = DayKind.WORKING, "Công văn của UBND tỉnh"
        changed.save()
        gone.delete()
    own = WorkingDayExceptionFactory(on=date(2023, 6, 5), kind=DayKind.HOLIDAY, name="Ngày nghỉ riêng")
    done = prefill_year(year=2023, actor=SYSTEM)
    assert done == PrefillResult(created=(date(2023, 9, 4),), unchanged=(date(2023, 9, 1),))
    changed.refresh_from_db()
    own.refresh_from_db()
    assert (changed.kind, own.name) == (DayKind.WORKING, "Ngày nghỉ riêng")
    assert working_calendar().is_working_day(date(2023, 9, 1))


def test_an_earlier_prefill_is_brought_up_to_date(monkeypatch):
    monkeypatch.setattr(
        operations,
        "_library_days",
        lambda year: [(date(year, 2, 1), DayKind.HOLIDAY, "Tết"), (date(year, 2, 2), DayKind.HOLIDAY, "Tết")],
    )
    prefill_year(year=2023, actor=SYSTEM)
    monkeypatch.setattr(
        operations, "_library_days", lambda year: [(date(year, 2, 1), DayKind.HOLIDAY, "Tết Nguyên đán")]
    )
    done = prefill_year(year=2023, actor=SYSTEM)
    assert done == PrefillResult(corrected=(date(2023, 2, 1),), unknown=(date(2023, 2, 2),))
    assert WorkingDayException.objects.get(on=date(2023, 2, 1)).name == "Tết Nguyên đán"


@pytest.mark.parametrize("year", [1989, 2101])
def test_years_the_library_does_not_know_are_refused(year):
    with pytest.raises(PrefillRefused, match="từ năm 1990 đến 2100"):
        prefill_year(year=year, actor=SYSTEM)
    assert not WorkingDayException.objects.exists()


def test_a_units_own_calendar_lies_over_the_shared_one():
    day = date(2023, 6, 3)  # a Saturday
    WorkingDayExceptionFactory(on=date(2023, 1, 2))
    WorkingDayExceptionFactory(on=day, calendar="trung-tam", kind=DayKind.WORKING)
    assert working_calendar("trung-tam").is_working_day(day)
    assert not working_calendar().is_working_day(day)
    assert not working_calendar("trung-tam").is_working_day(date(2023, 1, 2))


def test_rules_are_those_of_the_day_with_their_basis():
    old, new = LegalDocumentFactory(), LegalDocumentFactory()
    RuleParameterFactory(code="a", value=7, valid_to=date(2023, 7, 1), legal_document=old)
    RuleParameterFactory(code="a", value=10, valid_from=date(2023, 7, 1), legal_document=new)
    RuleParameterFactory(code="b", value=1)
    law = LawOnRecord().law(["a", "c"])
    for on, value, document in ((date(2023, 6, 30), 7, old), (date(2023, 7, 1), 10, new)):
        found = law.rule("a", on)
        assert (found.term, found.basis) == (Term(value, TermUnit.DAY), str(document))
    assert [law.rule(code, date(2023, 7, 1)) for code in "bc"] == [None, None]
    assert law.rule("a", date(2000, 1, 1)) is None
