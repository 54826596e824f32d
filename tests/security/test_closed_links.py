"""A link to a record that the actor may not choose stays as it is, by every way in which its row is written."""

from datetime import date

import orjson
import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.fields.reference_input import LISTED_UP_TO
from khcn.kernel.registers.registry import inline_registers_of, register_of, registers
from khcn.parties.models import Organisation, RoleRight
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.security.world import DAY
from tests.web.conftest import account, form_values, tree

INSTEAD = "(không có quyền xem)"
UNCHANGED = "#0"
SAVED = 303

pytestmark = pytest.mark.django_db


def close(name, verb="read"):
    """Nobody of the department may do this with the records of the register any more."""
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(register=name, verb=verb, allowed=False, **days).save()


def links_of(register):
    """The links that the form of the register holds."""
    fields = (register.model._meta.get_field(name) for name in register.form_fields())
    return [field for field in fields if field.many_to_one]


def with_every_link(model, **given):
    """A record in which every link of the form of its register names a record."""
    record = factory_of(model)(**given)
    for field in links_of(register_of(model)):
        if getattr(record, field.attname) is None:
            setattr(
                record, field.name, factory_of(field.related_model)(**(field.get_limit_choices_to() or {}))
            )
    with acting(SYSTEM):
        record.save()
    return record


def boxes(register, record):
    """The links that the page of the form of the record holds, those of its rows too: name of the box, link, its row."""
    found = [(field.name, field, record) for field in links_of(register)]
    for child, panel in inline_registers_of(register.model):
        row = with_every_link(child.model, **{panel.link: record})
        found += [
            (f"{child.slug}-0-{field.name}", field, row)
            for field in links_of(child)
            if field.name != panel.link
        ]
    return found


def stored(*rows):
    """The rows as they are on record, without what every write changes."""
    found = [type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows]
    return [{name: value for name, value in row.items() if name != "updated_at"} for row in found]


def who_may_change(people, register, record):
    """An account that may; None for what nobody of the department changes."""
    return next((each for each in people if register.may("change", each.actor_on(DAY), record)), None)


def entered(user):
    """A client in which this account has signed in."""
    client = Client()
    client.force_login(user)
    return client


def drawn(client, address):
    """What a browser sends from the form of this address that nobody has touched."""
    page = client.get(address)
    assert page.status_code == 200, address
    return {name: value for name, value in form_values(tree(page)).items() if name not in {"more", "again"}}


def patched(client, register, record):
    """The answer to a program that changes a field that is no link, or none where the form has no notes."""
    sent = {"note": "chỉ ghi chú"} if "note" in register.form_fields() else {}
    address = f"/api{register.detail_url(record.pk)}"
    return client.patch(
        address, orjson.dumps(sent), "application/json", headers={"If-Match": "*"}
    ).status_code


def is_decided_by(register, field):
    """May nobody write the row without reading what the link names?"""
    return field.related_model is register.model or register.writer.acts_on_link == field.name


def of_note(record):
    """The columns that a change of the note changes: where nothing else is searched, the place in the alphabet too."""
    return {"note", "sort_key"} if record.searched[:1] == ("note",) else {"note"}


@pytest.fixture
def people(catalogues):
    """An account of each role that writes."""
    return [account(Role.OFFICER, "QLKH"), account(Role.OFFICE, "VP"), account(Role.LEADER, "BGD")]


def tried(who, register, rows, box="", field=None):
    """What form and API answer while the link is closed, with what the box sends and whether nothing else changed."""
    record, before = rows[0], stored(*rows)
    with transaction.atomic():
        if field is not None:
            verb = "choose" if is_decided_by(register, field) else "read"
            close(field.related_model._meta.label_lower, verb)
        client = entered(who)
        address = f"{register.detail_url(record.pk)}edit/"
        sent = drawn(client, address)
        found = [client.post(address, sent).status_code, stored(*rows) == before]
        found.append(patched(client, register, record))
        after = stored(*rows)
        after[0] |= {name: before[0][name] for name in of_note(record) & set(before[0])}
        found.append(after == before)
        transaction.set_rollback(True)
    return sent.get(box), found


def shape_of(register, box, field):
    """What the code of all forms looks at where it draws and reads a link."""
    is_of_row = box != field.name
    own = None if is_of_row else register
    return (
        is_of_row,
        field.null,
        bool(field.get_limit_choices_to()),
        is_decided_by(register, field),
        own is not None
        and (field.name in own.natural_key, field.name == own.writer.acts_on_link, type(own.writer)),
        bool(register_of(field.related_model).lookup),
        own is not None and any(field.name in each.fields for each in own.owned),
    )


def test_every_form_saved_as_drawn_and_every_change_of_a_note_changes_no_link(people):
    """Of every register with all links open; with a link closed, that of a task and the first of each shape."""
    faults, seen, shapes = [], set(), set()
    good = [SAVED, True, 200, True]
    for register in registers():
        for make in (with_every_link, lambda model: factory_of(model)()):
            record = make(register.model)
            linked = [
                each for each in boxes(register, record) if getattr(each[2], each[1].attname) is not None
            ]
            rows = list(dict.fromkeys([record, *(row for _box, _field, row in linked)]))
            who = who_may_change(people, register, record)
            if not linked or who is None or tried(who, register, rows)[1] == good:
                break
        else:
            faults.append((register.name, tried(who, register, rows)))
        for box, field, _row in linked if who is not None else ():
            shape = shape_of(register, box, field)
            if shape in shapes and register.model is not ScienceTask:
                continue
            shapes.add(shape)
            seen.add(f"{register.name}.{box}")
            if (found := tried(who, register, rows, box, field)) != (UNCHANGED, good):
                faults.append((register.name, box, *found))
    assert not faults, faults
    assert {"science.sciencetask.host", "science.sciencetask.team-members-0-person"} <= seen


@pytest.fixture
def task(people):
    """A task whose host and principal investigator nobody of the department may choose."""
    found = ScienceTaskFactory(host=OrganisationFactory(), principal_investigator=PersonFactory())
    close("parties.organisation")
    close("parties.person")
    return found


@pytest.fixture
def ended(task):
    """The same, ended: its particulars are changed by the action alone."""
    TaskMilestoneFactory(task=task, kind="stopped", on=date(2023, 8, 5))
    return task


def links(task):
    task.refresh_from_db()
    return task.host_id, task.principal_investigator_id


def by_program(method, address, body):
    """The answer of the API."""
    return method(f"/api{address}", orjson.dumps(body), "application/json", headers={"If-Match": "*"})


def test_a_correction_keeps_the_links_that_its_dialog_does_not_name(people, ended):
    before, client = links(ended), entered(people[0])
    address = f"/science/tasks/{ended.pk}/actions/correct/"
    sent = drawn(client, address)
    assert (sent["host"], sent["principal_investigator"]) == (UNCHANGED, UNCHANGED)
    assert client.get(address).content.decode().count(f">{INSTEAD}</option>") == 2
    sent |= {"objective": "mục tiêu mới", "reason": "gõ nhầm"}
    assert client.post(address, sent).status_code == SAVED
    assert (links(ended), ended.objective) == (before, "mục tiêu mới")
    needed = {name: getattr(ended, name) for name in ("code", "title", "start_year", "task_type", "level")}
    needed |= {"managing_side": ended.managing_side, "reason": "gõ nhầm"}
    for host in ({}, {"host": {"id": before[0]}}, {"host": {"id": before[0], "name": INSTEAD}}):
        objective = f"qua máy {host}"
        answer = by_program(client.post, address, {**needed, **host, "objective": objective})
        assert answer.status_code == 200, answer.content
        assert (links(ended), ended.objective) == (before, objective)


@pytest.mark.parametrize("where", ["edit/", "actions/correct/"])
@pytest.mark.parametrize("named", ["", "khác", "tên", "giữ"])
def test_a_link_that_may_not_be_chosen_is_set_to_nothing_else_and_not_removed(people, request, where, named):
    """``giữ``: the key that says "unchanged", where nothing is linked."""
    task = request.getfixturevalue("task" if where == "edit/" else "ended")
    other = OrganisationFactory(name="Viện Khác")
    if named == "giữ":
        task.host = None
        with acting(SYSTEM):
            task.save()
    before, client = links(task), entered(people[0])
    address = f"/science/tasks/{task.pk}/{where}"
    typed = {"": "", "khác": f"#{other.pk}", "tên": other.name, "giữ": UNCHANGED}[named]
    page = client.post(address, {**drawn(client, address), "reason": "thử", "host": typed})
    assert page.status_code == 422
    assert [each.get("name") for each in tree(page).xpath("//*[@aria-invalid='true']")] == ["host"]
    body = {"host": {"": None, "khác": {"id": other.pk}}.get(named, typed)}
    if where == "edit/":
        answer = by_program(client.patch, f"/science/tasks/{task.pk}/", body)
    else:
        needed = {name: getattr(task, name) for name in ("code", "title", "start_year", "task_type", "level")}
        needed |= {"managing_side": task.managing_side, "reason": "gõ nhầm"}
        answer = by_program(client.post, address, {**needed, **body})
    errors = answer.json()["errors"]
    assert (answer.status_code, list(errors)) == (422, ["host"]), errors
    assert links(task) == before


def test_what_is_read_from_the_api_can_be_sent_back_and_the_text_of_the_box_keeps_the_link_too(people, task):
    before, client = links(task), entered(people[0])
    found = client.get(f"/api/science/tasks/{task.pk}/").json()
    body = {**found["fields"], "note": "gửi lại"}
    assert body["host"] == {"id": before[0], "name": INSTEAD}
    assert by_program(client.put, f"/science/tasks/{task.pk}/", body).status_code == 200
    assert (links(task), task.note) == (before, "gửi lại")
    address = f"/science/tasks/{task.pk}/edit/"
    assert client.post(address, {**drawn(client, address), "host": INSTEAD}).status_code == SAVED
    assert links(task) == before


def test_who_may_choose_some_records_keeps_one_they_may_not_or_takes_another_of_theirs(people, monkeypatch):
    """With more records than a list holds, the box is typed into: it shows the text, and its key keeps the link."""
    own = [OrganisationFactory() for _number in range(3)]
    task = ScienceTaskFactory(host=OrganisationFactory(), principal_investigator=None)
    keys = [each.pk for each in own]
    register = register_of(Organisation)
    whole = register.reach
    monkeypatch.setattr(
        register,
        "reach",
        lambda verb, actor: (
            Q(pk__in=keys) if verb == "choose" else False if verb == "read" else whole(verb, actor)
        ),
    )
    before, client, address = links(task), entered(people[0]), f"/science/tasks/{task.pk}/edit/"
    for listed_up_to in (LISTED_UP_TO, 1):
        monkeypatch.setattr("khcn.kernel.fields.reference_input.LISTED_UP_TO", listed_up_to)
        page = tree(client.get(address))
        keys_shown = page.xpath("//select[@name='host']/option[@selected]/@value") + page.xpath(
            "//input[@name='host']/@data-key"
        )
        assert keys_shown == [UNCHANGED]
        sent = {**drawn(client, address), "host": UNCHANGED}
        assert client.post(address, sent).status_code == SAVED
        assert links(task) == before
    sent = {**drawn(client, address), "host": f"#{keys[1]}"}
    assert client.post(address, sent).status_code == SAVED
    assert links(task) == (keys[1], None)
