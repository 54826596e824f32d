"""A lot is published when it has the ten elements of Circular 02/2024; until then its label says so and shows no journey."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from khcn.epcis.ids.check import check_digit
from khcn.goods.models import Location, TradeItem
from khcn.goods.rules import check_gtin, internal_gtin
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.reference.models import AdminLevel
from khcn.trace.queries.page_notices import Notice
from tests.factories.goods import LocationFactory, LotFactory, ProductGroupFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.factories.reference import AdminUnitFactory
from tests.goods.test_diary import MADE, TODAY, of, page_of, take, write
from tests.kernel.png_points import png_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    item = TradeItemFactory(
        organisation__address="Xã Bằng Phúc", brand="Minh Họa", standards="TCCS 01", is_without_expiry=True
    )
    return LotFactory(item=item, made_on=MADE)


def complete(lot):
    actor = of(lot.item.organisation)
    write(lot, LocationFactory(organisation=lot.item.organisation), "harvest", 10, actor)
    with acting(SYSTEM):
        attach(
            record=lot.item,
            content=png_of((0, 90, 40), 8, 8),
            name="che.png",
            actor=SYSTEM,
            at=datetime(2023, 9, 14, 5, tzinfo=UTC),
        )
    return actor


def test_what_is_missing_is_named_and_withheld(lot):
    actor = of(lot.item.organisation)
    with pytest.raises(Refused, match=r"Còn thiếu 2 trong 10 .*: 2\. Hình ảnh sản phẩm; 5\. Các công đoạn"):
        take(lot, "publish", actor)
    place = LocationFactory(organisation=lot.item.organisation)
    for kind in ("work", "check"):  # by these there are no goods: the page would warn of the label
        write(lot, place, kind, 60, actor)
    with pytest.raises(Refused, match=r"5\. Các công đoạn: .* \(chưa ghi: thu hoạch hoặc chế biến ra lô này"):
        take(lot, "publish", actor)
    complete(lot)
    page = page_of(lot)
    assert (page.notices, page.steps, page.name) == ((Notice.UNPUBLISHED,), (), lot.item.name)


def page_in_words(client, lot):
    return re.sub(r"<[^>]+>|\s+", " ", client.get(lot.public_path).content.decode())


def test_days_and_brand_on_a_page_are_those_of_now(lot, client):
    """A harvest says what was known then; the meter, the label and the page say what the producer has corrected since."""
    actor = complete(lot)
    take(lot, "publish", actor)
    assert "Đã hết hạn sử dụng" not in page_in_words(client, lot)
    lot.expires_on = date(2022, 12, 31)
    lot.item.brand = "Thương hiệu sửa sau"
    with acting(SYSTEM):
        lot.item.is_without_expiry = False
        lot.item.save()
        lot.save()
    page = page_in_words(client, lot)
    assert "Đã hết hạn sử dụng" in page
    assert "31/12/2022" in page
    assert "Thương hiệu sửa sau" in page


def test_a_code_of_another_party_is_not_entered_withheld_or_shown(lot, client):
    """Who types the code of another producer neither hides its page nor puts pictures and words on it."""
    actor = complete(lot)
    take(lot, "publish", actor)
    maker = ProducerFactory().trace_parties.get()
    with acting(SYSTEM):
        maker.confirmed_codes = lot.item.gtin
        maker.save()
        lot.item.standards = "Tiêu chuẩn của người lạ"
        lot.item.save()
    assert "Tiêu chuẩn của người lạ" not in page_in_words(client, lot)
    take(lot, "withdraw-publication", actor, reason="Thử")
    assert "Chưa công bố" not in page_in_words(client, lot)
    copied = TradeItemFactory.build(
        organisation=lot.item.organisation, group=lot.item.group, gtin=lot.item.gtin, name="Hàng nhái"
    )
    with pytest.raises(Refused, match="Sở đã xác nhận mã này là của cơ sở khác"):
        save_row(register_of(TradeItem), copied, actor=actor, on=TODAY)


def test_the_gln_of_another_party_is_no_number_of_a_place():
    """Else public pages would name it as who did what others did."""
    other, owner = (ProducerFactory().trace_parties.get() for _each in range(2))
    with acting(SYSTEM):
        other.confirmed_codes = "8938501"
        other.save()
    actor, made = of(owner.organisation), {"organisation": owner.organisation, "since_on": MADE}
    unit = AdminUnitFactory(level=AdminLevel.COMMUNE)
    prefixed = "893850100012" + check_digit("893850100012")
    for gln in (other.gln, prefixed):
        place = LocationFactory.build(gln=gln, admin_unit=unit, **made)
        with pytest.raises(Refused, match="Mã GLN này là của cơ sở khác"):
            save_row(register_of(Location), place, actor=actor, on=TODAY)
    for gln in (owner.gln, "8930000000015", ""):
        save_row(
            register_of(Location),
            LocationFactory.build(gln=gln, admin_unit=unit, **made),
            actor=actor,
            on=TODAY,
        )
    assert Location.objects.filter(organisation=owner.organisation).count() == 3


def test_numbers_of_the_program_are_not_chosen_by_producers():
    """A high one would leave none to give to this producer, or to another one."""
    party = ProducerFactory().trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = "29060002"
        party.save()
    group, maker = ProductGroupFactory(), of(party.organisation)
    for number in (29999, 9999, 159999):
        typed = TradeItemFactory.build(
            organisation=party.organisation, group=group, gtin=internal_gtin("06", number), name="Hàng"
        )
        with pytest.raises(Refused, match="Mã bắt đầu bằng 2906 là mã nội bộ do hệ thống cấp"):
            save_row(register_of(TradeItem), typed, actor=maker, on=TODAY)
    without = TradeItemFactory.build(organisation=party.organisation, group=group, gtin=None, name="Hàng")
    save_row(register_of(TradeItem), without, actor=maker, on=TODAY)
    assert without.gtin == internal_gtin("06", 20001)


@pytest.mark.parametrize(
    "number", ["2012345678903", "0400000000015", "9900000000004", "00000000", "02012345678903", "20000004"]
)
def test_numbers_that_are_no_gtin_are_not_entered_as_one(number):
    maker = ProducerFactory()
    organisation = maker.trace_parties.get().organisation
    typed = TradeItemFactory.build(
        organisation=organisation, group=ProductGroupFactory(), gtin=number, name="Hàng"
    )
    check_gtin(number)
    with pytest.raises(Refused, match="không phải GTIN do GS1 cấp cho hàng hóa"):
        save_row(register_of(TradeItem), typed, actor=of(organisation), on=TODAY)


def test_received_goods_are_published_by_who_made_them():
    lot = LotFactory(source_path="/01/09520000000011/10/A1")
    with pytest.raises(Refused, match="do bên làm ra công bố"):
        take(lot, "publish", of(lot.item.organisation))


def test_a_complete_lot_is_published_and_taken_back(lot):
    actor = complete(lot)
    take(lot, "publish", actor)
    assert lot.published_on == TODAY
    page = page_of(lot)
    assert (page.notices, len(page.steps)) == ((), 1)
    with pytest.raises(Refused, match="Lô đã công bố ngày 14/09/2023"):
        take(lot, "publish", actor)
    take(lot, "withdraw-publication", actor, reason="Nhãn in sai")
    page = page_of(lot)
    assert (page.notices, page.steps) == ((Notice.UNPUBLISHED,), ())


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"brand": ""}, "8. Thương hiệu"),
        ({"is_without_expiry": False}, "9. Hạn sử dụng"),
        ({"standards": ""}, "10. Tiêu chuẩn, quy chuẩn áp dụng"),
    ],
)
def test_each_element_that_is_emptied_is_missing(lot, change, missing):
    complete(lot)
    for name, value in change.items():
        setattr(lot.item, name, value)
    assert [f"{each.number}. {each.title}" for each in lot.elements if not each.counts] == [missing]
    lot.item.is_without_brand = lot.item.is_without_expiry = True
    assert ["10"] * (missing[0] == "1") == [str(each.number) for each in lot.elements if not each.counts]


def test_the_page_of_a_lot_says_what_is_missing_and_where_it_is_entered(client, tenant_of, lot):
    client.force_login(tenant_of(lot.item.organisation))
    shown = client.get(register_of(type(lot)).detail_url(lot.pk)).content.decode()
    assert "Mức sẵn sàng 8/10" in shown
    assert f'<a href="{register_of(type(lot.item)).detail_url(lot.item.pk)}">Hình ảnh sản phẩm</a>' in shown


def test_a_page_that_is_not_published_tells_nothing_of_the_journey(client, lot):
    actor = complete(lot)
    shown = client.get(lot.public_path, headers={"accept": "text/html"}).content.decode()
    assert "Cơ sở sản xuất chưa công bố lô này" in shown
    assert "Xưởng số" not in shown
    take(lot, "publish", actor)
    shown = client.get(lot.public_path, headers={"accept": "text/html"}).content.decode()
    assert "Xưởng số" in shown
    assert "chưa công bố" not in shown
    assert "không bị thu hồi" not in shown  # nobody is confirmed for the code yet
    party = lot.item.organisation.trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = lot.item.number
        party.save()
    shown = client.get(lot.public_path, headers={"accept": "text/html"}).content.decode()
    assert (
        '<div class="note good"><strong>Mã đúng</strong> Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi.</div>'
        in shown
    )


def test_the_home_page_of_a_producer_has_what_is_its_own_and_what_it_may_enter(client, tenant_of, lot):
    client.force_login(tenant_of(lot.item.organisation))
    shown = client.get(reverse("home")).content.decode()
    named = re.findall(r'class="tile" href="([^"]+)"', shown)
    assert {"/goods/lots/", "/goods/diary/", "/goods/label-prints/", "/trace/trace-parties/"} <= set(named)
    assert "/science/tasks/" not in named
    assert 'href="/goods/diary/new/"' in shown


def test_an_organisation_need_not_choose_itself(client, tenant_of, lot):
    client.force_login(tenant_of(lot.item.organisation))
    shown = client.get("/goods/locations/new/").content.decode()
    box = shown[shown.index('name="organisation"') :]
    assert re.findall(r"<option value=\"([^\"]*)\"", box[: box.index("</select>")]) == [
        f"#{lot.item.organisation.pk}"
    ]
