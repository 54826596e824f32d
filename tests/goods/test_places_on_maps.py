"""Coordinates of places: read in the spellings of people, shown on maps of what is published, and nowhere else."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.goods.models.coordinates import read_coordinates
from khcn.goods.queries.far_places import why_far_off
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.screens.record_warnings import warning_on_record
from tests.factories.goods import LocationFactory
from tests.goods.public_given import complete, made_lot, publish
from tests.goods.test_diary import of, take
from tests.kernel.png_points import png_of
from tests.trace.public_given import page, text, visitor

__all__ = ["visitor"]  # a fixture

HERE = "22.145678, 105.834512"
DIGITS = re.compile(r"22[.,]14\d|105[.,]83\d")


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
        "geo:22.145678,105.834512",
        "geo:22.145678,105.834512,310;u=35",
        "22.145678°N 105.834512°E",
        "N22.145678 E105.834512",
        "22,145678°B, 105,834512°Đ",
        "105.834512°E 22.145678°N",
        "22°08'44.4408\"N 105°50'04.2432\"E",
        "22°8′44,4408″B 105°50′4,2432″Đ",
        "22° 8.74068' N, 105° 50.07072' E",
    ],
)
def test_spellings_of_one_point(spelling):
    assert str(read_coordinates(spelling)) == HERE


@pytest.mark.parametrize(
    "spelling",
    [
        "Bằng Phúc",
        "22.145678",
        "22.14,105,83",
        "22.1N 105.8N",
        "22°61'N 105°E",
        "21.5°30'N 105°E",  # the half degree is written twice
        "21°30.5'15\"N 105°E",
        '21°N 105,5°15"E',
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


def test_swapped_values_are_refused_with_the_right_order():
    with pytest.raises(ValidationError) as refused:
        read_coordinates("105.834512, 22.145678")
    assert refused.value.messages == [f"Vĩ độ và kinh độ đã đổi chỗ cho nhau. Viết vĩ độ trước: {HERE}"]


def put_at(place, coordinates):
    with acting(SYSTEM):
        place.coordinates = coordinates
        place.full_clean()
        place.save()


@pytest.mark.django_db
def test_a_published_lot_has_a_map_that_says_about_where(visitor):
    lot = made_lot()
    entry = complete(lot)[0]
    put_at(entry.location, "22°08'44.4408\"N 105°50'04.2432\"E")
    assert entry.location.coordinates == HERE
    publish(lot)
    html = page(visitor, lot.public_path)
    drawing = re.search(r"<svg.*?</svg>", html, re.DOTALL)[0]
    assert len(drawing.encode()) <= 4 * 1024
    assert len(re.findall("<circle", drawing)) == 1
    assert f"1. {entry.location.name}" in text(html)
    assert "Vị trí gần đúng, trong khoảng 1 km" in text(html)
    assert not re.search(r"22[.,]1456|105[.,]8345", html)
    for path in (lot.item.public_path, f"/417/{lot.item.organisation.trace_parties.get().gln}"):
        assert "<circle" in page(visitor, path)


@pytest.mark.django_db
def test_the_portal_has_communes_of_what_is_published_on_a_map_and_in_a_list(visitor):
    lot, other = made_lot(), made_lot()
    entry = complete(lot)[0]
    secret = complete(other, picture=png_of((0, 0, 90), 8, 8), photo=png_of((90, 90, 0), 8, 8))[0]
    put_at(entry.location, HERE)
    put_at(secret.location, "22.5, 106.5")
    assert "<svg" not in page(visitor, "/public/")
    publish(lot)
    html = page(visitor, "/public/")
    unit = entry.location.admin_unit
    path = f"/public/?commune={unit.code}&amp;lang=vi"
    assert re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><circle', html) == [
        (path, f"1. {unit.full_name}")
    ]
    assert f'<b>1.</b> <a href="{path}">{unit.full_name}</a>' in html
    found = page(visitor, path.replace("&amp;", "&"))
    assert lot.item.full_name in text(found)
    assert "<svg" not in found


@pytest.mark.django_db
def test_a_place_far_from_the_others_of_its_commune_has_a_warning():
    one = LocationFactory(coordinates=HERE)
    near = LocationFactory(admin_unit=one.admin_unit, coordinates="22.2, 105.9")
    far = LocationFactory(admin_unit=one.admin_unit, coordinates="10.776900, 106.700900")
    elsewhere = LocationFactory(coordinates="33.5, -70.25")
    nowhere = LocationFactory(admin_unit=one.admin_unit)
    on = date(2023, 9, 14)
    assert [why_far_off(each, on) for each in (near, nowhere)] == ["", ""]
    assert warning_on_record(far, on) == (
        "Tọa độ này cách các địa điểm khác của xã, phường hoặc của tỉnh khoảng 1268 km. "
        "Đối chiếu lại với bản đồ; đúng thì để nguyên."
    )
    assert why_far_off(elsewhere, on)  # no other place is in its commune, three are in the province


@pytest.mark.django_db
def test_two_points_of_one_square_make_the_same_page(visitor):
    lot = made_lot()
    entry = complete(lot)[0]
    put_at(entry.location, HERE)
    publish(lot)
    before = page(visitor, lot.public_path)
    put_at(entry.location, "22.140001, 105.839999")
    assert page(visitor, lot.public_path) == before
    put_at(entry.location, "")
    assert "<svg" not in page(visitor, lot.public_path)


@pytest.mark.django_db
def test_coordinates_of_what_is_not_published_are_nowhere(visitor):
    lot, other = made_lot(), made_lot()
    put_at(complete(lot)[0].location, HERE)
    gln = f"/417/{lot.item.organisation.trace_parties.get().gln}"
    complete(other, picture=png_of((0, 0, 90), 8, 8), photo=png_of((90, 90, 0), 8, 8))
    publish(other)
    for path in (lot.public_path, lot.item.public_path, gln, "/public/", other.public_path):
        html = visitor.get(path, headers={"Accept": "text/html"}).content.decode()
        assert not re.search(r"<circle", html)
        assert not DIGITS.search(html)
    publish(lot)
    assert "<circle" in page(visitor, lot.public_path)
    take(lot, "withdraw-publication", of(lot.item.organisation), reason="Nhãn in sai")
    for path in (lot.public_path, lot.item.public_path, gln):
        assert "<circle" not in page(visitor, path)
