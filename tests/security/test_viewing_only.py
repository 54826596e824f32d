"""With KHCN_VIEWING_ONLY nobody writes anything but the administrators, whatever the roles may do in a department."""

import re
from collections import Counter
from dataclasses import replace
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from lxml import html

from khcn.kernel.access.scopes import READING
from khcn.kernel.access.viewing_only import as_allowed_here
from khcn.kernel.actors import Actor, ActorKind, Grant, Role
from khcn.kernel.registers.registry import register_of
from khcn.web.viewing_only import OWN_AFFAIRS
from tests.security import routes
from tests.security.askers import is_asked_in_turns
from tests.security.test_crawl import links_of
from tests.security.test_matrix import ask_as, at_work, is_login
from tests.security.world import PEOPLE

# one process makes the world and the table of all these tests
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("looking")]

SENTENCE = "chỉ để xem"
LAST_USE = {"trace_apikey"}  # when a key was last used is noted, as a sign-in is


@pytest.fixture
def looks_only(settings):
    settings.VIEWING_ONLY = True
    settings.PROVINCES = {}  # the store of each is a database of its own (tests/trace/test_two_stores.py)


def written_to(route):
    return "post" in route.methods() and route.name not in OWN_AFFAIRS


REFUSED = (*(who for who in PEOPLE if who != "admin"), "key", "anonymous")
IN_TURNS = 4


def of_turn(table, who):
    """What an account asks: all refuse it before they look at what it may do in a department, so its people take turns; and so do
    all at the operations of registers, which are refused by their common address.
    """
    for place, route in enumerate(filter(written_to, table)):
        turn = place + REFUSED.index(who)
        every = len(REFUSED) if route.operation else IN_TURNS if who in PEOPLE else 1
        if turn % every == 0:
            yield route


def test_each_address_is_asked_by_some_account(table):
    asked = [[route.url for route in of_turn(table, who)] for who in REFUSED]
    assert {url for each in asked for url in each} == {route.url for route in filter(written_to, table)}
    assert min(len(each) for each in asked) > 60


@pytest.mark.parametrize("who", REFUSED)
def test_each_address_refuses_what_could_write(world, table, looks_only, who):
    client = at_work(world, who)
    faults, refused = [], 0
    for route in of_turn(table, who):
        asked = ask_as(world, client, who, route, "post")
        status, body = asked.answer.status_code, asked.body.decode("utf-8", "replace")
        if written := set(asked.written) - LAST_USE:
            faults.append(f"{route.url}: wrote {sorted(written)}")
        elif SENTENCE in body and status == 403:
            refused += 1
        elif status not in {401, 404, 405} and not is_login(asked.answer):
            faults.append(f"{route.url}: {status}")
    assert faults == []
    assert who == "anonymous" or refused > 0


def test_what_everybody_may_do_is_about_oneself(world, table, looks_only):
    names = {route.name for route in table}
    assert names >= OWN_AFFAIRS
    client = at_work(world, "reader")
    for route in table:
        if route.name in OWN_AFFAIRS and "post" in route.methods():
            asked = ask_as(world, client, "reader", route, "post")
            assert SENTENCE not in asked.body.decode("utf-8", "replace"), route.url


def test_administrators_write_as_everywhere(world, table, looks_only):
    client = at_work(world, "admin")
    wrote = []
    for route in filter(written_to, table):
        if is_asked_in_turns(route) and route.operation.turn % IN_TURNS:
            continue  # one of them in four: the same code, with other declarations
        if not route.url.startswith(("/epcis/", "/public/")) and routes.allowed(route, "post", "admin"):
            asked = ask_as(world, client, "admin", route, "post")
            assert SENTENCE not in asked.body.decode("utf-8", "replace"), route.url
            wrote += [route.name] if asked.written else []
    assert {"account-new", "right-new"} & set(wrote)


def test_who_acts_for_an_administrator_does_not(world, looks_only, monkeypatch):
    admin, leader = world.actor("admin"), world.actor("leader")
    monkeypatch.setattr(
        "khcn.web.middleware.actor_of", lambda *_given: replace(admin, own=leader, delegated=("parties",))
    )
    client = at_work(world, "leader")
    answer = client.post(reverse("account-new"), {"username": "x"})
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (403, True)


def test_a_department_is_not_touched_by_it(world, table):
    client = at_work(world, "leader")
    for route in table[:40]:
        if "post" in route.methods():
            asked = ask_as(world, client, "leader", route, "post")
            assert SENTENCE not in asked.body.decode("utf-8", "replace"), route.url


MARK = "Bản chỉ xem"
FEWEST_SHAPES = 100
LEADER_OF_BGD = Actor(1, "Nguyễn A", Role.LEADER, 1, "BGD", kind=ActorKind.STAFF)
WIDEST = (
    2  # addresses of one shape that are followed; of the pages of registers, which are the same code, one
)
# Of registers that are not sampled: the pages where something is offered
OFFERING = {"register-list", "register-detail"}


def page_of_register(address):
    """Which of the pages it is that every register has; "" for another one."""
    try:
        name = resolve(address).view_name
    except Resolver404:
        return ""
    return name if name.startswith("register-") else ""


def _asked_by(page, address):
    """Each address to which a page sends something; not where every button for it is disabled, with the reason beside it."""
    document = html.fromstring(page)
    for form in document.xpath("//form[@method='post']"):
        buttons = form.xpath(".//button[not(@type='button')]")
        if not buttons or any(each.get("disabled") is None for each in buttons):
            yield urljoin(address, form.get("action") or address)
        for button in form.xpath(".//*[@formaction]"):
            yield urljoin(address, button.get("formaction"))
    for name in ("hx-post", "hx-put", "hx-patch", "hx-delete"):
        for holder in document.xpath(f"//*[@{name}]"):
            yield urljoin(address, holder.get(name))


@pytest.mark.parametrize("who", ["officer", "leader"])
def test_no_page_offers_what_would_be_refused(world, looks_only, who):
    """Here both read as an account that only looks does: of the pages of registers the leader sees those of the sampled ones."""
    client = at_work(world, who)
    sampled = tuple(register_of(type(each)).list_url() for each in world.records.values())
    waiting, seen, shapes, faults = ["/"], {"/"}, Counter(), set()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow=True)
        shown = re.sub(r"[0-9]+", "N", urlsplit(address).path)
        if answer.status_code != 200:
            faults.add(f"{shown}: {answer.status_code}")
        is_page = not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or not answer.content:
            continue
        page = answer.content.decode()
        if re.search('<header class="(topbar|plain-head)', page) and MARK not in page:
            faults.add(f"{shown}: not marked")
        for asked in _asked_by(page, address):
            name = resolve(urlsplit(asked).path).view_name
            if name not in OWN_AFFAIRS:
                faults.add(f"{shown}: {name}")
        for link in links_of(answer):
            target = urldefrag(urljoin(address, link))[0]
            shape = re.sub(r"[0-9]+", "N", urlsplit(target).path)
            if not target.startswith("/") or target.startswith("/static/") or target in seen:
                continue
            generated = page_of_register(urlsplit(target).path)
            if (
                generated
                and not target.startswith(sampled)
                and (who == "leader" or generated not in OFFERING)
            ):
                continue
            shapes[shape] += 1
            if shapes[shape] <= (1 if generated else WIDEST):
                seen.add(target)
                waiting.append(target)
    assert sorted(faults) == []
    assert len(shapes) > FEWEST_SHAPES


@pytest.mark.parametrize("who", ["officer", "leader", "reader", "admin"])
def test_the_home_page_is_that_of_the_stores(world, looks_only, who):
    answer = at_work(world, who).get("/", follow=True)
    assert answer.redirect_chain == [(reverse("trace-provinces"), 303)]
    assert answer.status_code == 200
    assert MARK in answer.content.decode()


def test_of_granted_rights_those_to_read_are_left(looks_only):
    grants = (
        Grant("science", "*", allowed=True),
        Grant("councils", "change", allowed=True),
        Grant("parties", "change", allowed=False),
        Grant("reference", "read", allowed=True),
    )
    here = as_allowed_here(replace(LEADER_OF_BGD, grants=grants))
    assert (here.role, here.role_elsewhere, here.role_in_force) == (Role.READER, Role.LEADER, "leader")
    assert set(here.grants) == {
        *(Grant("science", verb, allowed=True) for verb in READING),
        *grants[2:],
    }


def test_whoever_must_have_a_second_factor_must_have_it_where_one_only_looks(world, looks_only, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({Role.LEADER.value})
    answer = at_work(world, "leader").get(reverse("trace-provinces"))
    assert (answer.status_code, answer.headers.get("Location")) == (303, reverse("second-factor"))
