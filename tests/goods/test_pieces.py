"""What is counted comes in whole pieces: by every way in which amounts are entered; what is weighed does not have to."""

from decimal import Decimal

import pytest

from khcn.goods.models import LotEntry, Package, Shipment
from khcn.goods.rules import why_not_whole
from khcn.kernel.refusals import Refused
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotEntryFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.goods.phone_given import send as send_entry
from tests.goods.phone_given import sent_entry
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_diary_workbooks import found_in, harvest, sent
from tests.goods.test_packages import pack

pytestmark = pytest.mark.django_db
WHY = "Hàng tính bằng “cái, con, cây” thì ghi số nguyên, không có phần lẻ như 10,5."


@pytest.fixture
def lot():
    return LotFactory(item__unit="H87", number="CS-230406", made_on=MADE, published_on=TODAY)


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def place(lot):
    return LocationFactory(organisation=lot.item.organisation, name="Vườn chè Minh Họa")


@pytest.fixture
def shop():
    organisation = ProducerFactory()
    LocationFactory(organisation=organisation, kind="shop")
    return organisation


@pytest.mark.parametrize(
    ("amount", "unit", "is_refused"),
    [
        ("10.5", "H87", True),
        ("10.00", "H87", False),
        ("0.5", "PA", True),
        ("0.5", "BG", True),
        ("0.5", "BO", True),
        ("0.5", "KGM", False),
        ("0.5", "LTR", False),
    ],
)
def test_which_amounts_are_no_pieces(amount, unit, is_refused):
    assert bool(why_not_whole(Decimal(amount), unit)) is is_refused
    assert why_not_whole(None, unit) == ""


def test_half_a_piece_is_not_entered(lot, place, maker):
    with pytest.raises(Refused) as refused:
        write(lot, place, "harvest", "10.5", maker)
    assert WHY in str(refused.value)
    write(lot, place, "harvest", 10, maker)
    assert LotEntry.objects.get().amount == 10


def test_half_a_piece_is_not_imported(lot, place):
    _batch, plan = sent(an_actor(unit_code="TDC"), harvest(MADE, 10.5), harvest(MADE, 10))
    assert [WHY in each for each in found_in(plan)[-1]] == [True]


def test_a_telephone_sends_no_half_piece(lot, place, client, tenant_of):
    user = tenant_of(lot.item.organisation)
    client.force_login(user)
    answer = send_entry(client, sent_entry(lot, place, user, amount="10.5"))
    assert answer.status_code == 422
    assert WHY in answer.content.decode()
    assert not LotEntry.objects.exists()


def test_no_half_piece_is_counted_or_packed(lot, place, maker, shop):
    write(lot, place, "harvest", 20, maker)
    with pytest.raises(Refused, match="thì ghi số nguyên"):
        pack(lot, place, maker, "1.5", count=2)
    assert not Package.objects.exists()
    write(lot, place, "ship", 10, maker, partner=shop.trace_parties.get())
    shipment = Shipment.objects.get()
    values = {"received_on": MADE, "location": shop.locations.get()}
    with pytest.raises(Refused, match="thì ghi số nguyên"):
        take(shipment, "receive", of(shop), received_amount=Decimal("9.5"), **values)
    take(shipment, "receive", of(shop), received_amount=Decimal(9), **values)
    with pytest.raises(Refused, match="thì ghi số nguyên"):
        take(shipment, "count-again", of(shop), received_amount=Decimal("9.5"), reason="Đếm nhầm")


def test_what_an_earlier_release_took_is_declared_wrong_still(lot, place, maker):
    entry = LotEntryFactory(lot=lot, location=place, kind="harvest", amount=Decimal("10.5"), done_on=MADE)
    take(entry, "declare-wrong", maker, reason="Ghi nhầm")
    entry.refresh_from_db()
    assert entry.wrong_on is not None
