"""The page of a published label has its picture, certificates and photographs of steps, and the places of today; nothing unpublished does."""

import re
from datetime import date, time
from urllib.parse import quote

import pytest

from khcn.goods.models import LotEntry
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.reference.models import AdminLevel
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, ProductCertificateFactory
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory
from tests.goods.public_given import PHOTO, PICTURE, complete, made_lot, publish
from tests.goods.test_diary import enter, of, take, write
from tests.kernel.png_points import png_of
from tests.trace.public_given import page, reported, send, text, visitor
from tests.trace.rest_given import Speaker

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db


def test_a_published_lot_has_pictures_certificates_and_standards(visitor):
    lot = made_lot()
    _entry, _certificate, picture, photo = complete(lot)
    publish(lot)
    html = page(visitor, lot.public_path)
    addresses = [f"/public/pictures/{sha256}/small" for sha256 in (picture, photo)]
    assert re.findall(r'<img src="([^"]+)"', html) == addresses
    assert [visitor.get(each).content for each in addresses] == [PICTURE, PHOTO]
    shown = text(html)
    assert "Tiêu chuẩn, quy chuẩn TCCS 01:2023" in shown
    assert "VietGAP, số VG-77, Trung tâm chứng nhận: đã hết hạn ngày 31/12/2023 (cơ sở tự khai)" in shown
    asked = re.search(r'<a href="(/public/feedback/[^"]+)"', page(visitor, f"{lot.public_path}?lang=vi&x=1"))[
        1
    ]
    assert asked == f"/public/feedback/?code={quote(lot.public_path, safe='')}"
    assert html.index("Mã đúng") < html.index("<h1>") < html.index("Chứng nhận") < html.index("Hành trình")


def test_what_is_not_published_shows_none_of_it_by_no_address(visitor):
    lot = made_lot()
    _entry, _certificate, picture, photo = complete(lot)
    for path in (lot.public_path, lot.item.public_path):
        html = page(visitor, path)
        assert not re.search(r"<img|VG-77|TCCS|ld\+json", html)
    for sha256 in (picture, photo, "0" * 64):
        assert visitor.get(f"/public/pictures/{sha256}/whole").status_code == 404
    publish(lot)
    assert visitor.get(f"/public/pictures/{photo}/whole").status_code == 200
    take(lot, "withdraw-publication", of(lot.item.organisation), reason="Nhãn in sai")
    assert visitor.get(f"/public/pictures/{photo}/whole").status_code == 404
    assert "<img" not in page(visitor, lot.public_path)


def test_a_photograph_of_a_withdrawn_entry_is_gone(visitor):
    lot = made_lot()
    entry, _certificate, _picture, photo = complete(lot)
    publish(lot)
    write(lot, entry.location, "harvest", 5, of(lot.item.organisation))
    take(entry, "declare-wrong", of(lot.item.organisation), reason="Ghi nhầm")
    assert visitor.get(f"/public/pictures/{photo}/whole").status_code == 404
    assert photo not in page(visitor, lot.public_path)


def test_an_event_with_the_id_of_anothers_entry_borrows_nothing_of_it(visitor):
    lot, other = made_lot(), made_lot()
    entry, _certificate, _picture, photo = complete(lot)
    complete(other, picture=png_of((0, 0, 90), 8, 8), photo=png_of((90, 90, 0), 8, 8))
    publish(lot)
    publish(other)
    copied = reported(
        1, "ObjectEvent", 1, eventTime="2023-09-13T08:00:00.000+07:00", eventID=f"urn:uuid:{entry.event}"
    )
    thing = f"https://id.gs1.org{other.public_path}"
    stated = {
        "action": "OBSERVE",
        "bizStep": "storing",
        "quantityList": [{"epcClass": thing, "quantity": 1, "uom": "KGM"}],
    }
    send(Speaker(other.item.organisation.trace_parties.get()), copied | stated)
    html = page(visitor, other.public_path)
    assert "Lưu kho" in text(html)
    assert photo not in html
    assert text(html).count("Thu hoạch") == 1  # of its own entry
    assert photo in page(visitor, lot.public_path)


def test_a_place_is_called_as_then_and_as_today(visitor):
    then = AdminUnitFactory(
        full_name="Xã Bằng Phúc, Huyện Chợ Đồn", level=AdminLevel.COMMUNE, valid_to=date(2025, 7, 1)
    )
    now = AdminUnitFactory(
        full_name="Xã Đồng Phúc, Tỉnh Thái Nguyên", level=AdminLevel.COMMUNE, valid_from=date(2025, 7, 1)
    )
    AdminUnitSuccessionFactory(predecessor=then, successor=now, effective_on=date(2025, 7, 1))
    lot = made_lot()
    complete(lot)
    place = LocationFactory(organisation=lot.item.organisation, admin_unit=then, name="Nương Cao")
    write(lot, place, "harvest", 5, of(lot.item.organisation))
    publish(lot)
    assert "Xã Bằng Phúc, Huyện Chợ Đồn (nay là Xã Đồng Phúc, Tỉnh Thái Nguyên)" in text(
        page(visitor, lot.public_path)
    )


def test_a_commune_that_was_split_has_the_name_of_none_of_its_parts(visitor):
    end = date(2023, 7, 1)
    then = AdminUnitFactory(full_name="Xã Bằng Phúc", level=AdminLevel.COMMUNE, valid_to=end)
    for name in ("Xã Đồng Phúc", "Xã Chợ Đồn"):
        part = AdminUnitFactory(full_name=name, level=AdminLevel.COMMUNE, valid_from=end)
        AdminUnitSuccessionFactory(predecessor=then, successor=part, effective_on=end)
    lot = made_lot()
    complete(lot)
    place = LocationFactory(organisation=lot.item.organisation, admin_unit=then, name="Nương Cao")
    write(lot, place, "harvest", 5, of(lot.item.organisation))
    publish(lot)
    shown = text(page(visitor, lot.public_path))
    assert "Xã Bằng Phúc" in shown
    assert "nay là" not in shown


def test_the_address_of_a_producer_is_called_as_today_on_every_page_that_has_it(visitor):
    end = date(2023, 7, 1)
    then = AdminUnitFactory(full_name="Xã Bằng Phúc", level=AdminLevel.COMMUNE, valid_to=end)
    now = AdminUnitFactory(full_name="Xã Đồng Phúc", level=AdminLevel.COMMUNE, valid_from=end)
    AdminUnitSuccessionFactory(predecessor=then, successor=now, effective_on=end)
    lot = made_lot(organisation__admin_unit=then)
    complete(lot)
    party = lot.item.organisation.trace_parties.get()
    party.address = "Thôn Một, xã Bằng Phúc"
    with acting(SYSTEM):
        party.save()
    gln = party.gln
    unknown = f"/01/{lot.item.number}/10/CHUA-CO"
    unpublished = [page(visitor, path) for path in (lot.public_path, unknown, f"/417/{gln}")]
    publish(lot)
    published = [page(visitor, path) for path in (lot.public_path, unknown, f"/417/{gln}")]
    shown = "Thôn Một, xã Bằng Phúc, nay là Xã Đồng Phúc"
    assert [shown in text(each) for each in (*unpublished, *published)] == [True] * 6
    other = made_lot()
    complete(other)
    assert "nay là" not in text(page(visitor, f"/01/{other.item.number}/10/CHUA-CO"))


def test_a_certificate_whose_original_was_seen_is_not_edited_by_its_producer():
    certificate = ProductCertificateFactory(number="VG-1")
    producer = of(certificate.organisation)
    certificate.number = "VG-2"
    enter(certificate, producer)
    take(certificate, "check-original", an_actor(unit_code="TDC"))
    certificate.number = "VG-3"
    with pytest.raises(Refused, match="bản gốc"):
        enter(certificate, producer)
    certificate.refresh_from_db()
    assert certificate.number == "VG-2"


def test_the_page_of_a_product_is_listed_with_data_for_search_engines(visitor):
    lot = made_lot(name="Chè <Nương> Cao")
    complete(lot)
    publish(lot)
    html = page(visitor, lot.item.public_path)
    assert 'content="noindex"' not in html
    assert re.findall(r"<script[^>]*>", html) == ['<script type="application/ld+json">']
    data = re.search(r"ld\+json\">(.*?)</script>", html)[1]
    assert '"@type":"Product"' in data
    assert "<" not in data
    assert '"name":"Chè \\u003cNương> Cao' in data
    gln = lot.item.organisation.trace_parties.get().gln
    links = re.findall(r'<a href="(/(?:01|417)/[^"]+)"', html)
    assert links == [f"/417/{gln}", lot.public_path]


def test_the_page_of_a_published_lot_is_the_one_that_is_listed_for_all_its_packages(visitor):
    lot = made_lot(name="Chè Nương Cao")
    complete(lot)
    assert 'content="noindex"' in page(visitor, lot.public_path)
    publish(lot)
    own = f'<link rel="canonical" href="http://testserver{lot.public_path}">'
    for path in (lot.public_path, f"{lot.public_path}?lang=en", f"{lot.public_path}/21/MOT"):
        html = page(visitor, path)
        assert (own in html, 'content="noindex"' in html, "ld+json" in html) == (True, False, False)
    found = re.search(r'<meta name="description" content="([^"]*)">', page(visitor, lot.public_path))[1]
    assert found == "Chè Nương Cao. Mã đúng. Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi."
    product = page(visitor, lot.item.public_path)
    assert f'<link rel="canonical" href="http://testserver{lot.item.public_path}">' in product


def test_the_page_of_a_producer_has_its_published_products(visitor):
    lot, other = made_lot(name="Chè Nương Cao"), made_lot(name="Chè Chưa Công Bố")
    complete(lot)
    publish(lot)
    path = f"/417/{lot.item.organisation.trace_parties.get().gln}"
    html = page(visitor, path)
    assert f'<a href="{lot.item.public_path}">Chè Nương Cao</a>' in html
    assert "Chưa Công Bố" not in html
    assert other.item.public_path not in page(
        visitor, f"/417/{lot.item.organisation.trace_parties.get().gln}"
    )


def become(entry, kind):
    """The entry as one of another kind."""
    entry.kind = kind
    entry.into = entry.lot if kind == "use" else None
    entry.receiver = entry.lot.item.organisation
    with acting(SYSTEM):
        entry.save()


@pytest.mark.parametrize(
    ("kind", "is_public"),
    [
        ("work", True),
        ("check", True),
        ("use", True),
        ("destroy", True),
        ("ship", False),
        ("receive", False),
        ("sell", False),
    ],
)
def test_photographs_of_trade_are_not_public(visitor, kind, is_public):
    lot = made_lot()
    entry, _certificate, _picture, photo = complete(lot)
    publish(lot)
    assert photo in page(visitor, lot.public_path)
    become(entry, kind)
    assert (photo in page(visitor, lot.public_path)) is is_public
    assert photo in visitor.get(f"{lot.public_path}?form=passport").text or not is_public
    for size in ("small", "whole"):
        shown = visitor.get(f"/public/pictures/{photo}/{size}").status_code
        assert shown == (200 if is_public else 404)


def test_an_entry_says_whether_its_photographs_will_be_public(client, tenant_of):
    lot = made_lot()
    entry = complete(lot)[0]
    client.force_login(tenant_of(lot.item.organisation))
    address = register_of(LotEntry).detail_url(entry.pk)
    assert "sẽ hiện công khai trên trang tra cứu khi lô đã công bố" in client.get(address).text
    become(entry, "sell")
    assert "không hiện công khai" in client.get(address).text


def test_a_step_without_an_hour_shows_its_day_alone(visitor):
    lot = made_lot()
    entry = complete(lot)[0]
    actor = of(lot.item.organisation)
    write(lot, entry.location, "work", None, actor, day=date(2022, 5, 11), done_at=time(12))
    publish(lot)
    shown = text(page(visitor, lot.public_path))
    assert "10/05/2022, " not in shown
    assert "Thu hoạch, làm ra 10/05/2022" in shown
    assert "11/05/2022, 12:00" in shown
    assert "2022-05-10, " not in text(page(visitor, f"{lot.public_path}?lang=en"))
