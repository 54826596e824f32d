"""Instants with any fraction: equality, order, rounding, and what is no time."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.epcis import ConversionError, EpcisError, Time
from khcn.epcis.times import is_date_time

moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
offsets = st.integers(-14 * 60, 14 * 60)


def written(moment, offset, fraction=""):
    local = moment.replace(microsecond=0) + timedelta(minutes=offset)
    hours, minutes = divmod(abs(offset), 60)
    zone = f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"
    return local.replace(tzinfo=None).isoformat() + (f".{fraction}" if fraction else "") + zone


@given(moments, offsets, offsets)
def test_one_instant_in_two_zones_is_equal(moment, one, other):
    first, second = Time(written(moment, one)), Time(written(moment, other))
    assert first == second
    assert hash(first) == hash(second)
    assert first.to_datetime() == moment.replace(microsecond=0)


@given(moments, moments, st.text("0123456789", max_size=9), st.text("0123456789", max_size=9))
def test_order_is_that_of_the_instants(one, other, fraction, second_fraction):
    first, second = Time(written(one, 0, fraction)), Time(written(other, 7 * 60, second_fraction))
    exact = [
        (moment.replace(microsecond=0), int((digits or "0").ljust(9, "0")))
        for moment, digits in ((one, fraction), (other, second_fraction))
    ]
    assert (first < second, first == second) == (exact[0] < exact[1], exact[0] == exact[1])


@given(moments, st.integers(0, 999_999))
def test_milliseconds_are_within_half_of_one(moment, micro):
    exact = moment.replace(microsecond=micro)
    rounded = datetime.fromisoformat(Time(written(moment, 0, f"{micro:06}")).to_milliseconds())
    assert abs(rounded - exact) <= timedelta(microseconds=500)


@given(moments, offsets, st.text("0123456789", max_size=30))
def test_text_survives(moment, offset, fraction):
    text = written(moment, offset, fraction)
    time = Time(text)
    assert str(time) == text
    assert is_date_time(text)
    assert pickle.loads(pickle.dumps(time)) == time


@given(st.text("0123456789-:+.TZtz ", max_size=40))
def test_what_the_schema_takes_can_be_read(text):
    if is_date_time(text):
        assert Time(text).to_milliseconds().endswith("Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm nay",
        "2026-10-09",
        "2026-02-30T00:00:00Z",
        "2026-10-09T24:00:00Z",
        "2026-10-09T08:60:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time(text):
    assert not is_date_time(text)
    with pytest.raises(EpcisError):
        Time(text)


def test_a_leap_second_is_the_second_after_it():
    assert Time("2016-12-31T23:59:60Z") == Time("2017-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0001-01-01T00:00:00+07:00", "0000-12-31T17:00:00.000Z"),
        ("9999-12-31T23:59:59.9999Z", "10000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-00:01", "10000-01-01T00:00:59.000Z"),
        ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"),
        ("0400-12-31T23:59:59Z", "0400-12-31T23:59:59.000Z"),
        ("0401-01-01T00:00:00Z", "0401-01-01T00:00:00.000Z"),
    ],
)
def test_instants_at_the_edge_of_the_calendar(text, milliseconds):
    assert Time(text).to_milliseconds() == milliseconds


def test_times_do_not_change():
    time = Time("2026-10-09T08:30:00+07:00")
    with pytest.raises(AttributeError):
        time.seconds = 0
    with pytest.raises(AttributeError):
        del time.text


@pytest.mark.parametrize(
    ("text", "written_in_xml"),
    [
        ("2026-10-08T08:00:00.50+07:00", "2026-10-08T08:00:00.50+07:00"),
        ("2026-10-08t08:00:00z", "2026-10-08T08:00:00Z"),
        ("2026-10-08T08:00:00-14:00", "2026-10-08T08:00:00-14:00"),
        ("2026-10-08T08:00:00+14:01", "2026-10-07T17:59:00Z"),
        ("2026-10-08T08:00:00.1234567+15:30", "2026-10-07T16:30:00.1234567Z"),
        ("2026-10-08T23:59:60.25Z", "2026-10-09T00:00:00.25Z"),
        ("2026-12-31T16:59:60-07:00", "2027-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00-23:59", "0001-01-01T23:59:00Z"),
    ],
)
def test_in_xml_a_time_is_an_xsd_date_time_of_the_same_instant(text, written_in_xml):
    assert (Time(text).to_xml(), Time(written_in_xml)) == (written_in_xml, Time(text))


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:60Z", "9999-12-31T20:00:00-15:30", "0001-01-01T00:00:00+15:30"]
)
def test_an_instant_outside_of_the_years_has_no_form_in_xml(text):
    with pytest.raises(ConversionError):
        Time(text).to_xml()
