"""Periods, measures and the registry of figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.indicators import (
    Basis,
    CountedFigure,
    Indicator,
    IndicatorRegistry,
    Measure,
    Period,
    PeriodKind,
)
from khcn.kernel.indicators.registry import DuplicateIndicatorError, UnknownIndicatorError
from khcn.science.models import PilotModel
from tests.factories.science import PilotModelFactory

PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023, PeriodKind.NINE_MONTHS)
AREA = Indicator(
    "T-2",
    "Diện tích",
    lambda period: PilotModel.objects.filter(period.covers("urged_on")),
    "ha",
    measure=Measure("area_ha"),
    line=lambda model: model.name,
    figure_ids=("F900", "F901"),
)
NUMBER = Indicator(
    "T-1", "Số mô hình", lambda period: PilotModel.objects.filter(period.covers("urged_on")), "mô hình"
)


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)))
def test_a_period_holds_its_first_day_and_not_its_end(day):
    assert (day in PERIOD) == (PERIOD.start <= day <= PERIOD.last_day)
    assert PERIOD.last_day + timedelta(days=1) == PERIOD.end


@pytest.mark.parametrize("end", [date(2022, 12, 15), date(2022, 12, 14)])
def test_an_empty_or_reversed_period_is_refused(end):
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2022, 12, 15), end, 2023)


def test_every_kind_of_period_has_a_name():
    assert [str(kind.label) for kind in PeriodKind] == ["Tháng", "Quý", "6 tháng", "9 tháng", "Năm"]


@pytest.mark.django_db
def test_condition_and_containment_agree_on_the_edges():
    days = [PERIOD.start - timedelta(days=1), PERIOD.start, PERIOD.last_day, PERIOD.end]
    made = {PilotModelFactory(urged_on=day).pk: day for day in days}
    made[PilotModelFactory(urged_on=None).pk] = None
    found = set(PilotModel.objects.filter(PERIOD.covers("urged_on")).values_list("pk", flat=True))
    assert found == {key for key, day in made.items() if day is not None and day in PERIOD}


@pytest.mark.django_db
def test_count_and_sum_say_the_same_from_database_and_list():
    for area in (10, Decimal("2.50"), None):
        PilotModelFactory(area_ha=area)
    PilotModelFactory(area_ha=99, urged_on=PERIOD.end)
    assert NUMBER.value(PERIOD) == NUMBER.counted(PERIOD).value == 3
    assert AREA.value(PERIOD) == AREA.counted(PERIOD).value == Decimal("12.5")
    assert len(AREA.counted(PERIOD).lines) == 3
    empty = Period(date(2000, 1, 1), date(2001, 1, 1), 2000)
    assert AREA.value(empty) == AREA.counted(empty).value == 0
    assert AREA.counted(empty) == CountedFigure(0, (), ())


@pytest.mark.django_db
def test_records_are_printed_in_the_order_of_entry_unless_the_figure_orders_them():
    names = ["Chè", "Ấp", "Bí"]
    for name in names:
        PilotModelFactory(name=name)
    assert AREA.counted(PERIOD).lines == tuple(names)
    ordered = Indicator(
        "T-3",
        "Số",
        lambda period: PilotModel.objects.order_by("-pk"),
        "mô hình",
        line=lambda model: model.name,
    )
    assert ordered.counted(PERIOD).lines == tuple(reversed(names))


def test_model_is_known_without_asking_the_database():
    assert AREA.model is PilotModel


def test_registry_finds_by_code_and_refuses_doubles():
    book = IndicatorRegistry()
    book.add(AREA)
    book.add(NUMBER)
    book.add(NUMBER)
    assert [each.code for each in book] == ["T-1", "T-2"]
    assert (len(book), "T-1" in book, "T-9" in book) == (2, True, False)
    assert book["T-2"] is AREA
    with pytest.raises(UnknownIndicatorError, match="T-9"):
        book["T-9"]
    with pytest.raises(DuplicateIndicatorError, match="T-1"):
        book.add(Indicator("T-1", "Khác", NUMBER.records, "mô hình"))
    assert book["T-1"] is NUMBER


def test_a_figure_counts_events_unless_it_says_otherwise():
    assert (NUMBER.basis, NUMBER.measure, NUMBER.table, NUMBER.must_say) == (Basis.FLOW, Measure(), (), None)
