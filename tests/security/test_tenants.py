"""An outside organisation sees its own and nothing of another: every page, chooser, suggestion, export and API answer."""

import copy
import io
import re
import zipfile
from collections import Counter
from datetime import date
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from khcn.kernel.actors import Role, acting
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.registry import register_of, registers
from khcn.parties.models import Person
from khcn.science.models import ScienceTask, TaskMilestone
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import TaskMilestoneFactory
from tests.security.register_rights import RIGHTS
from tests.security.tenants import WORDS, Tenant, pdf
from tests.security.test_crawl import links_of
from tests.web.conftest import account

MOST = 400
WIDEST = 3  # of the many ways to sort and filter one list
TOKENS = re.compile(rb'(csrfmiddlewaretoken" value="|nonce-|nonce=")[^"\']+')


@pytest.fixture(scope="module")
def made_tenants(django_db_setup, django_db_blocker):
    """Made once for all tests; what a test changes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Tenant("a"), Tenant("b")
        transaction.set_rollback(True)


@pytest.fixture
def a_and_b(made_tenants, db):
    return copy.deepcopy(made_tenants)


def browser(tenant):
    client = Client(raise_request_exception=False)
    client.force_login(tenant.account)
    return client


def text_of(answer):
    """Everything that an answer says, the cells of a workbook and the headers among it, in small letters."""
    body = b"".join(answer) if answer.streaming else answer.content
    parts = [str(dict(answer.headers)), body.decode("utf-8", "replace")]
    if body.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(body))
        parts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return " ".join(parts).lower()


def tells(answer, tenant):
    return tenant.word.lower() in text_of(answer)


def addresses_of(record):
    """Every address that names a record, by the screens and over JSON."""
    register = register_of(type(record))
    base, pk = (register.area, register.slug), record.pk
    found = [
        reverse(f"register-{name}", args=[*base, pk]) for name in ("detail", "history", "edit", "delete")
    ]
    found.append(f"/api{register.detail_url(pk)}")
    found += [f"{register.detail_url(pk)}actions/{action.name}/" for action in register.actions]
    if register.actions:
        found.append(f"/api{register.detail_url(pk)}actions/")
    return found


def questions(other):
    """Addresses that ask about another's records without naming one: lists, filters, suggestions, figures, searches."""
    half = other.word[:5]
    for register in registers():
        base = register.list_url()
        yield from (f"{base}?q={half}", f"/api{base}?q={half}", f"/lookup{base}?q={half}")
        # where no outside account is shown a row, each kind of address refuses before it asks: which are refused, the matrix asks
        if not RIGHTS[register.name].outside:
            yield f"{base}new/"
            continue
        yield from (f"{base}count/?q={half}", f"{base}export/?q={half}")
        for path in register.filters:
            for key in (other.organisation.pk, other.person.pk, other.task.pk):
                yield f"{base}?{path}=%23{key}"
        yield from (
            f"{base}new/",
            f"{base}new/?organisation=%23{other.organisation.pk}&task=%23{other.task.pk}",
        )
    yield from (
        f"/search/?q={half}",
        f"/search/suggest/?q={half}",
        "/figures/",
        "/log/",
        "/permissions/",
        "/reports/",
    )
    yield from (f"/figures/{indicator.code}/" for indicator in indicators)
    yield from (f"/figures/{indicator.code}/export/" for indicator in indicators)
    yield from (
        "/import/",
        "/import/template/?register=parties.person",
        "/import/decisions/",
        "/accounts/",
        "/rights/",
    )
    yield from (
        "/delegations/",
        "/assignments/",
        "/my-work/",
        "/deadlines/",
        "/api/",
        "/api/openapi.json",
        "/number-books/",
    )
    yield from (
        f"/science/tasks/{other.task.pk}/{tab}/" for tab in ("budget", "progress", "documents", "history")
    )
    yield f"/science/tasks/{other.task.pk}/files/{other.file.pk}/"


@pytest.mark.django_db
def test_every_link_that_an_outside_account_can_follow_is_its_own(a_and_b):
    for mine, other in (a_and_b, a_and_b[::-1]):
        client = browser(mine)
        waiting, seen, own, faults, shapes = ["/"], {"/"}, 0, [], Counter()
        while waiting and len(seen) < MOST:
            address = waiting.pop(0)
            answer = client.get(address)
            text = text_of(answer)
            own += mine.word.lower() in text
            if other.word.lower() in text:
                faults.append(f"{address} tells of the other")
            if answer.status_code not in {200, 301, 302, 303}:
                faults.append(f"{address}: {answer.status_code}")
            if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            for link in links_of(answer):
                target = urldefrag(urljoin(address, link))[0]
                if not target.startswith("/") or target.startswith("/static/") or target in seen:
                    continue
                shapes[urlsplit(target).path] += 1
                if shapes[urlsplit(target).path] <= WIDEST:
                    seen.add(target)
                    waiting.append(target)
        assert faults == []
        assert own > 20, "hardly a page shows the account its own records, so that this proves nothing"
        for record in mine.own:
            assert any(
                urlsplit(each).path == register_of(type(record)).detail_url(record.pk) for each in seen
            ), record


@pytest.mark.django_db
def test_no_answer_tells_one_organisation_of_another(a_and_b):
    mine, other = a_and_b
    client, faults = browser(mine), []
    for address in questions(other):
        answer = client.get(address)
        if tells(answer, other):
            faults.append(f"{address} ({answer.status_code}) tells")
        if answer.status_code >= 500:
            faults.append(f"{address}: {answer.status_code}")
    for record in (*other.own, *other.internal, *mine.internal):
        for address in addresses_of(record):
            answer = client.get(address)
            if tells(answer, other) or answer.status_code not in {403, 404}:
                faults.append(f"{address} ({answer.status_code})")
    assert faults == []


@pytest.mark.django_db
def test_what_is_another_organisations_looks_like_what_is_not_there(a_and_b):
    mine, other = a_and_b
    client = browser(mine)
    for record in other.own:
        register = register_of(type(record))
        for address in (register.detail_url, lambda pk, r=register: f"/api{r.detail_url(pk)}"):
            hidden, missing = client.get(address(record.pk)), client.get(address(99999999))
            assert (hidden.status_code, missing.status_code) == (404, 404), address(record.pk)
            same = [
                TOKENS.sub(b"", each.content)
                .replace(f"/{pk}/".encode(), b"/#/")
                .replace(f"số {pk} ".encode(), b"# ")
                for each, pk in ((hidden, record.pk), (missing, 99999999))
            ]
            assert same[0] == same[1], address(record.pk)


@pytest.mark.django_db
def test_counts_are_of_ones_own_rows(a_and_b):
    mine, other = a_and_b
    for tenant in (mine, other):
        client = browser(tenant)
        for record in tenant.own:
            register = register_of(type(record))
            expected = sum(type(each) is type(record) for each in tenant.own)
            assert client.get(f"{register.list_url()}count/").content.decode() == str(expected)
            assert client.get(f"/api{register.list_url()}").json()["count"] == expected


def sent_by_form(client, person, **changes):
    page = client.get(f"/parties/people/{person.pk}/edit/").content.decode()
    version = re.search(r'name="version" value="([^"]*)"', page)[1]
    return {
        "full_name": person.full_name,
        "degree": person.degree,
        "organisation": f"#{person.organisation_id}",
        "version": version,
        **changes,
    }


@pytest.mark.django_db
def test_a_row_is_written_only_within_ones_scope_and_never_out_of_it(a_and_b):
    mine, other = a_and_b
    client, person = browser(mine), mine.person
    address = f"/parties/people/{person.pk}/edit/"
    good = sent_by_form(client, person, position="Giám đốc")
    assert client.post(address, good).status_code == 303
    person.refresh_from_db()
    assert person.position == "Giám đốc"
    for named in (f"#{other.organisation.pk}", other.organisation.name):
        answer = client.post(address, sent_by_form(client, person, organisation=named))
        assert answer.status_code == 422, named
    assert client.post(address, sent_by_form(client, person, organisation="")).status_code == 403
    new = {"full_name": "Người Mới", "organisation": f"#{mine.organisation.pk}"}
    assert (
        client.post("/parties/people/new/", {**new, "organisation": f"#{other.organisation.pk}"}).status_code
        == 422
    )
    taken = PersonFactory(full_name="Người Trùng", organisation=None)
    assert (
        client.post("/parties/people/new/", {"full_name": taken.full_name, "organisation": ""}).status_code
        == 403
    )
    assert client.post("/parties/people/new/", new).status_code == 303
    foreign = f"/parties/people/{other.person.pk}/"
    for each in (
        f"{foreign}edit/",
        f"{foreign}delete/",
        f"{foreign}files/",
        f"/parties/organisations/{other.organisation.pk}/edit/",
    ):
        assert client.post(each, {**good, "file": pdf()}).status_code == 404, each
    assert client.post(f"/parties/organisations/{mine.organisation.pk}/edit/", good).status_code == 403
    assert client.post(f"/science/tasks/{mine.task.pk}/delete/").status_code == 403
    person.refresh_from_db()
    assert person.organisation_id == mine.organisation.pk


@pytest.mark.django_db
def test_the_api_keeps_to_the_same_scope(a_and_b):
    mine, other = a_and_b
    client = browser(mine)
    at = f"/api/parties/people/{mine.person.pk}/"
    mark = client.get(at)["ETag"]
    sent = {"content_type": "application/json", "headers": {"If-Match": mark}}
    for owner, status in ((other.organisation.pk, 422), (None, 403)):
        value = {"id": owner} if owner else None
        assert client.patch(at, {"organisation": value}, **sent).status_code == status
    assert client.patch(at, {"position": "Phó giám đốc"}, **sent).status_code == 200
    foreign = f"/api/parties/people/{other.person.pk}/"
    for method in ("get", "patch", "put", "delete"):
        assert getattr(client, method)(foreign, {}, **sent).status_code == 404
    assert client.delete(at, {}, **sent).status_code == 403
    fields = client.get(f"/api/science/tasks/{mine.task.pk}/").json()["fields"]
    assert "note" not in fields
    assert "title" in fields


@pytest.mark.django_db
def test_hidden_fields_are_hidden_everywhere(a_and_b):
    mine, _other = a_and_b
    client = browser(mine)
    secret = f"{mine.word} note".lower()
    task = mine.task
    assert task.note.lower() == secret
    for address in (
        f"/science/tasks/{task.pk}/", "/science/tasks/", "/science/tasks/export/", f"/api/science/tasks/{task.pk}/",
        "/api/science/tasks/", "/search/?q=note", "/science/tasks/?q=note", "/api/",
    ):  # fmt: skip
        assert secret not in text_of(client.get(address)), address
    assert client.get("/api/science/tasks/?sort=note").status_code == 422
    assert client.get("/api/science/tasks/?note=x").status_code == 422


@pytest.mark.django_db
def test_a_register_that_is_closed_is_no_filter_and_no_way_to_search(a_and_b, monkeypatch):
    mine, _other = a_and_b
    document = LegalDocumentFactory(number="77/QĐ-Zebra")
    TaskMilestoneFactory(task=mine.task, kind="listed", on=date(2023, 1, 5), document=document)
    inside = Client()
    inside.force_login(account(Role.OFFICER, "QLKH"))
    found = []
    for client in (inside, browser(mine)):
        page = html.fromstring(client.get("/science/milestones/").content.decode())
        asked = set(page.xpath("//*[@name='document' or @name='grade']/@name"))
        found.append((client.get("/api/science/milestones/?q=Zebra").json()["count"], asked))
    assert found == [(1, {"document", "grade"}), (0, {"grade"})]
    register = register_of(TaskMilestone)
    monkeypatch.setattr(register, "filters", {"task": ["exact"]})  # a way to search that is no filter
    assert register.seen_by(mine.account.actor).search == ("task",)


@pytest.mark.django_db
def test_whatever_writes_for_an_outside_account_writes_its_own_rows_only(a_and_b):
    mine, other = a_and_b
    outside = mine.account.actor

    def write(actor, record, **values):
        with acting(actor), transaction.atomic():
            for name, value in values.items():
                setattr(record, name, value)
            record.save()

    write(outside, Person.objects.get(pk=mine.person.pk), position="Thử")
    for actor, record, values in (
        (outside, Person.objects.get(pk=mine.person.pk), {"organisation": other.organisation}),
        (
            outside,
            Person.objects.get(pk=other.person.pk),
            {"position": "x"},
        ),
        (outside, ScienceTask.objects.get(pk=mine.task.pk), {"note": "x"}),
        (outside, OrganisationFactory.build(), {}),
    ):
        with pytest.raises(NotPermitted):
            write(actor, record, **values)
    mine.person.refresh_from_db()
    assert (mine.person.position, mine.person.organisation_id) == ("Thử", mine.organisation.pk)


@pytest.mark.django_db
def test_an_account_without_role_has_a_home_page_and_nothing_else(a_and_b):
    from khcn.kernel.actors import SYSTEM
    from khcn.parties.models import User

    with acting(SYSTEM):
        user = User.objects.create_user(
            "khong.vai.tro", password="mat-khau-thu-nghiem", full_name="Chưa Phân Công"
        )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    home = client.get("/")
    assert home.status_code == 200
    assert "chưa được mở quyền xem" in home.content.decode()
    for register in registers():
        for address in (register.list_url(), f"/api{register.list_url()}", f"/lookup{register.list_url()}"):
            assert client.get(address).status_code == 403, address
    found = client.get(f"/search/?q={WORDS['a'][:5]}")
    assert not any(tells(found, tenant) for tenant in a_and_b)
