"""A row that is exported while a register is closed comes back as it is: its links to that register stay."""

from datetime import date

import pytest
from django.db import transaction
from django.db.models import Q

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import AnswerAction, ImportSeverity
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.parties.models import Organisation, User
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import book_of, decide
from tests.security.test_closed_links import (
    INSTEAD,
    close,
    drawn,
    entered,
    is_decided_by,
    links,
    stored,
    who_may_change,
    with_every_link,
)
from tests.web.conftest import account, words

DAY = date(2023, 9, 14)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(catalogues):
    """An account of each role that writes."""
    return [account(Role.OFFICER, "QLKH"), account(Role.OFFICE, "VP"), account(Role.LEADER, "BGD")]


def sent_back(who, register, record):
    """What the import would do with the row of the record as this account exports it."""
    actor = who.actor_on(DAY)
    rows = register.rows(actor, DAY).filter(pk=record.pk)
    with acting(actor):
        content = export_workbook(register.seen_by(actor), rows)
        return make_plan(content, "thử.xlsx", actor=actor, on=DAY)


def outcome(plan):
    """Questions, codes of errors with their columns, and how many rows would be changed or stay."""
    errors = [(each.code, each.column) for each in plan.problems if each.severity is ImportSeverity.ERROR]
    return len(plan.questions), errors, plan.counts.create, plan.counts.change, plan.counts.same


SAME = (0, [], 0, 0, 1)


def keys_without_name(register, record, closed):
    """The columns by which rows are known and which name nothing while the records of this model have no names."""
    columns = (each for each in sheet_columns(register) if each.name in register.natural_key)
    linked = (each for each in columns if each.field.related_model is closed)
    return [each for each in linked if getattr(record, each.field.attname) is not None]


def test_a_link_to_a_closed_register_stays_whatever_register_is_exported(people):
    faults, unchanged, named = [], set(), set()
    for register in registers():
        record = with_every_link(register.model)
        who = who_may_change(people, register, record)
        if who is None or not register.form:
            continue
        before = outcome(sent_back(who, register, record))
        for column in (each for each in sheet_columns(register) if each.target is not None):
            if getattr(record, column.field.attname) is None:
                continue
            with transaction.atomic():
                verb = "choose" if is_decided_by(register, column.field) else "read"
                close(column.field.related_model._meta.label_lower, verb)
                found = outcome(sent_back(who, register, record))
                transaction.set_rollback(True)
            if keys := keys_without_name(register, record, column.field.related_model):
                if verb == "choose":  # the name stands in the cell, and by it the row is asked about as ever
                    continue
                named |= {f"{register.name}.{each.name}" for each in keys}
                if found[0] or {("no_name", each.heading) for each in keys} - set(found[1]):
                    faults.append((register.name, column.name, found))
            elif before == SAME:
                unchanged.add(f"{register.name}.{column.name}")
                if found != SAME:
                    faults.append((register.name, column.name, found))
            elif found[0] > before[0] or ("no_name", column.heading) in found[1]:
                faults.append((register.name, column.name, before, found))
    assert not faults, faults
    assert {"science.sciencetask.host", "parties.organisation.governing_body"} <= unchanged
    assert {"science.teammember.person", "parties.person.organisation"} <= named


@pytest.fixture
def task(people):
    """A task whose host nobody may choose."""
    found = with_every_link(ScienceTask, code="NV.01")
    close("parties.organisation")
    return found


def planned(who, rows):
    actor = who.actor_on(DAY)
    with acting(actor):
        return make_plan(book_of(ScienceTask, rows), "thử.xlsx", actor=actor, on=DAY)


NEW = {
    "title": "Nhiệm vụ mới",
    "task_type": "Đề tài",
    "level": "Cấp tỉnh",
    "managing_side": "Tỉnh quản lý",
    "start_year": 2023,
}


def test_it_names_nothing_in_a_new_row_or_where_nothing_is_stored(people, task):
    heading = next(each.heading for each in sheet_columns(register_of(ScienceTask)) if each.name == "host")
    without = ScienceTaskFactory(code="NV.03", host=None)
    rows = [{**NEW, "code": "NV.02", "host": INSTEAD}, {"code": without.code, "host": INSTEAD}]
    plan = planned(people[0], rows)
    assert plan.questions == []
    assert [(each.row, each.code, each.column) for each in plan.problems] == [
        (2, "no_name", heading),
        (3, "no_name", heading),
    ]


def test_it_is_not_removed_and_a_change_beside_it_is_written(people, task):
    before = stored(task)[0]
    plan = planned(people[0], [{"code": task.code, "host": "(xóa)"}])
    assert [code for code, _column in outcome(plan)[1]] == ["no_name"]
    plan = planned(people[0], [{"code": task.code, "host": INSTEAD, "objective": "mục tiêu mới"}])
    assert outcome(plan) == (0, [], 0, 1, 0)
    (row,) = plan.sheets[0].rows
    assert [(each.column, each.new) for each in row.changes] == [("objective", "mục tiêu mới")]
    assert links(task)[0] == before["host_id"]


def test_who_reads_the_register_again_gets_no_question_about_the_text_either(people):
    """An answer would set every such row to one record, or make one of this name."""
    task = with_every_link(ScienceTask, code="NV.01")
    plan = planned(
        people[0], [{"code": task.code, "host": INSTEAD}, {**NEW, "code": "NV.02", "host": INSTEAD}]
    )
    assert (plan.questions, [code for code, _column in outcome(plan)[1]], plan.counts.same) == (
        [],
        ["no_name"],
        1,
    )
    assert not Organisation.objects.filter(name=INSTEAD).exists()


def test_a_stored_record_that_may_not_be_chosen_is_known_by_its_name(people, monkeypatch):
    """Also where another one of that name may be chosen."""
    own = PersonFactory(full_name="Lê Văn Trùng", organisation=OrganisationFactory())
    other = PersonFactory(full_name="Lê Văn Trùng", organisation=OrganisationFactory())
    task = with_every_link(ScienceTask, code="NV.01", principal_investigator=other)
    register = register_of(type(own))
    whole = register.reach
    monkeypatch.setattr(
        register,
        "reach",
        lambda verb, actor: Q(pk=own.pk) if verb == "choose" else whole(verb, actor),
    )
    for text, expected in (("Lê Văn Trùng", (0, [], 0, 0, 1)), ("LÊ  văn trùng", (0, [], 0, 0, 1))):
        plan = planned(people[0], [{"code": task.code, "principal_investigator": text}])
        assert outcome(plan) == expected, plan.problems


def test_who_sent_a_file_decides_about_it_and_nobody_else_opens_it(people, task):
    """Neither its preview nor what it wrote names anything that the sender may not read."""
    sender, actor = people[0], people[0].actor_on(DAY)
    with acting(actor):
        content = book_of(ScienceTask, [{"code": task.code, "host": INSTEAD, "objective": "mục tiêu mới"}])
        batch = intake.upload(content=content, name="thử.xlsx", actor=actor, on=DAY)
    address = f"/import/{batch.pk}/"
    page = entered(sender).get(address)
    assert page.status_code == 200
    assert "mục tiêu mới" in page.content.decode()
    assert task.host.name not in page.content.decode()
    assert entered(account(Role.HEAD, "QLKH")).get(address).status_code == 403
    with acting(actor):
        intake.confirm_import(batch=batch, actor=actor, on=DAY)
    before = task.host_id
    assert (links(task)[0], task.objective) == (before, "mục tiêu mới")
    page = entered(sender).get(address)
    assert page.status_code == 200
    assert [name for name in (task.host.name, task.title) if name in page.content.decode()] == [task.title]
    assert entered(account(Role.HEAD, "QLKH")).get(address).status_code == 403


def test_an_account_of_an_organisation_that_may_not_be_chosen_is_changed_without_losing_it(people):
    organisation = OrganisationFactory(name="Viện Kín")
    with acting(SYSTEM):
        outside = User.objects.create_user("vien.kin", full_name="Người Ngoài", organisation=organisation)
    close("parties.organisation")
    client = entered(account(Role.ADMIN, "VP"))
    address = f"/accounts/{outside.pk}/"
    assert all("Viện Kín" not in client.get(each).content.decode() for each in ("/accounts/", address))
    sent = drawn(client, address)
    assert client.post(address, {**sent, "full_name": "Tên Mới"}).status_code == 303
    outside.refresh_from_db()
    assert (outside.full_name, outside.organisation) == ("Tên Mới", organisation)


def test_what_is_remembered_of_words_and_values_names_no_record_of_a_closed_register(people, client):
    """Neither on the page of remembered answers nor in the log, whose entries are about these answers."""
    officer, word = people[0].actor_on(DAY), "kaktuszeit"
    task = ScienceTaskFactory(code=f"ĐT.77-{word}", budget_total=500_000_000)
    for number in range(40):
        ScienceTaskFactory(code=f"CU.{number}", budget_total=500_000_000 + number * 10**6)
    host = OrganisationFactory(name=f"Viện {word}")

    def sent(rows):
        return intake.upload(content=book_of(ScienceTask, rows), name="thử.xlsx", actor=officer, on=DAY)

    asking = sent([{"code": task.code, "host": "Viện chưa rõ tên"}])
    (question,) = intake.preview(batch=asking, actor=officer, on=DAY).questions
    decide(
        batch=asking, key=question.key, action=AnswerAction.USE, target=str(host.pk), actor=officer, on=DAY
    )
    doubted = sent([{"code": task.code, "budget_total": 115_200_000_000}])
    (doubt,) = intake.preview(batch=doubted, actor=officer, on=DAY).doubts
    answering.confirm_values(batch=doubted, keys=[doubt.key], reason="đúng", actor=officer, on=DAY)
    client.force_login(account(Role.LEADER, "BGD"))
    pages = ("/import/decisions/", "/log/")
    assert all(words(client.get(each)).count(word) >= 2 for each in pages)
    close("parties.organisation")
    assert word in words(client.get(pages[0]))  # of the unlikely value
    assert f"Viện {word}" not in words(client.get(pages[0]))
    close("science.sciencetask")
    assert [word in words(client.get(each)) for each in pages] == [False, False]
