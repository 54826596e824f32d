"""Reading changes nothing and never breaks: every link that an administrator can follow, and every parameter bent."""

import hashlib
import random
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from lxml import html

from khcn.web.views import home
from tests.security.reading import names_read
from tests.security.test_matrix import HEADERS, check_answer, inside_shown, signed_in

FEWEST, MOST = 150, 300
NAMES = (
    "q after before sort unit year kind number regime on from copy preview_kind preview_year text code aspect nth "
    "cancelled day actor model action next register show level field_group start_year host"
).split()
READ_THE_ADDRESS = ("resolver", "resolver-description")
"""Routes that take their parameters apart themselves."""
ALWAYS = ("9" * 5000, "year:x")  # Python refuses to read so long a number
NASTY = (
    "\x00",
    "9" * 40,
    "-1",
    "month:0",
    "' OR 1=1 --",
    "{{7*7}}${7*7}",
    "%",
    "٣",
    "<script>alert(1)</script>",
    "\ud800",
    "á" * 3000,
    "2023-02-30",
    "//ke.xau/",
)


def links_of(answer):
    """Addresses that a page leads to; a redirect is none."""
    page = answer.content.decode()
    return html.fromstring(page).xpath("//@href | //@src | //@hx-get") if page else []


def database_hash():
    """Every row of every table, sessions and wrong passwords apart."""
    found = hashlib.sha256()
    there = set(connection.introspection.table_names())  # some tests bring models without a table
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda each: each._meta.db_table):
        table = model._meta.db_table
        if table not in there or table.startswith(
            (
                "parties_accountsession",
                "parties_signinfailure",
                "parties_failurecount",
                "parties_refusalcount",
            )
        ):
            continue
        found.update(model._meta.db_table.encode())
        for row in model._base_manager.order_by("pk").values_list():
            found.update(repr(row).encode())
    return found.hexdigest()


@pytest.mark.django_db
def test_following_every_link_changes_no_row_and_breaks_nothing(world):
    client = signed_in(world, "admin")
    before = database_hash()
    waiting, seen, faults = ["/"], {"/"}, []
    shapes = {}
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        answer = client.get(address)
        faults += check_answer(answer, address, None)
        if answer.status_code not in {200, 301, 302, 303}:
            faults.append(f"{address}: {answer.status_code}")
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in links_of(answer):
            target = urldefrag(urljoin(address, link))[0]
            shape = urlsplit(target).path
            if not target.startswith("/") or target.startswith("/static/") or target in seen:
                continue
            shapes[shape] = shapes.get(shape, 0) + 1
            if shapes[shape] <= 3:  # a few of the many ways to sort and filter one list
                seen.add(target)
                waiting.append(target)
    assert not faults, "\n".join(faults)
    assert len(seen) > FEWEST
    assert database_hash() == before


@pytest.mark.django_db
def test_no_parameter_breaks_a_page(world, table):
    client = signed_in(world, "admin")
    choose = random.Random(2023)
    addresses = {route.name: route.url for route in table if route.get and route.name != "set_language"}
    addresses = {name: url for name, url in addresses.items() if "_detail" not in name}
    lists = [url for name, url in addresses.items() if name.startswith("api:")]
    pages = [
        url
        for name, url in addresses.items()
        if not name.startswith(("api:", "science-task-", "reports:file"))
    ]
    own_readers = {addresses[name] for name in READ_THE_ADDRESS}
    faults = []
    for url in [*pages, *choose.sample(lists, 3)]:
        # Every value everywhere would take minutes; by another hundred pages each pair of value and name has been tried.
        combined = [dict.fromkeys(NAMES, value) for value in (*ALWAYS, *choose.sample(NASTY, 4))]
        single = [{name: choose.choice(NASTY)} for name in choose.sample(NAMES, 5)]
        with names_read() as read:
            client.get(url)
        known = NAMES if url in own_readers else read.among(NAMES)
        # what is not read of a page without parameters makes no difference to it; the frame around all pages reads the address
        queries = [
            *(combined if known else combined[-1:]),
            *(each for each in single if set(each) & set(known)),
        ]
        for query in queries:
            address = f"{url}?{urlencode(query, errors='surrogatepass')}"
            answer = client.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            if answer.status_code >= 500 or inside_shown(body):
                faults.append(f"{url}? {query if len(query) == 1 else next(iter(query.values()))!r:.60}")
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if is_page and b"<script>alert(1)" in body:
                faults.append(f"{url} echoes {query!r:.80}")
            if (
                answer.status_code in {301, 302, 303}
                and "ke.xau" in answer.headers["Location"].partition("?")[0]
            ):
                faults.append(f"{url} leads away: {answer.headers['Location']}")
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/khong/co/trang/nay", "get", 404),
        ("/science/tasks/999999/", "get", 404),
        ("/science/tasks/99999999999999999999999999/", "get", 404),
        ("/accounts/", "post", 405),
        ("/science/tasks/?after=xxx", "get", 400),
        ("/static/khong-co.css", "get", 404),
        ("/..%2f..%2fetc/passwd", "get", 404),
        ("/static/..%2f..%2fsettings.py", "get", 404),
        ("/.git/config", "get", 404),
        ("/.env", "get", 404),
        ("/", "trace", 405),
        ("/", "put", 405),
        ("/", "delete", 405),
    ],
)
def test_refusals_say_nothing_of_the_inside(world, address, method, status):
    answer = getattr(signed_in(world, "admin"), method)(address)
    assert answer.status_code == status
    assert check_answer(answer, address, None) == []


@pytest.mark.django_db
def test_a_fault_of_ours_shows_a_page_and_no_more(world, monkeypatch):
    def fail(request):
        raise RuntimeError(f'SELECT "id" FROM secret; {settings.ROOT}/settings.py')

    monkeypatch.setattr(home.cards, "all_cards", fail)
    answer = signed_in(world, "admin").get("/")
    assert answer.status_code == 500
    assert [each for each in check_answer(answer, "/", None) if not each.endswith(": 500")] == []
    page = answer.content.decode()
    assert "Máy chủ gặp sự cố" in page
    assert [
        word for word in ("secret", "settings.py", "RuntimeError") if word in page
    ] == []  # escaped neither


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["ke.xau", "ke.xau:80", "127.0.0.1.ke.xau", "'"])
def test_another_host_name_is_refused(client, host):
    answer = client.get("/login/", headers={"host": host})
    assert answer.status_code == 400
    assert host not in answer.content.decode()


@pytest.mark.django_db
def test_files_carry_the_same_protection(world):
    client = signed_in(world, "officer")
    record = world.records["science.sciencetask"]
    attached = world.attachments["science.sciencetask"].pk
    for address in (
        f"/science/tasks/{record.pk}/files/{attached}/",
        f"/import/{world.previewed.pk}/file/",
        f"/import/{world.asking.pk}/problems/",
        f"/reports/{world.frozen.pk}/files/html/",
        f"/reports/{world.report.pk}/files/html/",
        f"/reports/{world.report.pk}/files/json/",
        "/science/tasks/export/",
        "/figures/NV-01/export/",
        "/import/template/?register=science.sciencetask",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment;"), address
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert b"".join(answer)


@pytest.mark.django_db
def test_health_checks_need_no_account_and_report_a_database_that_is_gone(client, monkeypatch):
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json()["status"] == "ready"

    def gone(*args):
        raise DatabaseError("không nối được")

    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/search/?q=%00", "/science/tasks/?q=a%00b", "/log/?actor=%00", "/import/?unit=%00"]
)
def test_nul_in_an_address_is_refused(world, address):
    answer = signed_in(world, "admin").get(address)
    assert answer.status_code == 400
    assert "Địa chỉ của trang bị cắt" in answer.content.decode()
