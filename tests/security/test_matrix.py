"""Every address × every account × GET and POST: exactly those get in whom the rules name, and nobody else moves a row."""

import copy
import logging
import re
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from khcn.kernel.actions.offered_actions import action_to_run, is_permitted
from khcn.kernel.actors import PUBLIC
from khcn.kernel.api.endpoints import api
from khcn.kernel.registers.registry import registers
from tests.security import routes
from tests.security.askers import ACTORS, askers, is_asked_in_turns
from tests.security.route_shape import GRANTED
from tests.security.world import DAY
from tests.trace.routes import EPCIS_METHODS

METHODS = {"get", "post", "put", "patch", "delete", "trace", "options"}
# Sessions, counters of wrong passwords and of refusals, and the log, which names downloads too.
NOT_COUNTED = (
    "parties_accountsession",
    "parties_signinfailure",
    "parties_failurecount",
    "parties_refusalcount",
    "kernel_audit_changeentry",
)
# Which methods there are is not a question of roles: who may do most, who has least; each kind of account, and nobody.
BY_ALL_OTHER_METHODS = ("admin", "reader")
BY_ONE_OTHER_METHOD = ("anonymous", min(routes.TENANTS), "key")
CHANGE_THE_BROWSER = {"login", "logout", "set_language", "choose-theme"}
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# What an answer must never hold: the inside of the program, of its database and of the machine.
INSIDE = tuple(
    text.encode()
    for text in (
        "Traceback (most recent", "site-packages", '.py", line', "OperationalError", "IntegrityError", "DataError", 'SELECT "',
        "INSERT INTO", "/home/", "/usr/lib", "psycopg", "sqlite3.",
    )
)  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


# What the JSON interface answers to those who may: carried out, or refused for what the request says.
TAKEN = {200, 201, 204, 409, 422, 428}


@contextmanager
def writing():
    """Tables written to inside, sessions and the counter of wrong passwords apart."""
    found = []

    def note(execute, sql, params, many, context):
        if (hit := WRITES.match(sql)) and not hit[2].startswith(NOT_COUNTED):
            found.append(hit[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def undone():
    """A transaction that the test takes back, marked as Django's own are: inside it a view may open its durable one."""
    block = transaction.atomic()
    block._from_testcase = True
    return block


def signed_in(world, who, **options):
    client = Client(raise_request_exception=False, **options)
    if who == "key":
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {world.key}"
    elif who != "anonymous":
        client.force_login(world.people[who])
    return client


def at_work(world, who, **options):
    """Signed in, and the first page seen: what a session keeps from then on is not written anew in each transaction that a
    test takes back.
    """
    client = signed_in(world, who, **options)
    client.get(reverse("password_change"))
    return client


def ask(client, route, method):
    address = route.url + route.query
    if method == "get":
        return client.get(address)
    send = getattr(client, route.method or "post")
    if route.kind:
        return send(address, route.data, content_type=route.kind, headers=route.headers)
    return send(address, fresh(route.data))


def fresh(data):
    """What is sent, with files that have not been read yet."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def of(value):
        if isinstance(value, tuple):
            return SimpleUploadedFile(*value)
        if hasattr(value, "seek"):
            value.seek(0)
        return value

    return {name: of(value) for name, value in (data or {}).items()}


def is_login(answer):
    return answer.status_code == 302 and answer["Location"].startswith("/login/")


def stored_session(answer):
    """The key of a session, "" where the answer has none or takes one away."""
    return answer.cookies["sessionid"].value if "sessionid" in answer.cookies else ""


def inside_shown(body):
    """The first of these that a body holds; None where it holds none."""
    return next((text for text in INSIDE if text in body), None)


def check_answer(answer, place, route, body=None):
    """What every answer has to have, whatever it says; ``body`` where it has been read before."""
    faults = []
    if body is None:
        body = b"".join(answer) if answer.streaming else answer.content
    if answer.status_code >= 500:
        faults.append(f"{place}: {answer.status_code}")
    if (text := inside_shown(body)) and not answer.headers["Content-Type"].endswith("pdf"):
        faults.append(f"{place}: shows {text!r}")
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value:
            faults.append(f"{place}: {name} is {answer.headers.get(name)!r}")
    policy = answer.headers.get("Content-Security-Policy", "")
    restricted = all(
        re.search(rf"{part} '(self|none)'", policy) for part in ("default-src", "frame-ancestors")
    )
    if not restricted or "unsafe" in policy:
        faults.append(f"{place}: policy {policy!r}")
    return faults


def judge(answer, place, route, method, who, written):
    """Faults of one answer: an open route, a shut one, or a row moved by one who may not."""
    allowed = route.get if method == "get" else route.post
    status = answer.status_code
    if routes.allowed(route, method, who):
        shut = status in {401, 403, 404, 405} or (is_login(answer) and route.name != "logout")
        shut = (
            shut
            or (route.kind and status not in TAKEN)
            or (route.is_of_api() and method == "get" and status != 200)
        )
        return [f"{place}: shut ({status})"] if shut else []
    if written:
        return [f"{place}: wrote {sorted(set(written))}"]
    if who in routes.TENANTS | GRANTED and status == 403:  # before the method is looked at
        return []
    if not allowed and not route.refuses:
        return [] if status in {401, 405} or is_login(answer) or (route.says and status == 303) else [
            f"{place}: takes the method ({status})"
        ]  # fmt: skip
    if who in {"anonymous", "key"}:
        return [] if status == 401 or is_login(answer) else [f"{place}: open to strangers ({status})"]
    refused = status in {401, 403, 404} or (
        method == "post" and (status == 409 or (route.says and status == 303))
    )
    return [] if refused else [f"{place}: open ({status})"]


def test_every_route_has_a_rule(table):
    """The interface of traceability has a matrix of its own (test_epcis_matrix.py), and the root of the other one is its page."""
    elsewhere = {"api:api-root", *EPCIS_METHODS}
    assert {route.name for route in table} == set(routes.names()) - elsewhere
    assert reverse("api:api-root") == reverse("api-docs")


@dataclass
class Asked:
    """What an account got, what was written for it, and what is wrong with that."""

    answer: Any
    body: bytes
    written: list
    faults: list


def ask_as(world, client, who, route, method):
    """Ask one address by one method, and take back what that wrote."""
    place = f"{who} {method.upper()} {route.url}"
    own = signed_in(world, who) if route.name in CHANGE_THE_BROWSER else client
    with undone(), writing() as written:
        answer = ask(own, route, method)
        body = b"".join(answer) if answer.streaming else answer.content
        faults = check_answer(answer, place, route, body)
        faults += judge(answer, place, route, method, who, written)
        if who == "anonymous" and stored_session(answer) and route.name != "login":
            faults.append(f"{place}: stores a session for a stranger")
        transaction.set_rollback(True)
    return Asked(answer, body, written, faults)


# The tests that look at what an administrator gets are carried out by one process, which asks once; the others by another one, so
# that two processes make the world and the table, and no third.
of_administrator = pytest.mark.xdist_group("administrator")
of_others = pytest.mark.xdist_group("accounts")


@pytest.fixture(scope="module")
def administrator(built, table, django_db_blocker):
    """By place in the table what a GET of the address gives an administrator."""
    logging.disable(logging.CRITICAL)  # the fixture of each test comes later
    with django_db_blocker.unblock(), undone():
        world = copy.deepcopy(built)
        client = at_work(world, "admin")
        found = {
            place: ask_as(world, client, "admin", route, "get")
            for place, route in enumerate(table)
            if "get" in route.methods()
        }
        transaction.set_rollback(True)
    return found


@pytest.fixture
def answers(administrator, table):
    """Each route with what an administrator gets there."""
    return [(table[place], asked) for place, asked in administrator.items()]


@pytest.fixture(scope="module")
def asking(table):
    """By place in the table and method the accounts that ask."""
    return askers(table)


@pytest.mark.once  # who gets in is decided by predicates in Python; tests/conformance/test_access.py has the SQL of it
@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [pytest.param(who, marks=of_administrator if who == "admin" else of_others) for who in ACTORS]
)
def test_each_account_gets_in_exactly_where_its_rules_say(request, world, table, asking, who):
    faults, wrote, expected = [], set(), set()
    known = request.getfixturevalue("administrator") if who == "admin" else {}
    client = at_work(world, who)
    for place, route in enumerate(table):
        for method in route.methods():
            if who not in asking[place, method]:
                continue
            found = known.get(place) if method == "get" else None
            asked = found or ask_as(world, client, who, route, method)
            faults += asked.faults
            written = asked.written
            if (
                method == "post"
                and who in route.post
                and (route.writes is True or who in (route.writes or ()))
            ):
                expected.add(route.url)
                wrote |= {route.url} if written else set()
    assert not faults, "\n".join(faults)
    assert expected - wrote == set(), "these writes were not carried out, so refusing them proves nothing"


VERBS = {
    "list": "read", "detail": "read", "actions": "read", "create": "create", "change": "change", "replace": "change",
    "delete": "delete",
}  # fmt: skip
READING = {"list", "detail", "actions"}
OF_NO_RECORD = {"list", "create", "together"}


def permits(operation, actor):
    """What the view of an operation of a register asks."""
    kind, _sign, name = operation.kind.partition("_")
    register, record = operation.register, None if kind in OF_NO_RECORD else operation.record
    if not register.may("read", actor, record):
        return False
    if name:
        return is_permitted(action_to_run(register, name), register, actor, record)
    return (kind in READING or bool(register.form)) and register.may(VERBS[kind], actor, record)


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_each_register_permits_each_account_what_its_rules_say(world, table):
    """The views ask the register (above, over HTTP, by those whose turn it is); here it is asked for every account."""
    operations, faults = [route for route in table if route.operation], []
    assert {route.operation.register for route in operations} == set(registers())
    for who in set(ACTORS) - {"key"}:  # which is no account
        actor = PUBLIC if who == "anonymous" else world.people[who].actor_on(DAY)
        for route in operations:
            [method] = route.methods()
            if permits(route.operation, actor) != routes.allowed(route, method, who):
                faults.append(f"{who} {route.name}")
    assert faults == []


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_every_operation_is_asked_over_http_by_who_may_and_by_who_may_not(table, asking):
    """Each kind of them by every account."""
    by_kind = {}
    for (place, method), who in asking.items():
        route, people = table[place], who - {"anonymous", "key"}
        if route.operation:
            may = {each for each in ACTORS if routes.allowed(route, method, each)}
            assert people < who
            assert bool(may & people) == bool(may), route.name
            assert people - may or may == set(ACTORS) - {"anonymous", "key"}, route.name
            by_kind.setdefault(route.operation.kind.partition("_")[0], set()).update(who)
    assert set(by_kind) == {*VERBS, "action", "together"}
    assert {kind: set(ACTORS) - who for kind, who in by_kind.items() if who != set(ACTORS)} == {}


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_the_interface_publishes_no_operation_that_the_table_does_not_ask(table):
    asked = {
        (route.name.partition(":")[2], (route.method or "get").upper())
        for route in table
        if route.name.startswith("api:")
    }
    published = {
        (each.operation_id, method)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for each in view.operations
        for method in each.methods
    }
    assert published == asked


# Style sheets, and what is everybody's: the public pages of goods know no session.
FOR_CACHES = {
    "reports:style",
    "paper-style",
    "resolver",
    "resolver-description",
    "typed-code",
    "passport-schema",
    "robots",
    "sitemap",
}
FOR_CACHES |= {
    f"public-{name}"
    for name in ("front", "recalls", "join", "data", "table", "table-metadata", "picture", "calls", "call")
}
KNOW_NO_SESSION = FOR_CACHES | {"public-feedback"}
FEWEST_PAGES = 60


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_no_page_of_somebody_who_is_signed_in_stays_in_a_cache(answers):
    stored = {
        route.url: asked.answer.headers.get("Cache-Control", "")
        for route, asked in answers
        if route.name not in FOR_CACHES
    }
    assert {url: value for url, value in stored.items() if "no-store" not in value} == {}


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_every_answer_says_its_type_and_texts_their_charset(answers):
    faults, kinds = [], set()
    for route, asked in answers:
        kind = asked.answer.headers.get("Content-Type", "")
        kinds.add(kind.partition(";")[0])
        if asked.body and not re.fullmatch(r"[\w.+-]+/[\w.+-]+(; ?charset=\"?utf-8\"?)?", kind):
            faults.append(f"{route.url}: {kind!r}")
        if asked.body and re.match(r"text/|[\w.+-]+/([\w.+-]+\+)?xml", kind) and "charset" not in kind:
            faults.append(f"{route.url}: {kind!r} without a charset")
    assert not faults, "\n".join(faults)
    assert {"text/html", "application/json", "text/css", "text/calendar"} <= kinds


@of_administrator
@pytest.mark.once
@pytest.mark.django_db
def test_every_page_of_somebody_signed_in_leads_to_the_sign_out(answers):
    without, looked_at = [], 0
    for route, asked in answers:
        answer = asked.answer
        is_shown = answer.status_code == 200 and "Content-Disposition" not in answer
        if (
            route.name not in KNOW_NO_SESSION
            and is_shown
            and not answer.streaming
            and answer["Content-Type"].startswith("text/html")
        ):
            page = html.fromstring(asked.body.decode())
            is_page = page.xpath("boolean(//html[.//main])")
            looked_at += is_page
            if is_page and not page.xpath("//form[@action='/logout/' and @method='post']//button"):
                without.append(route.name)
    assert without == []
    assert looked_at > FEWEST_PAGES


@of_others
@pytest.mark.once
@pytest.mark.django_db
def test_a_post_without_the_token_goes_nowhere(world, table):
    faults = []
    client = at_work(world, "admin", enforce_csrf_checks=True)
    office = at_work(world, "office", enforce_csrf_checks=True)
    for route in table:
        if not route.method or not route.post or route.name in {"provider-logout", "public-feedback"}:
            # the provider itself posts there: its signed token is looked at (tests/web/test_provider_failures.py); of who says something
            # about a label no session is read
            continue
        both = (client, office)
        # whatever the operation, the session of who asks the interface is looked at by one piece of code
        for each in [both[route.operation.turn % 2]] if is_asked_in_turns(route) else both:
            with undone(), writing() as written:
                answer = ask(each, route, "post")
                faults += check_answer(answer, f"POST {route.url}", route)
                if answer.status_code != 403 or written:
                    faults.append(f"POST {route.url}: {answer.status_code}, wrote {written}")
                transaction.set_rollback(True)
    assert not faults, "\n".join(faults)


@of_others
@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("who", [*BY_ALL_OTHER_METHODS, *BY_ONE_OTHER_METHOD])
def test_no_address_takes_another_method(world, table, who):
    """Than those by which the table asks it. An operation of any register is found by its method in one place, and which methods
    there are is compared above: of most, one other method is asked, as of all by who is refused anyway.
    """
    client, faults = at_work(world, who), []
    # They show nothing of the department's: public pages, and one's own password.
    anyones = {route.url for route in table if "anonymous" in route.post or route.name == "password_change"}
    anyones |= {route.url for route in table if route.name in {"resolver", "resolver-description"}}
    in_turns = {route.url for route in table if is_asked_in_turns(route)}
    with undone(), writing() as written:
        for turn, (address, taken) in enumerate(methods_of_addresses(table).items()):
            if address in anyones:
                continue
            others = sorted(METHODS - taken)
            if address in in_turns or who in BY_ONE_OTHER_METHOD:
                others = [others[turn % len(others)]]
            for method in others:
                before = len(written)
                answer = getattr(client, method)(address)
                if address.startswith("/api/"):
                    closed = answer.status_code in {401, 405}
                else:
                    # Django's own answer to OPTIONS is which methods there are.
                    described = method == "options" and not answer.content
                    closed = described or answer.status_code in {401, 403, 404, 405} or is_login(answer)
                if not closed or written[before:]:
                    faults.append(
                        f"{who} {method.upper()} {address}: {answer.status_code}, wrote {written[before:]}"
                    )
        transaction.set_rollback(True)
    assert not faults, "\n".join(faults)


def methods_of_addresses(table):
    """By address the methods that the table asks for, of whichever record."""
    taken, one = defaultdict(set), {}
    for route in table:
        address = re.sub(r"/\d+/", "/1/", route.url)
        one.setdefault(address, route.url)
        taken[address] |= {"get"} if route.get is not None else set()
        taken[address] |= {route.method} if route.method else set()
    return {url: taken[address] for address, url in one.items()}
