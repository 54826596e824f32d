"""Coordinates in the spellings that people write, and that telephones and maps copy: a whole pair is read, half of one never."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from khcn.goods.models import Location
from khcn.goods.models.coordinates import read_coordinates
from khcn.kernel.fields.registry import field_kind_of

HERE = "22.145678, 105.834512"
LINK = "https://www.google.com/maps"


@pytest.mark.parametrize(
    "spelling",
    [
        "22.145678, 105.834512",
        "22.145678,105.834512",
        "22.145678 105.834512",
        "22,145678 105,834512",
        "22,145678, 105,834512",
        "22,145678;105,834512",
        "  22.145678 / 105.834512 ",
        "22.145678\n105.834512",
        "22.145678, 105.834512.",
        "(22.145678, 105.834512)",
        "[22.145678, 105.834512].",
        "geo:22.145678,105.834512",
        "geo:22.145678,105.834512,310;u=35",
        "geo:22.145678,105.834512?z=17",
        "geo:0,0?q=22.145678,105.834512",
        "geo:0,0?q=22.145678,105.834512(Nương dong)",
        "geo:21.0,105.0?q=22.145678%2C105.834512",
        "22.145678°N 105.834512°E",
        "22.145678° N, 105.834512° E",
        "22.145678N105.834512E",
        "N22.145678 E105.834512",
        "N 22.145678, E 105.834512",
        "22,145678°B, 105,834512°Đ",
        "105.834512°E 22.145678°N",
        "22.145678°, 105.834512°",
        "22°08'44.4408\"N 105°50'04.2432\"E",
        "22°08'44.4408\"N105°50'04.2432\"E",
        "22°08'44.4408\"105°50'04.2432\"",
        "22°8′44,4408″B 105°50′4,2432″Đ",
        "22°08'44,4408''N 105°50'04,2432''E",
        "22°08´44,4408´´ 105°50´04,2432´´",
        "22° 8.74068' N, 105° 50.07072' E",
        "vĩ độ 22.145678, kinh độ 105.834512",
        "Vĩ độ: 22,145678; Kinh độ: 105,834512",
        "Kinh độ 105.834512, vĩ độ 22.145678",
        "vi do 22.145678 kinh do 105.834512",
        "Tọa độ: 22.145678, 105.834512",
        "Lat 22.145678 Long 105.834512",
        "Lat: 22.145678, Lng: 105.834512",
        "latitude=22.145678, longitude=105.834512",
        "22 độ 08 phút 44,4408 giây Bắc, 105 độ 50 phút 04,2432 giây Đông",
        "22°08'44,4408\" vĩ độ Bắc; 105°50'04,2432\" kinh độ Đông",
        "22 độ 08 phút 44,4408 giây, 105 độ 50 phút 04,2432 giây",
        f"{LINK}?q=22.145678,105.834512",
        f"{LINK}/@22.145678,105.834512,15z",
        f"{LINK}/search/?api=1&query=22.145678%2C105.834512",
        f"{LINK}/place/22.145678,105.834512/@22.1,105.8,17z",
        f"{LINK}/place/N%C6%B0%C6%A1ng/@22.1,105.8,17z/data=!3m1!4b1!4m6!8m2!3d22.145678!4d105.834512",
        "https://maps.google.com/?q=loc:22.145678,+105.834512",
        "https://www.openstreetmap.org/?mlat=22.145678&mlon=105.834512",
        "https://www.openstreetmap.org/#map=17/22.145678/105.834512",
    ],
)
def test_spellings_of_one_point(spelling):
    assert str(read_coordinates(spelling)) == HERE
    assert Location._meta.get_field("coordinates").clean(spelling, None) == HERE


@pytest.mark.parametrize(
    "spelling",
    [
        "Bằng Phúc",
        "22.145678",
        "22,145",
        "22, 145",
        "22,145678°N",
        "22 08 49",
        "22 08.815",
        "22°08'49\"N",
        "22°08'49N",
        "22° 08' 49",
        "22°08N",
        "N22 08.815",
        "22,08,49",
        "22,08,49,5",
        "22 độ 08 phút",
        "vĩ độ 22,145",
        "vĩ độ 22.1, 105.8",
        "vĩ độ 22.1, vĩ độ 22.2",
        "vĩ độ 22.1E, kinh độ 105.8N",
        "geo:0,0",
        "geo:22.145678",
        f"{LINK}/place/N%C6%B0%C6%A1ng",
        "https://maps.app.goo.gl/abc22.1,105.8x",
        "22.14,105,83",
        "22.1N 105.8N",
        "22°61'N 105°E",
        "21°30.5'15\"N 105°E",
        "21.5°30'N 105°E",
        "22.5°08'N 105.5°08'E",
        "1" * 61,
        "22.1 105.8 3 4",
        "<script>",
        "١٢.٣ ٤٥.٦",
        "22145678 105834512",
        "91.5, 181.2",
    ],
)
def test_what_names_no_point_is_refused(spelling):
    with pytest.raises(ValidationError):
        read_coordinates(spelling)


def test_south_and_west():
    assert str(read_coordinates("33,5°N 70,25°T")) == "-33.500000, -70.250000"
    assert str(read_coordinates("-33.5, -70.25")) == "-33.500000, -70.250000"
    assert str(read_coordinates("33,5 độ Nam, 70,25 độ Tây")) == "-33.500000, -70.250000"


def test_swapped_values_are_refused_with_the_right_order():
    with pytest.raises(ValidationError) as refused:
        read_coordinates("105.834512, 22.145678")
    assert refused.value.messages == [f"Vĩ độ và kinh độ đã đổi chỗ cho nhau. Viết vĩ độ trước: {HERE}"]


def test_a_form_takes_a_long_link_and_names_what_it_cannot_read():
    field = field_kind_of(Location._meta.get_field("coordinates")).form_field()
    long = f"{LINK}/place/{'x' * 200}/@22.145678,105.834512,17z"
    assert field.clean(long) == long
    with pytest.raises(ValidationError, match="Chưa đọc được tọa độ"):
        Location._meta.get_field("coordinates").clean("x" * 200, None)


# ----------------------------------------------------------------------------------- all spellings


def decimal(value, sign):
    return f"{value:.6f}".replace(".", sign)


def in_minutes(value, sign, degree, minute, second, space):
    """Degrees, minutes and seconds of a value, or without seconds."""
    minutes = value * 60 % 60
    whole = f"{int(value)}{degree}{space}"
    if not second:
        return f"{whole}{minutes:07.4f}".replace(".", sign) + minute
    seconds = f"{min(value * 3600 % 60, 59.999):06.3f}".replace(".", sign)
    return f"{whole}{int(minutes):02d}{minute}{space}{seconds}{second}"


@st.composite
def styles(draw):
    """How somebody writes one value: gives a function of the value and of its letters."""
    sign, space = draw(st.sampled_from(".,")), draw(st.sampled_from(["", " "]))
    degree = draw(st.sampled_from(["°", "º", " độ "]))
    minute, second = draw(
        st.sampled_from([("'", '"'), ("′", "″"), ("'", "''"), ("´", "´´"), (" phút ", " giây"), ("'", "")])
    )
    form = draw(st.sampled_from(["decimal", "degrees", "minutes"]))
    letter = draw(st.sampled_from(["", "before", "behind", "words"]))
    label = draw(st.sampled_from(["", "", "vĩ độ |kinh độ ", "Lat: |Long: ", "lat=|lng="]))

    def write(value, which):
        text = {
            "decimal": decimal(value, sign),
            "degrees": decimal(value, sign) + degree.rstrip(),
            "minutes": in_minutes(value, sign, degree, minute, second, space),
        }[form].strip()
        one = "NE"[which] if sign != "," else "BĐ"[which]
        word = (" vĩ độ Bắc", " kinh độ Đông")[which]
        text = {"before": one + space + text, "behind": text + space + one, "words": text + word}.get(
            letter, text
        )
        return (label.split("|")[which] if label else "") + text

    return write


LATITUDES = st.integers(0, 89_900_000).map(lambda each: each / 1_000_000)
LONGITUDES = st.integers(0, 179_900_000).map(lambda each: each / 1_000_000)


@given(styles(), LATITUDES, st.sampled_from([0, 1]))
def test_half_of_a_coordinate_is_never_taken(write, value, which):
    with pytest.raises(ValidationError):
        read_coordinates(write(value, which))


@given(styles(), LATITUDES, LONGITUDES, st.sampled_from([", ", "; ", " ", "\n", " / "]))
def test_a_whole_one_is_always_taken(write, latitude, longitude, between):
    point = read_coordinates(f"{write(latitude, 0)}{between}{write(longitude, 1)}")
    assert abs(float(point.latitude) - latitude) < 0.00003
    assert abs(float(point.longitude) - longitude) < 0.00003
