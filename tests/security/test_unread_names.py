"""Who may not read the tasks is told no name and no code of one by anything else: lists, files, searches, books, the log."""

import io
from datetime import date
from urllib.parse import urldefrag, urljoin

import openpyxl
import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.registers.registry import registers
from khcn.parties.models import RoleRight
from khcn.privacy.operations.showing import workbook_of
from khcn.privacy.queries.data_about_persons import data_about
from khcn.science.models import ScienceTask, TaskMilestone
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import TASK, book_of
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.security.askers import of_turn
from tests.security.tenants import WORDS, marked
from tests.security.test_crawl import links_of
from tests.security.test_matrix import signed_in
from tests.security.test_tenants import addresses_of, text_of
from tests.security.world import DAY

WORD = WORDS["a"]
MOST = 400
FEWEST_LISTS = 250
WHO = ["head", "leader"]
INSTEAD = "(không có quyền xem)"


# one process makes the world and the table of all these tests
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("unread-names")]


def withdraw(verb="read", **more):
    """Nobody of the department may do this with tasks any more."""
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(register="science.sciencetask", verb=verb, **{"allowed": False, **days, **more}).save()


def names_it(answer):
    return WORD.lower() in text_of(answer)


def says_only_what_was_asked(answer):
    """The page repeats in its search box and links what was searched for, and has nothing else to say of it."""
    return f"{WORD} ".lower() not in text_of(answer) and f"nv-{WORD}".lower() not in text_of(answer)


@pytest.fixture
def there(world):
    """A task full of the word, with a record of every register that links to tasks, papers, a number and a file."""
    officer = world.actor("officer")
    accepted = accepted_task()
    accepted.code = f"NV2-{WORD}"
    marked(accepted, WORD)
    task = marked(ScienceTaskFactory(code=f"NV-{WORD}"), WORD)
    records = [
        factory_of(register.model)(**{field.name: task})
        for register in registers()
        for field in register.model._meta.concrete_fields
        if field.related_model is ScienceTask and field.name in register.form_fields()
    ]
    with acting(officer):
        world.number = issue(draft(accepted, actor=officer), actor=officer).number
        rows = [{**TASK, "code": "X9", "title": f"Nhiệm vụ {WORD}"}]
        world.file = intake.upload(content=book_of(ScienceTask, rows), name="thử.xlsx", actor=officer, on=DAY)
        rows = [{"task": task.code, "kind": "stopped", "on": date(2023, 9, 1)}]
        world.children = intake.upload(
            content=book_of(TaskMilestone, rows), name="con.xlsx", actor=officer, on=DAY
        )
    return world, task, records


def leads_to_tasks(model, steps=3):
    """Do links of this model lead to tasks, or to what links to them?"""
    linked = {field.related_model for field in model._meta.concrete_fields if field.related_model}
    return ScienceTask in {model, *linked} or (
        steps > 1 and any(leads_to_tasks(each, steps - 1) for each in linked - {model})
    )


def of_lists(task):
    """Addresses of the lists of all registers, with what is asked of them: of those that no link leads to tasks from, less."""
    for register in registers():
        base = register.list_url()
        yield from (base, f"{base}export/", f"/api{base}?q={WORD}", f"/lookup{base}?q={WORD[:5]}")
        if not leads_to_tasks(register.model):
            continue
        yield from (f"/api{base}", f"{base}?sort=task__title", f"/api{base}?size=500", f"/lookup{base}")
        for asked in (f"q={WORD}", f"task=%23{task.pk}"):
            yield from (f"{base}?{asked}", f"{base}count/?{asked}", f"{base}export/?{asked}")
        yield f"/api{base}?task=%23{task.pk}"


def of_others(world, records, table, who):
    """Every other address that may tell of the task without being one of its own: of the pages of the table those of this account's turn."""
    for record in records:
        yield from addresses_of(record)
    yield from (f"/search/?q={WORD[:5]}", f"/search/suggest/?q={WORD[:5]}", "/log/", "/import/decisions/")
    book = f"/number-books/{world.number.book_id}/"
    yield from (book, f"{book}?q={WORD}")
    for batch in (world.file, world.children):
        yield from (f"/import/{batch.pk}/", f"/import/{batch.pk}/file/", f"/import/{batch.pk}/problems/")
    # the interface of registers is asked for its lists above, and for the records that name the task
    for route in of_turn(table, who, WHO):
        if not route.operation and not route.url.startswith("/reports/"):
            yield route.url + route.query


def test_the_same_addresses_tell_it_to_who_may_read_tasks(there):
    world, _task, _records = there
    client = signed_in(world, "head")
    asked = [
        "/science/milestones/",
        "/science/amendments/",
        "/science/progress-checks/",
        f"/number-books/{world.number.book_id}/",
    ]
    asked += [f"{each}export/" for each in asked[:3]] + [f"/api{each}" for each in asked[:3]]
    asked += [
        f"/import/{world.file.pk}/file/",
        f"/import/{world.children.pk}/file/",
        "/my-work/",
        f"/search/?q={WORD[:5]}",
    ]
    assert [each for each in asked if not names_it(client.get(each))] == []


@pytest.mark.parametrize("who", WHO)
def test_no_address_tells_the_name_or_code_of_a_task_that_may_not_be_read(there, table, who):
    """Both read the same of lists (tests/conformance/test_access.py) and ask in turns there."""
    withdraw()
    world, task, records = there
    client = signed_in(world, who)
    lists = list(of_lists(task))[WHO.index(who) :: len(WHO)]
    assert len(lists) > FEWEST_LISTS
    faults = []
    for address in dict.fromkeys([*lists, *of_others(world, records, table, who)]):
        answer = client.get(address)
        # The page repeats what was searched for.
        if names_it(answer) and not (WORD in address and says_only_what_was_asked(answer)):
            faults.append(address)
        if answer.status_code >= 500:
            faults.append(f"{address}: {answer.status_code}")
    assert not faults, faults


def test_the_data_about_a_person_say_nothing_of_what_may_not_be_read(there):
    world, task, _records = there
    client = signed_in(world, "admin")
    asked = {"who": f"Nhiệm vụ {WORD}", "reason": "thử"}
    investigator = {**asked, "who": task.principal_investigator.full_name}
    found = data_about(WORD, actor=world.actor("admin")).values
    assert {"papers"} <= {each.row.code for each in found}
    withdraw()
    reader = world.people["admin"].actor_on(DAY)
    assert [each for each in data_about(WORD, actor=reader).values if each.row.code == "papers"] == []
    for form in (asked, investigator):
        found = data_about(form["who"], actor=reader)
        names = [each.record for each in found.values]
        assert [each for each in names if f"NV-{WORD}" in each or f"NV2-{WORD}" in each] == []
        page = text_of(client.post("/privacy/about/", form))
        assert f"nv-{WORD}".lower() not in page
        assert f"nv2-{WORD}".lower() not in page
        sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(found))).active
        assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == names


def test_every_link_from_the_home_page_is_silent_about_it_too(there):
    withdraw()
    client = signed_in(there[0], "head")
    waiting, seen, faults = ["/"], {"/"}, []
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        answer = client.get(address)
        if names_it(answer):
            faults.append(address)
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in links_of(answer):
            target = urldefrag(urljoin(address, link))[0]
            shape = target.partition("?")[0]
            if (
                target.startswith("/")
                and not target.startswith(("/static/", "/reports/"))
                and shape not in seen
            ):
                seen.add(shape)
                waiting.append(target)
    assert not faults, faults
