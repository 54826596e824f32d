"""Who reports goods as created that another has tied to a lot or a package takes them out of nothing (docs/adr/0028)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.epcis.ids.check import check_digit
from khcn.trace.queries.makers.makers_and_trust import maker_of
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls.public_recalls import recalls_of_package
from khcn.trace.store.statements import first_reports
from tests.trace.public_given import commissioned, confirm, lot, observed, of, reported, send, transformed
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_making import IN_LOT, ITEM, LOT, OWN_LOT, item_made, lot_made, parties
from tests.trace.test_whose_package import SET, declare_wrong, packs, says, to

__all__ = ["parties"]  # a fixture
CASES = "19521236000018"
CASE, CASE_LOT = f"https://id.gs1.org/01/{CASES}/21/K1", lot(CASES, "LK")
WITH_LOT, CASE_WITH_LOT = f"{LOT}/21/A1", f"{CASE_LOT}/21/K1"
BOX, PALLET = (
    f"https://id.gs1.org/00/{body}{check_digit(body)}" for body in ("09521236000000001", "09521236000000002")
)
THINGS = (ITEM, LOT, CASE, CASE_LOT, BOX, PALLET)


def making(number, day, speaker, thing, **more):
    goods = {"quantityList": of(thing)} if "/10/" in thing else {"quantityList": None, "epcList": [thing]}
    return commissioned(number, day, None, speaker.party.gln, **goods, **more)


def made(number, day, speaker, thing):
    send(speaker, making(number, day, speaker, thing))


def named(number, day, speaker, *epcs, **more):
    send(speaker, observed(number, day, "storing", speaker.party.gln, epcList=list(epcs), **more))


def aggregated(number, day, speaker, container, *epcs):
    send(
        speaker,
        reported(
            number, "AggregationEvent", day, action="ADD", parentID=container, childEPCs=list(epcs) or None,
            childQuantityList=None if epcs else of(LOT),
        ),
    )  # fmt: skip


TIES = {
    "packed with its lot": lambda one: [lot_made(10, 2, one), aggregated(11, 3, one, PALLET, WITH_LOT)],
    "seen with its lot": lambda one: [
        lot_made(10, 2, one),
        named(11, 3, one, WITH_LOT),
        packs(12, 4, one, PALLET, ITEM),
    ],
    "made, then seen with its lot": lambda one: [
        item_made(10, 2, one),
        named(11, 3, one, WITH_LOT),
        packs(12, 4, one, PALLET, ITEM),
    ],
    "made in its lot": lambda one: [item_made(10, 2, one, **IN_LOT), packs(11, 3, one, PALLET, ITEM)],
    "lot in a case that is named with its lot": lambda one: [
        lot_made(10, 2, one),
        made(11, 2, one, CASE_LOT),
        aggregated(12, 3, one, CASE),
        aggregated(13, 4, one, PALLET, CASE_WITH_LOT),
    ],
    "lot in a box": lambda one: [
        lot_made(10, 2, one),
        packs(11, 3, one, BOX, LOT),
        packs(12, 4, one, PALLET, BOX),
    ],
}


def created_again(speaker):
    """All of it is reported as created by somebody else, before it was and since; also as his own lots, and as made of his goods."""
    made_of = [lot("09521236000028", "R")]
    events = []
    for place, day in enumerate((1, 25)):
        number = 100 + 50 * place
        events.append(making(number, day, speaker, OWN_LOT))
        for one, thing in enumerate((*THINGS, lot(CASES, "LX"))):
            outputs = (
                {"outputQuantityList": of(thing)}
                if "/10/" in thing
                else {"outputQuantityList": None, "outputEPCList": [thing]}
            )
            events += [
                making(number + 1 + one, day, speaker, thing),
                transformed(number + 11 + one, day, made_of, [], gln=speaker.party.gln, **outputs),
            ]
        for one, (thing, name) in enumerate(((ITEM, "L1"), (ITEM, "L2"), (CASE, "LK"), (CASE, "LX"))):
            events.append(making(number + 21 + one, day, speaker, thing, ilmd={"cbvmda:lotNumber": name}))
    send(speaker, *events)


def recalls_on_pages():
    found = []
    for one in THINGS:
        link = digital_link.parse(one)
        shown = recalls_of_package(link) if "/00/" in one else public_goods(link)
        if shown is not None:
            found += [("page", one, each.named, each.scope, each.party) for each in shown.recalls]
    return found


def recalls(parties, tied):
    """The recalls on all pages, and in all walks from the things of a tie."""
    found = recalls_on_pages()
    for one in tied:
        for direction in ("upstream", "downstream"):
            found += [(direction, one, *each[:4]) for each in walked(parties.province, direction, one)]
    return sorted(found, key=repr)


TIED = {"lot in a box": {LOT, BOX}, "lot in a case that is named with its lot": {LOT, CASE}}
"""What a recall of the pallet reaches in it, where that is not the object."""


ON_BOTH = [(tie, ["", "9521236"][place % 2]) for place, tie in enumerate(TIES)]


@pytest.mark.both
@pytest.mark.parametrize(("tie", "codes"), ON_BOTH)
def test_who_reports_goods_as_created_later_takes_no_recall_from_them(parties, tie, codes):
    no_recall_is_taken(parties, tie, codes)


# the other one of the two for each tie: both databases need not have both
@pytest.mark.parametrize(("tie", "codes"), [(tie, "" if codes else "9521236") for tie, codes in ON_BOTH])
def test_nor_where_the_code_is_confirmed_or_is_not(parties, tie, codes):
    no_recall_is_taken(parties, tie, codes)


def no_recall_is_taken(parties, tie, codes):
    """Neither of the authority's, nor of the grower's own, which stand beside each other."""
    confirm(parties.grower, codes)
    TIES[tie](parties.grower)
    speakers = parties.province, parties.grower
    for number, speaker in enumerate(speakers):
        says(20 + number, 10, speaker, PALLET, **SET)
    on_pages = recalls_on_pages()
    reached = TIED.get(tie, {ITEM}) | {PALLET}
    for speaker in speakers:
        name = speaker.party.name
        assert {one for _page, one, thing, _, by in on_pages if thing == PALLET and by == name} == reached
    for number, speaker in enumerate(speakers):
        says(22 + number, 10, speaker, things=(LOT, CASE_LOT), **SET)
    tied = reached | ({LOT, CASE_LOT} if CASE in reached else {LOT})
    of_all = recalls(parties, tied)
    created_again(parties.stranger)
    # who creates them again recalls none of them
    says(24, 12, parties.stranger, ITEM, CASE, BOX, PALLET, **SET)
    says(25, 12, parties.stranger, things=(LOT, CASE_LOT), **SET)
    found = recalls(parties, tied)  # a walk has further things, those made of his goods
    assert [one for one in of_all if one not in found] == []
    of_page = [[one for one in some if one[0] == "page" and one[1] in reached] for some in (found, of_all)]
    assert of_page[0] == of_page[1]
    of_walk = [one for one in found if one[0] != "page" and one[2] in reached]
    assert [one for one in of_walk if OTHER in one] == []


@pytest.mark.both
@pytest.mark.parametrize("tie", ["packed with its lot", "seen with its lot"])
def test_who_holds_an_object_stays_its_holder(parties, tie):
    TIES[tie](parties.grower)
    named(15, 5, parties.grower, ITEM, **to(SHOP))
    created_again(parties.stranger)
    says(20, 10, parties.shop, ITEM, **SET)
    found = public_goods(digital_link.parse(ITEM)).recalls
    assert [(one.named, one.party) for one in found] == [(ITEM, "Cửa hàng Thử Nghiệm")]


@pytest.mark.both
def test_an_object_that_was_made_before_is_not_of_the_lot_of_who_names_it_later(parties):
    item_made(10, 2, parties.grower)
    lot_made(11, 2, parties.stranger)
    named(12, 1, parties.stranger, WITH_LOT)
    says(20, 10, parties.province, things=(LOT,), **SET)
    assert public_goods(digital_link.parse(ITEM)).recalls == ()
    makers = [maker_of(one, authorities={parties.province.party.pk}) for one in (ITEM, LOT)]
    assert makers == [parties.grower.party.pk, parties.stranger.party.pk]


@pytest.mark.both
def test_who_names_a_lot_before_he_makes_it_has_named_it_since(parties):
    """Otherwise a stranger would be the maker by a name that he gives in advance."""
    named(10, 1, parties.stranger, WITH_LOT)
    lot_made(11, 2, parties.grower)
    item_made(12, 3, parties.stranger)
    makers = [maker_of(one, authorities=()) for one in (ITEM, LOT)]
    assert makers == [parties.stranger.party.pk, parties.grower.party.pk]


@pytest.mark.both
def test_a_name_that_is_declared_wrong_ties_nothing_and_a_corrected_one_keeps_its_place(parties):
    lot_made(10, 2, parties.grower)
    wrong = observed(11, 3, "storing", GROWER, epcList=[WITH_LOT])
    send(parties.grower, wrong)
    item_made(12, 4, parties.stranger)
    owner = [one.party.pk for one in (parties.grower, parties.stranger)]
    assert maker_of(ITEM, authorities=()) == owner[0]
    declare_wrong(parties.grower, wrong)
    assert maker_of(ITEM, authorities=()) == owner[1]
    named(13, 5, parties.grower, WITH_LOT)
    assert maker_of(ITEM, authorities=()) == owner[0]


@pytest.mark.both
def test_names_of_strangers_and_many_objects_cost_no_further_statement(parties, monkeypatch):
    lot_made(10, 2, parties.grower)
    named(11, 3, parties.grower, WITH_LOT)
    item_made(12, 1, parties.stranger)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            makers = [maker_of(one, authorities=()) for one in (ITEM, LOT)]
        assert makers == [parties.grower.party.pk] * 2
        return len(queries)

    few = asked()
    for number in range(5):
        objects = [f"{LOT}/21/B{number}{one:02d}" for one in range(40)]
        named(20 + number, 4, parties.grower, *objects)
        named(30 + number, 4, parties.stranger, WITH_LOT, *objects)
        named(40 + number, 4, parties.other, WITH_LOT)
    assert asked() == few
    monkeypatch.setattr(first_reports, "_MOST_NAMINGS", 1)  # of each party
    assert asked() == few
