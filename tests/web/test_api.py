"""The JSON interface: it agrees with the pages, obeys the same rules, and every write leaves one entry in the log.

One piece of code answers for all registers. It is asked over those that together have everything it branches on (shapes.py); what a
register declares is looked at by its checks, and the list of each is opened by conformance/test_growth_pages.
"""

import copy
import re
from datetime import date
from functools import cache
from html import unescape

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khcn.kernel.access.scopes import OwnUnit
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.screens import column_headings
from khcn.parties.models import OrgUnit, User
from tests.conformance.given import REGISTERS, some_records
from tests.conformance.shapes import covering
from tests.factories.dossiers import SupplementRequestFactory
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.web.shapes import features_of_forms, features_of_lists, features_of_rights, kind_of_sort

pytestmark = pytest.mark.django_db
LISTED = covering(REGISTERS, features_of_lists)
WRITTEN = covering([each for each in REGISTERS if each.form], features_of_forms)
RIGHTS = covering(REGISTERS, features_of_rights)
ACCOUNTS = [
    ("officer", "QLKH"), ("officer", "VP"), ("officer", "TTRA"), ("head", "QLKH"), ("office", "VP"),
    ("leader", "BGD"), ("admin", "VP"), ("reader", "QLKH"),
]  # fmt: skip
ROW = re.compile(r"<tr>(<td .*?)</tr>", re.DOTALL)
CELL = re.compile(r'<td [^>]*data-label="([^"]*)">(.*?)</td>', re.DOTALL)


@pytest.fixture(scope="module")
def made_accounts(django_db_setup, django_db_blocker):
    """Made once; what a test changes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        with acting(SYSTEM):
            made = {}
            for role, unit in ACCOUNTS:
                place = OrgUnit.objects.filter(code=unit).first()
                if place is None:
                    place = OrgUnit(
                        code=unit, name=f"Đơn vị {unit}", kind="division", valid_from=date(2015, 1, 1)
                    )
                    place.save()
                made[role, unit] = User(
                    username=f"{role}-{unit}", full_name=f"Tên {role} {unit}", role_id=role, unit=place
                )
                made[role, unit].save()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def accounts(made_accounts, db):
    return copy.deepcopy(made_accounts)


@pytest.fixture(scope="module", params=LISTED, ids=str)
def filled(request, made_accounts, django_db_blocker):
    """A register and three records of it, made once for the tests that only read them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield request.param, some_records(request.param)
        transaction.set_rollback(True)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def writer(register, accounts):
    """Somebody who may write this register."""
    for user in accounts.values():
        if register.may("create", user.actor):
            return browser(user), user
    return None, None


def reader(register, accounts):
    """The browser of a reader; of somebody else where readers may not read this register."""
    able = (user for user in accounts.values() if register.may("read", user.actor))
    first = accounts["reader", "QLKH"]
    return browser(first if register.may("read", first.actor) else next(able))


def base(register):
    return f"/api/{register.area}/{register.slug}/"


def shown_on_page(client, address):
    """Rows of the HTML list, by heading."""
    html = client.get(address, headers={"HX-Request": "true"}).content.decode()
    rows = []
    for row in ROW.findall(html):
        cells = [(unescape(label), re.sub(r"<abbr.*?</abbr>", "", cell)) for label, cell in CELL.findall(row)]
        rows.append({label: unescape(re.sub(r"<[^>]+>", "", cell)).strip() for label, cell in cells})
    return rows


# ------------------------------------------------------------------------------------- agreement


@cache
def compared_sorts():
    """Of each register what both lists are sorted by: of all registers the first heading of each kind. One place sorts for both."""
    found, kinds = {}, set()
    for register in LISTED:
        sorts = [heading.sort for _column, heading in column_headings.all_headings(register) if heading.sort]
        new = {kind_of_sort(register, sort): sort for sort in reversed(sorts)}
        found[register.name] = [sort for kind, sort in new.items() if kind not in kinds], sorts
        kinds |= {*new}
    return found


def test_list_agrees_with_the_page(filled, accounts):
    register, _made = filled
    client = reader(register, accounts)
    headings = {
        heading.path: heading.heading for _column, heading in column_headings.chosen_headings(register)
    }
    compared, sorts = compared_sorts()[register.name]
    for query in ("", "?q=1", *(f"?sort=-{sort}" for sort in compared)):
        answer = client.get(base(register) + query)
        assert answer.status_code == 200, answer.content
        items = answer.json()["items"]
        mine = [
            {headings[path]: text for path, text in item["shown"].items() if path in headings}
            for item in items
        ]
        page = shown_on_page(client, register.list_url() + query)
        lead = column_headings.chosen_headings(register)[0][1].heading
        for row in page:  # the page has words for a record without a name
            row[lead] = "" if row[lead] == "(chưa có tên)" else row[lead]
        assert mine == page, query
        assert len(items) == answer.json()["count"]
    for sort in {*sorts} - {*compared}:
        answer = client.get(base(register), {"sort": f"-{sort}", "size": 1})
        assert answer.status_code == 200, (sort, answer.content)


def test_some_register_is_sorted_by_each_kind_of_column_on_both_lists():
    kinds = {
        kind_of_sort(each, heading.sort)
        for each in REGISTERS
        for _column, heading in column_headings.all_headings(each)
        if heading.sort
    }
    compared = [kind_of_sort(each, sort) for each in LISTED for sort in compared_sorts()[each.name][0]]
    assert sorted(compared, key=str) == sorted(kinds, key=str)


def test_filters_agree_with_the_page(filled, accounts):
    register, made = filled
    client = reader(register, accounts)
    kind = register.filters
    for name in kind:
        value = getattr(made[-1], name, None) if "__" not in name else None
        if value in {None, ""}:
            continue
        text = (
            f"%23{value.pk}"
            if hasattr(value, "pk")
            else "1"
            if value is True
            else "0"
            if value is False
            else value
        )
        lookup = "exact" if "exact" in kind[name] else kind[name][0]
        query = f"?{name if lookup == 'exact' else f'{name}__{lookup}'}={text}"
        answer = client.get(base(register) + query)
        assert answer.status_code == 200, (query, answer.content)
        assert len(answer.json()["items"]) == len(shown_on_page(client, register.list_url() + query)), query
        assert made[-1].pk in [item["id"] for item in answer.json()["items"]] or lookup == "lt", query


def test_marks_walk_through_every_row_once(filled, accounts):
    register, made = filled
    client = reader(register, accounts)
    whole = [item["id"] for item in client.get(base(register) + "?size=500").json()["items"]]
    met, mark = [], ""
    for _step in range(len(whole) + 1):
        page = client.get(base(register), {"size": 1, **({"after": mark} if mark else {})}).json()
        met += [item["id"] for item in page["items"]]
        mark = page["after"]
        if not mark:
            break
    assert met == whole
    assert {each.pk for each in made} <= {*met}


@pytest.mark.once  # the same statements on either database
def test_a_page_of_the_list_costs_the_same_for_more_rows(filled, accounts):
    register, _made = filled
    client = reader(register, accounts)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            count = client.get(base(register)).json()["count"]
        return count, len(asked)

    client.get(base(register))
    rows, cost = queries()
    some_records(register, plain=0, full=1)
    more_rows, cost_of_more = queries()
    assert more_rows > rows  # what a record is filled with may be of the same register
    assert cost_of_more == cost


# ---------------------------------------------------------------------------------------- writing


def one_record(register):
    """One that an officer may write again."""
    if register.name == "science.taskamendment":  # an extension of what is late would be the head's
        record = TaskAmendmentFactory(kind="add_site", old_end_on=None, new_end_on=None, new_text="Thêm xã")
        TaskMilestoneFactory(task=record.task)
        return record
    if register.name == "science.sciencetask":  # so would be what is late itself
        return ScienceTaskFactory(planned_end_on=None)
    if register.name == "dossiers.supplementrequest":  # and what stops the clock of a dossier that is late
        return SupplementRequestFactory(
            dossier__received_on=timezone.localdate(), asked_on=timezone.localdate()
        )
    return factory_of(register.model)()


NOT_ENTERED_AGAIN = {
    "privacy.personidentity": "number",  # what is read of it is a mask, and a mask is no number
    "directives.assignedtaskextension": "owned",  # by an action alone
    "planning.plannedworkpostponement": "ended",  # work that is late today is not put off any more
}


@pytest.mark.parametrize("register", WRITTEN, ids=str)
def test_what_is_read_can_be_written_back(register, accounts):
    client, user = writer(register, accounts)
    if client is None:
        pytest.skip("only the program writes this register")
    record = one_record(register)
    scopes = getattr(register.scope, "parts", (register.scope,))
    own = next((each.path for each in scopes if isinstance(each, OwnUnit)), "")
    with acting(SYSTEM):
        if own and "__" not in own:
            setattr(record, own, user.unit)
            record.save()
        sent = client.get(f"{base(register)}{record.pk}/").json()["fields"]
        record.delete()
    before = ChangeEntry.objects.count()
    answer = client.post(base(register), sent, content_type="application/json")
    if register.name in NOT_ENTERED_AGAIN:
        assert answer.status_code == 422
        assert NOT_ENTERED_AGAIN[register.name] in {answer.json()["code"], *answer.json()["errors"]}
        return
    assert answer.status_code == 201, answer.content.decode()
    made = answer.json()
    assert made["fields"] == sent
    assert answer["Location"] == f"{base(register)}{made['id']}/"
    entry = ChangeEntry.objects.latest("pk")
    assert (ChangeEntry.objects.count() - before, entry.action, entry.model) == (1, "create", register.name)
    assert entry.actor_label == user.full_name

    text = next(
        (
            n
            for n in register.form_fields()
            if type(register.model._meta.get_field(n)).__name__ == "TextField"
        ),
        "",
    )
    if register.name == "directives.assignedtask":  # the text of what was assigned is the office's
        text = "progress"
    name, value = (text, "Sửa qua API") if text else next(iter(sent.items()))
    answer = client.patch(
        f"{base(register)}{made['id']}/",
        {name: value},
        content_type="application/json",
        headers={"If-Match": answer["ETag"]},
    )
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["fields"] == {**sent, name: value}
    assert ChangeEntry.objects.count() - before == (2 if text else 1)

    may_delete = register.may("delete", user.actor, register.model._base_manager.get(pk=made["id"]))
    answer = client.delete(f"{base(register)}{made['id']}/", headers={"If-Match": answer["ETag"]})
    if not may_delete:
        assert answer.status_code == 403
        return
    if type(register.writer) is not RowWriter and answer.status_code != 204:  # by an action, with a reason
        assert (answer.status_code, answer.json()["code"]) in {(409, "owned"), (409, "planned")}
        return
    assert answer.status_code == 204
    assert ChangeEntry.objects.count() - before == (3 if text else 2)
    assert client.get(f"{base(register)}{made['id']}/").status_code == 404


@pytest.mark.once  # decided by predicates in Python; tests/conformance/test_access.py has the SQL of it
@pytest.mark.parametrize("register", RIGHTS, ids=str)
def test_each_account_gets_what_the_rules_say(register, accounts):
    """One account for each answer that the rules of the register have; of one register all of them."""
    record = factory_of(register.model)()
    asked = set()
    for user in accounts.values():
        may_read = register.may("read", user.actor)
        may_add = bool(register.form) and register.may("create", user.actor)
        may_change = bool(register.form) and register.may("change", user.actor, record)
        rights = may_read, may_add, may_change
        if rights in asked and register.name != "science.taskproposal":
            continue
        asked.add(rights)
        client = browser(user)
        assert client.get(base(register)).status_code == (200 if may_read else 403), user
        assert client.get(f"{base(register)}{record.pk}/").status_code == (200 if may_read else 403), user
        refused = 403 if register.form else 405
        assert client.post(base(register), {"x": 1}, content_type="application/json").status_code == (
            422 if may_add else refused
        ), user
        answer = client.patch(f"{base(register)}{record.pk}/", {}, content_type="application/json")
        assert answer.status_code == (428 if may_change else refused), user
    before = ChangeEntry.objects.count()
    closed = 401 if register.form else 405  # there is no such method
    one = f"{base(register)}{record.pk}/"
    for address, methods in ((base(register), ["post"]), (one, ["put", "patch", "delete"])):
        assert Client().get(address).status_code == 401
        assert {getattr(Client(), method)(address).status_code for method in methods} == {closed}
    assert ChangeEntry.objects.count() == before


@pytest.fixture
def proposal():
    return next(each for each in REGISTERS if each.name == "science.taskproposal")


@pytest.fixture
def officer(accounts):
    return browser(accounts["officer", "QLKH"])


def test_a_stale_version_is_refused_with_the_new_one(proposal, officer):
    record = factory_of(proposal.model)()
    place = f"{base(proposal)}{record.pk}/"
    old = officer.get(place)["ETag"]
    with acting(SYSTEM):
        record.note = "Người khác sửa"
        record.save()
    for method, body in (("patch", {"note": "Của tôi"}), ("put", {"note": "Của tôi"}), ("delete", None)):
        answer = getattr(officer, method)(
            place, body, content_type="application/json", headers={"If-Match": old}
        )
        assert answer.status_code == 412
        assert answer.json()["message"].startswith("Đã có người sửa bản ghi này sau lần đọc của bạn.")
        assert answer.json()["current"]["fields"]["note"] == "Người khác sửa"
    record.refresh_from_db()
    assert record.note == "Người khác sửa"


def test_every_fault_is_described_by_field_in_vietnamese(proposal, officer):
    answer = officer.post(
        base(proposal),
        {"code": "DX1", "received_on": "31/2/2023", "level": "khong-co"},
        content_type="application/json",
    )
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert "31/2/2023" in errors["received_on"][0]
    assert errors["title"] == ["Hãy nhập “Tên đề xuất”."] or errors["title"][0].startswith("Hãy nhập")
    assert "không có trong danh sách" in errors["level"][0]


WRONG_REFERENCES = [
    {"id": "39"}, {"id": 39.0}, {"id": True}, {"id": 0}, {"id": -1}, {"id": 2**64}, {"id": None}, {"ID": 39}, {},
    {"id": 1, "more": 1}, {"name": "x"}, {"id": 1, "name": ""}, "", " ", "x\0", 39, True, [39],
]  # fmt: skip


@pytest.mark.parametrize("sent", WRONG_REFERENCES, ids=repr)
def test_a_record_that_is_named_in_another_form_is_refused_and_the_stored_one_stays(proposal, officer, sent):
    record = factory_of(proposal.model)()
    before = record.proposer_id
    assert before
    answer = officer.patch(
        f"{base(proposal)}{record.pk}/",
        {"proposer": sent},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["proposer"])
    assert all(answer.json()["errors"]["proposer"])
    record.refresh_from_db()
    assert record.proposer_id == before


def test_every_value_of_another_type_is_named_and_the_forms_that_are_described_are_taken(proposal, officer):
    record = factory_of(proposal.model)()
    place, proposer = f"{base(proposal)}{record.pk}/", record.proposer

    def change(values):
        return officer.patch(place, values, content_type="application/json", headers={"If-Match": "*"})

    wrong = change(
        {"title": 5, "code": None, "for_year": "2023", "received_on": 20230914, "level": True, "note": []}
    )
    assert wrong.status_code == 422
    assert sorted(wrong.json()["errors"]) == ["code", "for_year", "level", "note", "received_on", "title"]
    for sent, stored in (
        (None, None),
        ({"id": proposer.pk}, proposer.pk),
        (None, None),
        (proposer.name, proposer.pk),
        ({"id": proposer.pk, "name": "tên cũ"}, proposer.pk),
    ):
        assert change({"proposer": sent}).status_code == 200
        record.refresh_from_db()
        assert record.proposer_id == stored
    for sent in (f"#{proposer.pk}", {"name": f"#{proposer.pk}"}):  # the name of nobody, not a key
        refused = change({"proposer": sent})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["proposer"])
    new = officer.post(base(proposal), {"code": "DX1", "taken_over": 1}, content_type="application/json")
    assert (new.status_code, list(new.json()["errors"])) == (422, ["taken_over"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?khong_co=1", "Không có bộ lọc này"),
        ("?received_on__gte=hom-qua", "hom-qua"),
        ("?sort=khong_co", "Không xếp được theo “khong_co”"),
        ("?size=0", "từ 1 đến 500"),
    ],
)
def test_a_query_that_means_nothing_is_refused(proposal, officer, query, words):
    answer = officer.get(base(proposal) + query)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_made_up_mark_is_refused(proposal, officer):
    answer = officer.get(base(proposal) + "?after=xyz")
    assert (answer.status_code, "Dấu trang" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(proposal, officer, body):
    answer = officer.post(base(proposal), body, content_type="application/json")
    assert (answer.status_code, "JSON" in answer.json()["message"]) == (400, True)


def test_writes_without_the_csrf_token_are_refused(proposal, accounts):
    client = Client(enforce_csrf_checks=True)
    client.force_login(accounts["officer", "QLKH"])
    answer = client.post(base(proposal), {"title": "x"}, content_type="application/json")
    assert (answer.status_code, "X-CSRFToken" in answer.json()["message"]) == (403, True)
    client.get("/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else None
    if token is None:
        client.get("/reports/")
        token = client.cookies["csrftoken"].value
    answer = client.post(base(proposal), {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 422


def test_what_others_stand_on_is_not_deleted(accounts):
    task = factory_of(next(each for each in REGISTERS if each.name == "science.taskmilestone").model)().task
    register = next(each for each in REGISTERS if each.name == "science.sciencetask")
    client = browser(accounts["officer", "QLKH"])
    place = f"{base(register)}{task.pk}/"
    answer = client.delete(place, headers={"If-Match": client.get(place)["ETag"]})
    assert answer.status_code == 409
    assert len(answer.json()["blocking"]) == 1


def test_something_alike_has_to_be_confirmed(accounts):
    register = next(each for each in REGISTERS if each.name == "parties.organisation")
    client = browser(accounts["officer", "QLKH"])
    client.post(
        base(register),
        {"name": "Hợp tác xã Yến Dương", "kind": "cooperative"},
        content_type="application/json",
    )
    again = {"name": "Hợp tác xã Yên Dương", "kind": "cooperative"}
    answer = client.post(base(register), again, content_type="application/json")
    assert answer.status_code == 409
    assert [each["name"] for each in answer.json()["similar"]] == ["Hợp tác xã Yến Dương"]
    assert (
        client.post(base(register) + "?not_the_same=1", again, content_type="application/json").status_code
        == 201
    )
