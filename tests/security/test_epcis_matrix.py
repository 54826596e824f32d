"""Every address of the interface for programs × every account and key × every method: a party's key opens what is named, alone."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.trace.operations.api_keys import revoke_key
from khcn.trace.urls import epcis_urlpatterns
from tests.security.test_matrix import ACTORS, METHODS, check_answer, signed_in, undone, writing
from tests.trace.routes import EPCIS_METHODS

# What a key is answered where it may ask: done, or what is wrong with the request or not there.
ANSWERED = {200, 400, 404, 415}


def addresses():
    """By name, with a word for each part that is asked for."""
    return {each.name: "/epcis/" + re.sub(r"<[^>]+>", "x", str(each.pattern)) for each in epcis_urlpatterns}


def test_every_address_has_a_rule():
    assert set(addresses()) == set(EPCIS_METHODS)


def expected(name, method, who):
    """The answers that the rule allows."""
    nowhere = name == "epcis-nowhere"
    if method == "options":
        return {404} if nowhere else {204}
    if nowhere:
        return {404} if who == "key" else {401}
    if method not in EPCIS_METHODS[name]:
        return {405}
    if who != "key":
        return {401}
    return (
        {501} if name == "epcis-page-token" else ANSWERED
    )  # pages are counted by no token that could be given back


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("who", [*ACTORS, "ended key"])
def test_a_partys_key_opens_what_is_named_and_nobody_else_opens_anything(world, who):
    if who == "ended key":
        revoke_key(key=world.party.api_keys.get(label="thử"), actor=SYSTEM, at=timezone.now())
    client, faults, done = signed_in(world, "key" if who == "ended key" else who), [], set()
    with undone(), writing() as written:
        for name, address in addresses().items():
            for method in sorted(METHODS):
                place, before = f"{who} {method.upper()} {address}", len(written)
                answer = getattr(client, method)(address)
                if answer.status_code not in expected(name, method, who):
                    faults.append(f"{place}: {answer.status_code}")
                if set(written[before:]) - (
                    {"trace_apikey"} if who == "key" else set()
                ):  # when it was last used
                    faults.append(f"{place}: wrote {written[before:]}")
                if answer.status_code != 501:
                    faults += check_answer(answer, place, None)
                done |= {name} if answer.status_code == 200 else set()
        transaction.set_rollback(True)
    assert not faults, "\n".join(faults)
    assert ({"epcis-top", "epcis-capture", "epcis-events", "epcis-queries"} <= done) == (who == "key")
