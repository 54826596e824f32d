"""Whose unpacking ends that goods are in a container: who packed, who has the container from him, or the authority."""

from itertools import pairwise

import pytest

from khcn.epcis import Time
from khcn.epcis.ids import digital_link
from khcn.trace.queries import downstream
from khcn.trace.queries.public_page import public_goods
from khcn.trace.store import EVERYTHING
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import capture, crate, declared, item, lot, on, party, quantities

pytestmark = pytest.mark.django_db
MAKER, BUYER, SHOP, STRANGER, OUTSIDER, AUTHORITY, LESSOR = 1, 2, 3, 4, 5, 6, 7
RENTED = "https://id.gs1.org/8003/09521777000214C1"
LOT = lot("L")


@pytest.fixture(autouse=True)
def registered():
    """The parties of the register; one lends crates under its own prefix."""
    for owner in range(1, 8):
        TracePartyFactory(
            pk=owner,
            gln=a_gln(owner),
            is_authority=owner == AUTHORITY,
            confirmed_codes="9521777" if owner == LESSOR else "",
        )


def to(owner):
    return {"destinationList": [{"type": "possessing_party", "destination": party(a_gln(owner))}]}


def packs(day, thing, parent):
    inside = {"childQuantityList": quantities(thing)} if "/10/" in thing else {"childEPCs": [thing]}
    return on(day, type="AggregationEvent", action="ADD", parentID=parent, **inside)


def unpacks(day, parent, thing=None):
    inside = (
        {}
        if thing is None
        else {"childQuantityList": quantities(thing)}
        if "/10/" in thing
        else {"childEPCs": [thing]}
    )
    return on(day, type="AggregationEvent", action="DELETE", parentID=parent, **inside)


def loaded(crate_, day=9):
    """Later the container comes onto a pallet of the buyer: goods that are still inside come with it."""
    return packs(day, crate_, crate(99))


def reaches(thing):
    """Whether the goods came with the container onto the pallet."""
    return crate(99) in {one.id for one in downstream(thing, EVERYTHING).things}


@pytest.mark.parametrize("container", [crate(17), RENTED], ids=["own", "rented"])
@pytest.mark.parametrize("thing", [item(1), LOT], ids=["object", "lot"])
@pytest.mark.parametrize("names_it", [True, False], ids=["named", "emptied"])
@pytest.mark.parametrize(
    ("owner", "ends"), [(MAKER, True), (BUYER, False), (SHOP, True), (AUTHORITY, True), (STRANGER, False)]
)
def test_only_who_packed_who_has_it_or_the_authority_ends_a_containment(
    container, thing, names_it, owner, ends
):
    capture(packs(1, thing, container), on(2, epcList=[container], **to(BUYER)), owner=MAKER)
    capture(on(3, epcList=[container], **to(SHOP)), owner=BUYER)
    capture(unpacks(5, container, thing if names_it else None), owner=owner)
    capture(loaded(container), owner=BUYER)
    assert reaches(thing) is not ends


def test_strangers_who_send_each_other_the_container_end_nothing():
    capture(packs(1, item(1), crate(17)), on(2, epcList=[crate(17)], **to(BUYER)), owner=MAKER)
    capture(packs(2, item(9), crate(17)), on(3, epcList=[crate(17)], **to(OUTSIDER)), owner=STRANGER)
    capture(unpacks(5, crate(17)), owner=OUTSIDER)
    capture(loaded(crate(17)), owner=BUYER)
    assert reaches(item(1))
    assert not reaches(item(9))  # whose own packing it was


def test_who_had_the_crate_before_it_was_packed_again_ends_nothing():
    capture(packs(1, item(1), crate(17)), on(2, epcList=[crate(17)], **to(STRANGER)), owner=MAKER)
    capture(packs(4, item(2), crate(17)), on(5, epcList=[crate(17)], **to(BUYER)), owner=MAKER)
    capture(unpacks(6, crate(17)), owner=STRANGER)
    capture(loaded(crate(17)), owner=BUYER)
    assert reaches(item(2))
    assert not reaches(item(1))


CRATE, BIG, PALLET = crate(17), crate(18), crate(19)
SENT = on(3, epcList=[CRATE], **to(SHOP))
GOT = on(4, epcList=[CRATE], sourceList=[{"type": "possessing_party", "source": party(a_gln(BUYER))}])
OUT, EARLIER_OUT = unpacks(6, CRATE, item(1)), unpacks(2, CRATE)
SEEN, AGAIN = on(4, epcList=[CRATE]), on(5, epcList=[CRATE], **to(OUTSIDER))
INSIDE, AROUND, SENT_BIG = packs(2, CRATE, BIG), packs(2, BIG, PALLET), on(4, epcList=[PALLET], **to(SHOP))
NESTED = [crate(70 + number) for number in range(5)]
OWNED = {"type": "owning_party", "destination": party(a_gln(OUTSIDER))}
SOLD = on(3, epcList=[CRATE], destinationList=[*to(SHOP)["destinationList"], OWNED])
# What is reported in which order: each is the party and its document.
ENDS = {
    "before he passes it on": ([(BUYER, EARLIER_OUT), (BUYER, SENT)], True),
    "before, in one document": ([(BUYER, SENT, EARLIER_OUT)], True),
    "before, as he says when he has passed it on": ([(BUYER, SENT), (BUYER, EARLIER_OUT)], False),
    "afterwards": ([(BUYER, SENT), (BUYER, OUT)], False),
    "afterwards, in one document": ([(BUYER, SENT, OUT)], False),
    "afterwards, and reported first": ([(BUYER, OUT), (BUYER, SENT)], False),
    "afterwards, as the next one names him as source": ([(BUYER, SENT), (SHOP, GOT), (BUYER, OUT)], False),
    "when it came back": ([(BUYER, SENT), (SHOP, on(5, epcList=[CRATE], **to(BUYER))), (BUYER, OUT)], True),
    "a stranger says that it came back": ([(BUYER, SENT), (STRANGER, on(5, epcList=[CRATE], **to(BUYER))), (BUYER, OUT)], False),
    "it went to a place of his own": ([(BUYER, on(3, epcList=[CRATE], **to(BUYER))), (BUYER, OUT)], True),
    "it went to nobody that is registered": ([(BUYER, on(3, epcList=[CRATE], **to(99))), (BUYER, OUT)], False),
    "he had never sent it": ([(BUYER, SENT), (BUYER, declared(SENT)), (BUYER, OUT)], True),
    "the next one": ([(BUYER, SENT), (SHOP, OUT)], True),
    "on a pallet": ([(BUYER, INSIDE, AROUND), (BUYER, SENT_BIG), (BUYER, OUT)], False),
    "on a pallet, through five packages": ([(BUYER, *[packs(2, one, outer) for one, outer in pairwise([CRATE, *NESTED, PALLET])]), (BUYER, SENT_BIG), (BUYER, OUT)], False),
    "taken off the pallet before": ([(BUYER, INSIDE, AROUND, unpacks(3, PALLET, BIG)), (BUYER, SENT_BIG), (BUYER, OUT)], True),
    "pallet emptied before": ([(BUYER, INSIDE, AROUND, unpacks(3, PALLET)), (BUYER, SENT_BIG), (BUYER, OUT)], True),
    "taken off the pallet, as he says afterwards": ([(BUYER, INSIDE, AROUND), (BUYER, SENT_BIG), (BUYER, unpacks(3, PALLET, BIG)), (BUYER, OUT)], False),
    "a stranger takes it off the pallet": ([(BUYER, INSIDE, AROUND), (STRANGER, unpacks(3, PALLET, BIG)), (BUYER, SENT_BIG), (BUYER, OUT)], False),
    "a stranger puts it on his pallet": ([(STRANGER, packs(2, CRATE, PALLET)), (BUYER, SENT_BIG), (BUYER, OUT)], True),
    "he had never sent it, as he says in one document": ([(BUYER, SENT), (BUYER, declared(SENT), OUT)], True),
    "he had never sent it, as he says when the next one has it": ([(BUYER, SENT), (SHOP, SEEN), (BUYER, declared(SENT)), (BUYER, OUT)], False),
    "the next one says that he never had it": ([(BUYER, SENT), (SHOP, SEEN), (SHOP, declared(SEEN)), (BUYER, declared(SENT)), (BUYER, OUT)], True),
    "the next one corrects his report": ([(BUYER, SENT), (SHOP, SEEN), (BUYER, declared(SENT)), (SHOP, declared(SEEN), on(5, epcList=[CRATE])), (BUYER, OUT)], False),
    "the authority says that the next one never had it": ([(BUYER, SENT), (SHOP, SEEN), (AUTHORITY, declared(SENT)), (BUYER, OUT)], True),
    "he had never sent it, as he says after he took something out": ([(BUYER, SENT), (BUYER, OUT), (BUYER, declared(SENT))], False),
    "not on the pallet, as he says when the next one has that": ([(BUYER, INSIDE, AROUND), (BUYER, SENT_BIG), (SHOP, on(4, epcList=[PALLET])), (BUYER, declared(INSIDE)), (BUYER, OUT)], False),
    "not on the pallet, as he says before the next one has it": ([(BUYER, INSIDE, AROUND), (BUYER, SENT_BIG), (BUYER, declared(INSIDE)), (SHOP, on(4, epcList=[PALLET])), (BUYER, OUT)], True),
    "sent a second time, to one who takes it out": ([(BUYER, SENT), (BUYER, AGAIN), (OUTSIDER, OUT)], False),
    "sent a second time, with an earlier date": ([(BUYER, SENT), (BUYER, on(2, epcList=[CRATE], **to(OUTSIDER))), (OUTSIDER, OUT)], False),
    "sent a second time, as the first was wrong": ([(BUYER, SENT), (BUYER, AGAIN), (BUYER, declared(SENT)), (OUTSIDER, OUT)], True),
    "sent a second time when it came back": ([(BUYER, SENT), (SHOP, on(4, epcList=[CRATE], **to(BUYER))), (BUYER, AGAIN), (OUTSIDER, OUT)], True),
    "sent a second time when it came back from who never had it": ([(BUYER, SENT), (BUYER, on(4, epcList=[CRATE], **to(OUTSIDER))), (OUTSIDER, on(5, epcList=[CRATE], **to(BUYER))), (BUYER, OUT)], False),
    "sent a second time, on the pallet": ([(BUYER, SENT), (BUYER, INSIDE, AROUND), (BUYER, on(4, epcList=[PALLET], **to(OUTSIDER))), (OUTSIDER, on(5, epcList=[PALLET])), (OUTSIDER, OUT)], False),
    "the next one is named as owner alone": ([(BUYER, SOLD), (OUTSIDER, OUT)], False),
    "the next one possesses it, and another owns it": ([(BUYER, SOLD), (SHOP, OUT)], True),
    "the maker sends it a second time, as he could take it out himself": ([(BUYER, SENT), (MAKER, AGAIN), (OUTSIDER, OUT)], True),
    "the maker had put it on the pallet": ([(MAKER, packs(1, CRATE, PALLET)), (BUYER, SENT_BIG), (BUYER, OUT)], False),
}  # fmt: skip


@pytest.mark.parametrize(("documents", "ends"), ENDS.values(), ids=ENDS.keys())
def test_who_has_passed_a_container_on_takes_nothing_out(documents, ends):
    capture(on(1, action="ADD", epcList=[item(1)]), owner=MAKER)
    capture(packs(1, item(1), CRATE), on(1, epcList=[CRATE], **to(BUYER)), owner=MAKER)
    for minute, (owner, *events) in enumerate(documents, start=10):
        capture(*events, owner=owner, at=Time(f"2026-10-09T10:{minute}:00Z"))
    capture(loaded(CRATE), owner=MAKER, at=Time("2026-10-09T11:00:00Z"))
    capture(on(10, epcList=[CRATE], disposition="recalled"), owner=AUTHORITY, at=Time("2026-10-10T10:00:00Z"))
    recalls = [one.named for one in public_goods(digital_link.parse(item(1))).recalls]
    assert (reaches(item(1)), recalls) == (not ends, [] if ends else [CRATE])
