"""Regardless of which register is closed to an actor, no answer about records that link to its records tells a name of one."""

import base64
import binascii
import re
from collections import defaultdict
from functools import cache
from itertools import count

import orjson
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.urls import reverse

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.fields.links import links_to
from khcn.kernel.registers.registry import has_register, inline_registers_of, register_of, registers
from khcn.kernel.registers.spec import Register
from khcn.parties.models import Organisation, Person
from khcn.science.models import ScienceTask, Submission
from khcn.science.views import TABS
from tests.factories.registry import factory_of
from tests.security.askers import of_turn
from tests.security.tenants import WORDS, marked
from tests.security.test_closed_links import close, drawn, entered, who_may_change, with_every_link
from tests.security.test_matrix import signed_in
from tests.security.test_tenants import addresses_of, text_of
from tests.web.conftest import account, words

WORD = WORDS["a"]
MARK = re.compile(r"[A-Za-z0-9_-]{16,}")
INSTEAD = "(không có quyền xem)"

pytestmark = pytest.mark.django_db


def content_of(answer):
    """All that an answer says, what the marks of the pages of a list hold among it."""
    body = text_of(answer)
    raw = b"" if answer.streaming else answer.content
    for mark in MARK.findall(raw.decode("utf-8", "replace")):
        try:
            body += str(orjson.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))).lower()
        except (binascii.Error, ValueError):
            continue
    return body


def names_it(answer):
    return WORD.lower() in content_of(answer)


def canary(model, number=0, **given):
    """A record of the model that is called by the word, by whatever column names it."""
    record = marked(factory_of(model)(**given), f"{WORD}{number}")
    lookup = register_of(model).lookup
    field = model._meta.get_field(lookup) if lookup and "__" not in lookup else None
    if isinstance(field, models.CharField | models.TextField) and not field.choices:
        setattr(record, lookup, f"{WORD}{number} {lookup}"[: field.max_length])
        with acting(SYSTEM):
            record.save()
    return record


def links_between():
    """Each link of a form or of what actions write, with the register that it leads from."""
    for register in registers():
        names = (*register.form_fields(), *(register.outcome.fields if register.outcome else ()))
        for name in names:
            field = register.model._meta.get_field(name)
            if field.many_to_one and field.related_model is not register.model:
                yield register, field


# Functions of an action that make words for its dialog
OF_WORDS = ("preview", "shows", "notice", "not_done", "choices", "initial")


def has_own_words(register):
    """Does code of this register alone make what its pages show of a record?"""
    makes = any(getattr(action, each) is not None for action in register.actions for each in OF_WORDS)
    return makes or register.annotate is not None or register.detail_template != Register.detail_template


def shape_of(register, field):
    """What the code of all registers looks at where it shows a link; the register itself where code of its own may show it."""
    name, writer = field.name, register.writer
    paths = (each if isinstance(each, str) else each.path for each in register.columns)
    columns = [path.partition("__")[2] for path in paths if path.partition("__")[0] == name]
    return (
        tuple(sorted(columns)),
        any(name in action.input_names() for action in register.actions),
        any(path.partition("__")[0] == name for path in register.filters),
        *(name in names for names in (register.form_fields(), register.natural_key, register.search)),
        *(name == each for each in (register.named_with, register.inline_in, writer.acts_on_link)),
        name in {panel.link for panel in register.panel_of},
        field.null,
        bool(inline_registers_of(register.model)),
        register.name if has_own_words(register) or titled(register.model, field) else "",
    )


def titled(model, field):
    """May the title of a record of this model say what this link names? It is asked of a record that says nothing else."""
    linked = field.related_model
    named = linked(
        **{
            each.name: f"{WORD} {each.name}"
            for each in linked._meta.concrete_fields
            if isinstance(each, models.CharField | models.TextField) and not each.choices
        }
    )
    try:
        return WORD in str(model(**{field.name: named}))
    except (TypeError, ValueError, AttributeError, ObjectDoesNotExist):  # it names what this record lacks
        return True


@cache
def links_to_ask():
    """The first link of each shape."""
    found = {}
    for register, field in links_between():
        found.setdefault(shape_of(register, field), (register, field))
    return list(found.values())


def targets():
    return sorted(
        {field.related_model for _register, field in links_to_ask()}, key=lambda each: each._meta.label
    )


def asked(records):
    """Every address of records of other registers, and the lists in which they stand."""
    for record in records:
        yield from addresses_of(record)
        if isinstance(record, ScienceTask):
            yield from (
                reverse(f"science-task-{tab}", args=[record.pk]) for tab, _label in TABS if tab != "general"
            )
    for register in dict.fromkeys(register_of(type(record)) for record in records):
        base = register.list_url()
        yield from (base, f"{base}?print=all", f"{base}export/", f"/api{base}?size=1", f"{base}removed/")


# A row is about a public address, which contains the number of the product (GS1 Digital Link). The test gives it another number, so that
# everything else on the row is checked.
PUBLIC_ADDRESSES = {"goods.labelscan": {"path": "/01/09521400000014/10/L-1"}}


# What is handed in for another call is read by nobody of the department before it was opened.
WITH_READ_RECORDS = {"science.proposalcall": {"is_sealed": False}}


def records_that_name(model):
    """Two records of each register whose links name a record that is called by the word, so that lists have a next page."""
    fields, numbers = defaultdict(list), count()
    for register, field in links_to_ask():
        if field.related_model is model:
            fields[register].append(field)
    return [
        with_every_link(
            register.model,
            **{
                each.name: canary(
                    model,
                    next(numbers),
                    **(each.get_limit_choices_to() or {}),
                    **WITH_READ_RECORDS.get(model._meta.label_lower, {}),
                )
                for each in links
            },
            **PUBLIC_ADDRESSES.get(register.name, {}),
        )
        for register, links in fields.items()
        for _twice in range(2)
    ]


def who_reads(people, record):
    return next(each for each in people if register_of(type(record)).may("read", each.actor, record))


@pytest.mark.parametrize("model", targets(), ids=lambda each: each._meta.label_lower)
def test_no_answer_about_what_names_a_record_of_a_closed_register_tells_its_name(
    catalogues, monkeypatch, model
):
    monkeypatch.setattr("khcn.kernel.registers.list_pages.PAGE_SIZE", 1)
    people = [account(Role.OFFICE, "VP"), account(Role.OFFICER, "QLKH"), account(Role.LEADER, "BGD")]
    records = records_that_name(model)
    readers = {
        record: who_may_change(people, register_of(type(record)), record) or who_reads(people, record)
        for record in records
    }
    clients = {who: entered(who) for who in people}
    in_full = [
        record
        for record, who in readers.items()
        if names_it(clients[who].get(register_of(type(record)).detail_url(record.pk)))
    ]
    assert in_full
    close(model._meta.label_lower)
    faults = []
    for who, client in clients.items():
        for address in dict.fromkeys(asked([each for each in records[::2] if readers[each] == who])):
            answer = client.get(address)
            if names_it(answer):
                faults.append(f"{address} ({who.role})")
            if answer.status_code >= 500:
                faults.append(f"{address}: {answer.status_code}")
    assert not faults, faults


@pytest.mark.xdist_group("closed-names")  # one process makes the world and the table
@pytest.mark.parametrize("who", ["head", "admin"])
def test_no_page_of_the_department_tells_an_organisation_or_a_person_that_may_not_be_read(world, table, who):
    """What both may read they ask in turns, page by page; operations of registers that name one the test above asks."""
    for number, each in enumerate([*Organisation.objects.all(), *Person.objects.all()]):
        marked(each, f"{WORD}{number}")
    client = signed_in(world, who)
    addresses = [
        route.url + route.query
        # Reports and papers say what they have printed, to those who may read them (docs/adr/0012); public pages know no
        # account, and tell everybody what is published.
        for route in of_turn(table, who, ("head", "admin"))
        if not route.url.startswith(
            ("/public/", "/reports/", "/papers/", "/parties/organisations/", "/parties/people/")
        )
    ]
    assert any(names_it(client.get(address)) for address in addresses)
    close("parties.organisation")
    close("parties.person")
    client = signed_in(world, who)
    faults = [address for address in dict.fromkeys(addresses) if names_it(client.get(address))]
    assert not faults, faults


def test_the_page_of_two_editors_names_no_record_of_a_closed_register_in_the_rows(catalogues):
    people = [account(Role.OFFICER, unit) for unit in ("QLKH", "QLCN", "TTRA", "TDC")]
    people += [account(Role.OFFICE, "VP"), account(Role.LEADER, "BGD")]
    faults, seen = [], set()
    for register in registers():
        for child, panel in inline_registers_of(register.model):
            for field in (child.model._meta.get_field(name) for name in child.form_fields()):
                if not field.many_to_one or field.name == panel.link:
                    continue
                with transaction.atomic():
                    record = with_every_link(register.model)
                    who = who_may_change(people, register, record)
                    named = canary(field.related_model, **(field.get_limit_choices_to() or {}))
                    row = with_every_link(child.model, **{panel.link: record, field.name: named})
                    close(field.related_model._meta.label_lower, "read")
                    client, address = entered(who), f"{register.detail_url(record.pk)}edit/"
                    sent = drawn(client, address)
                    key = f"{child.slug}-0-{field.name}"
                    page = client.post(address, {**sent, "version": "khác", f"{child.slug}-0-DELETE": "on"})
                    shown = page.content.decode()
                    if key not in sent or page.status_code != 409 or INSTEAD not in shown or names_it(page):
                        faults.append((register.name, key, page.status_code, row.pk))
                    seen.add(f"{child.name}.{field.name}")
                    transaction.set_rollback(True)
    assert not faults, faults
    assert {"science.teammember.person", "science.taskpartner.organisation"} <= seen


@pytest.mark.parametrize("model", [Organisation, Person])
def test_what_a_merger_moves_is_named_only_as_far_as_the_actor_may_know_it(catalogues, model):
    client, faults, seen = entered(account(Role.OFFICE, "VP")), [], set()
    target, duplicate = factory_of(model)(), factory_of(model)()
    address = f"{register_of(model).detail_url(target.pk)}actions/merge/"
    for field in links_to(model):
        if field.model is model or not has_register(field.model):
            continue
        with transaction.atomic():
            row = marked(factory_of(field.model)(**{field.name: duplicate}), WORD)
            links = [each for each in row._meta.concrete_fields if each.related_model not in {None, model}]
            for number, link in enumerate(links):
                if (linked := getattr(row, link.name)) is not None:
                    marked(linked, f"{WORD}{number}")
            for each in {field.model, *(link.related_model for link in links)}:
                close(each._meta.label_lower)
            answer = client.post(address, {"duplicate": f"#{duplicate.pk}", "preview": "1"})
            is_named = str(field.model._meta.verbose_name) in words(answer)
            # of a sealed submission the page does not even say that somebody handed something in
            is_sealed = field.model is Submission
            if names_it(answer) or is_named == is_sealed:
                faults.append((field, answer.status_code))
            seen.add(str(field))
            transaction.set_rollback(True)
    assert not faults, faults
    assert len(seen) > 3, seen
