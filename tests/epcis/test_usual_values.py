"""What is read quickly because it is usual has the same answer as what is read by every rule."""

from hypothesis import example, given
from hypothesis import strategies as st

from khcn.epcis import EpcisError, Time
from khcn.epcis.rules import events, value_checks
from khcn.epcis.times import is_date_time

TEXTS = (
    st.sampled_from(
        [
            "ADD",
            "shipping",
            "po",
            "KGM",
            "+07:00",
            "2.0",
            "urn:epc:id:sgtin:9521234.022031.1",
            "https://id.gs1.org/01/1",
        ]
    )
    | st.from_regex(r"(urn:[a-z]|https?://[a-z.]{0,5}/?)[a-zA-Z0-9%\[\]@:/# é]{0,9}", fullmatch=True)
    | st.text(max_size=8)
)
NUMBERS = st.integers(0, 99).map("{:02}".format)
TIMES = st.builds(
    "{}-{}-{}{}{}:{}:{}{}{}".format,
    st.sampled_from(["0000", "0001", "1969", "1970", "2023", "2024", "9999"]),
    NUMBERS,
    NUMBERS,
    st.sampled_from("TTTt "),
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.sampled_from(["", ".", ".0", ".5", ".1234567890"]),
    st.sampled_from(["Z", "z", "", "+07:00", "-00:00", "+23:59", "+24:00", "+05:75", "-14:00"]),
)


@given(TEXTS)
def test_a_text_that_is_accepted_at_once_has_no_fault(text):
    assert events.OFFSET in value_checks._ACCEPTS
    for check, accepts in value_checks._ACCEPTS.items():
        if accepts(text):
            found = []
            check(text, "", found)
            assert found == []


@given(TIMES)
@example("2024-02-29T23:59:59.5+07:00")
@example("2023-02-29T00:00:00Z")
@example("2016-12-31T23:59:60Z")
@example("9999-12-31T23:59:59-23:59")
def test_a_usual_time_is_read_as_any_other(text):
    other = text.replace("T", "t", 1)  # the same instant, in a form that is not the usual one
    assert is_date_time(text) == is_date_time(other)
    assert parts(text) == parts(other)


def parts(text):
    try:
        found = Time(text)
    except EpcisError:
        return None
    return found.seconds, found.fraction
