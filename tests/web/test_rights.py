"""Roles from one day to another, rights as data, and delegation."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens.deadline_work_items import visible_deadlines
from khcn.parties.models import Delegation, RoleAssignment, RoleRight
from khcn.parties.models.rights_decisions import title_of_scope
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, form_values, tree, words

NOON = timezone.localtime().replace(hour=12)
TODAY = NOON.date()
DAY = timedelta(days=1)
TASKS = "/science/tasks/"


@pytest.fixture(autouse=True)
def same_day():
    """A run of tests may go on over midnight; days here are those of its beginning."""
    with time_machine.travel(NOON):
        yield


def decided(row):
    with acting(SYSTEM):
        row.full_clean()
        row.save()
    return row


def right(*, start=TODAY, end=None, allowed=True, verb="*", register="science", role="", unit=""):
    return decided(
        RoleRight(
            role_id=role or None, unit_code=unit, register=register, verb=verb, allowed=allowed,
            valid_from=start, valid_to=end, reason="thử",
        )
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (TODAY, None, 200),
        (TODAY - DAY, TODAY + DAY, 200),
        (TODAY - DAY, TODAY, 403),
        (TODAY + DAY, None, 403),
    ],
)
def test_a_right_holds_on_its_days(sign_in, start, end, status):
    right(start=start, end=end, role="officer", unit="QLCN")
    assert sign_in(Role.OFFICER, "QLCN").get(f"{TASKS}new/").status_code == status
    assert sign_in(Role.OFFICER, "TDC").get(f"{TASKS}new/").status_code == 403


@pytest.mark.django_db
def test_a_right_is_withdrawn_for_one_unit_and_stands_for_the_others(sign_in):
    task = ScienceTaskFactory()
    right(allowed=False, verb="read", register="science.sciencetask", unit="TTRA")
    client = sign_in(Role.READER, "TTRA")
    for address in (TASKS, f"{TASKS}{task.pk}/", f"{TASKS}export/", "/figures/NV-01/", f"/api{TASKS}"):
        assert client.get(address).status_code == 403, address
    assert task.title not in words(client.get("/"))
    assert task.title not in words(client.get("/search/", {"q": task.title[:20]}))
    assert sign_in(Role.READER, "VP").get(f"{TASKS}{task.pk}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "unit", "allowed", "statuses"),
    [(Role.OFFICE, "VP", False, (200, 403)), (Role.OFFICER, "QLKH", True, (403, 200))],
)
def test_a_decision_counts_before_those_whom_an_action_names(sign_in, role, unit, allowed, statuses):
    """The action itself names the office and the administrator."""
    address = f"{OrganisationFactory().get_absolute_url()}actions/merge/"
    client = sign_in(role, unit)
    before = client.get(address).status_code
    right(register="parties.organisation", verb="act", role=role.value, unit=unit, allowed=allowed)
    assert (before, client.get(address).status_code) == statuses


@pytest.mark.django_db
def test_what_may_not_be_read_is_no_name_in_the_history_of_what_may(sign_in):
    host = OrganisationFactory(name="Viện Cây lương thực")
    task = ScienceTaskFactory(host=host)
    client = sign_in(Role.READER, "TTRA")

    def shown():
        (events,) = tree(client.get(f"{TASKS}{task.pk}/history/")).xpath("//ol[contains(@class,'line')]")
        return [text in events.text_content() for text in (host.name, f"bản ghi số {host.pk}")]

    assert shown() == [True, False]
    right(allowed=False, verb="read", register="parties.organisation", unit="TTRA")
    assert shown() == [False, True]


@pytest.mark.django_db
def test_deadlines_are_those_of_records_that_may_be_read(sign_in):
    task = ScienceTaskFactory(short_name="Nấm linh chi", planned_end_on=TODAY)
    own = Deadline.objects.filter(subject_id=task.pk)
    addresses = ("/my-work/", "/deadlines/", f"/deadlines/?kind={own[0].kind}", f"/deadlines/{own[0].pk}/")
    client = sign_in(Role.OFFICER, "QLKH")
    assert task.short_name in words(client.get("/my-work/"))
    assert client.get(addresses[-1]).status_code == 200
    right(allowed=False, verb="read", register="science.sciencetask", unit="QLKH")
    assert not any(task.short_name in words(client.get(address)) for address in addresses)
    assert client.get(addresses[-1]).status_code == 404
    outside = Actor(5, "Tổ chức", None, kind=ActorKind.ORGANISATION, organisation_id=task.host_id)
    ScienceTaskFactory(planned_end_on=TODAY)
    assert set(visible_deadlines(outside)) == set(own) != set(Deadline.objects.all())


@pytest.mark.django_db
def test_a_role_assigned_for_some_days_takes_the_place_of_the_usual_one():
    user = account(Role.READER, "QLKH")
    decided(
        RoleAssignment(
            user=user,
            role_id="officer",
            unit=user.unit,
            valid_from=TODAY,
            valid_to=TODAY + DAY,
            reason="thay",
        )
    )
    assert [user.actor_on(day).role for day in (TODAY - DAY, TODAY, TODAY + DAY)] == [
        Role.READER,
        Role.OFFICER,
        Role.READER,
    ]
    decided(RoleAssignment(user=user, role_id=None, valid_from=TODAY + DAY, reason="nghỉ dài ngày"))
    assert not user.actor_on(TODAY + DAY).is_staff_of_department
    again = RoleAssignment(user=user, role_id="head", valid_from=TODAY + 5 * DAY, reason="trùng")
    with pytest.raises(Exception, match="đã có phân công khác"):
        again.full_clean()


@pytest.mark.django_db
def test_the_administrator_enters_and_ends_decisions_and_nobody_else(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    page = admin.get("/rights/new/")
    sent = {
        **form_values(tree(page)), "role": "officer", "unit_code": "*", "register": "science", "verb": "create",
        "allowed": "yes", "valid_from": f"{TODAY:%d/%m/%Y}", "reason": "Quyết định 12/QĐ-SKHCN",
    }  # fmt: skip
    assert admin.post("/rights/new/", {**sent, "reason": ""}).status_code == 422
    shown = admin.post("/rights/new/", sent)
    assert (shown.status_code, RoleRight.objects.count()) == (200, 0)
    assert admin.post("/rights/new/", form_values(tree(shown))).status_code == 303
    row = RoleRight.objects.get()
    assert "Khoa học" in words(admin.get("/rights/")) or "thêm" in words(admin.get("/rights/"))
    shown = admin.post(f"/rights/{row.pk}/", {**sent, "valid_to": f"{TODAY + DAY:%d/%m/%Y}"})
    assert admin.post(f"/rights/{row.pk}/", form_values(tree(shown))).status_code == 303
    row.refresh_from_db()
    assert row.valid_to == TODAY + DAY
    assert ChangeEntry.objects.filter(model="parties.roleright").count() == 2
    officer = sign_in(Role.OFFICER, "QLKH")
    for address in ("/rights/", "/rights/new/", f"/rights/{row.pk}/", "/assignments/", "/assignments/new/"):
        assert officer.get(address).status_code == 403


@pytest.fixture
def lent():
    """The head of the science division lets a reader of another act for tasks, from today to tomorrow."""
    principal, delegate = account(Role.HEAD, "QLKH"), account(Role.READER, "TTRA")
    return decided(
        Delegation(
            principal=principal, delegate=delegate, registers=["science.sciencetask"],
            valid_from=TODAY, valid_to=TODAY + DAY, reason="đi công tác",
        )
    )  # fmt: skip


@pytest.mark.django_db
def test_who_works_by_delegation_does_what_it_covers_and_both_names_stand_in_the_log(sign_in, lent):
    client = sign_in(Role.READER, "TTRA")
    task = ScienceTaskFactory()
    address = f"{TASKS}{task.pk}/edit/"
    assert client.get(address).status_code == 403
    covered = ", ".join(title_of_scope(name) for name in lent.registers)
    waits = words(client.get("/my-work/"))
    assert f"Bạn được làm thay {lent.principal} đến hết ngày trước {lent.valid_to:%d/%m/%Y}" in waits
    assert f"trong phạm vi: {covered}." in waits
    (button,) = tree(client.get("/delegations/")).xpath("//main//button[@name='delegation']")
    assert button.text_content().strip() == f"Làm thay {lent.principal}: {covered}"
    assert client.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 303
    assert "Đang làm việc với tư cách" in words(client.get("/delegations/"))
    assert "Bạn được làm thay" not in words(client.get("/my-work/"))
    page = tree(client.get(TASKS))
    (bar,) = page.xpath("//div[contains(@class, 'acting-bar')]")
    assert f"{lent.delegate} đang làm việc thay mặt {lent.principal}" in bar.text_content()
    for place in (bar, page.xpath("//details[contains(@class, 'topbar-user')]")[0]):
        assert place.xpath(".//form[@action='/delegations/acting/']//button[@name='delegation']/@value") == [
            ""
        ]
    sent = {**form_values(tree(client.get(address))), "note": "sửa thay"}
    assert client.post(address, sent).status_code == 303
    entry = ChangeEntry.objects.filter(model="science.sciencetask").latest("pk")
    assert (entry.actor_label, entry.on_behalf_of) == (str(lent.delegate), str(lent.principal))
    assert entry.actor_id == lent.delegate.pk
    history = words(client.get(f"{TASKS}{task.pk}/history/"))
    assert f"{lent.delegate}, thay mặt {lent.principal}" in history
    for closed in (
        "/science/milestones/new/",
        "/parties/organisations/new/",
        "/accounts/",
        "/delegations/new/",
    ):
        assert client.get(closed).status_code == 403, closed
    client.post("/delegations/acting/", {"delegation": ""})
    assert client.get(address).status_code == 403
    assert tree(client.get(TASKS)).xpath("//div[contains(@class, 'acting-bar')]") == []


@pytest.mark.django_db
def test_a_delegation_ends_by_itself_and_is_nobody_elses(sign_in, lent):
    other = sign_in(Role.READER, "QLCN")
    assert other.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 404
    client = sign_in(Role.READER, "TTRA")
    client.post("/delegations/acting/", {"delegation": lent.pk})
    assert client.get(f"{TASKS}new/").status_code == 200
    principal = lent.principal
    for active, status in ((False, 403), (True, 200)):
        with acting(SYSTEM):
            principal.is_active = active
            principal.save()
        assert client.get(f"{TASKS}new/").status_code == status
    with acting(SYSTEM):
        lent.valid_from = TODAY - DAY
        lent.save()
        moved = RoleAssignment(
            user=principal,
            role_id=Role.HEAD,
            unit=account(Role.HEAD, "TDC").unit,
            valid_from=TODAY,
            reason="điều động",
        )
        moved.save()
    assert client.get(f"{TASKS}new/").status_code == 403
    assert "đang có hiệu lực" not in words(client.get("/delegations/"))
    with acting(SYSTEM):
        moved.withdrawn_on = TODAY
        moved.save()
    assert client.get(f"{TASKS}new/").status_code == 200
    at_first, elsewhere = principal.unit, account(Role.HEAD, "TDC").unit
    for changed, status in (({"unit": elsewhere}, 403), ({"role_id": "leader"}, 403), ({}, 200)):
        with acting(SYSTEM):
            for name, value in {"unit": at_first, "role_id": "head", **changed}.items():
                setattr(principal, name, value)
            principal.save()
        assert client.get(f"{TASKS}new/").status_code == status, changed
    with acting(SYSTEM):
        lent.valid_from, lent.valid_to = TODAY - DAY, TODAY
        lent.save()
    assert client.get(f"{TASKS}new/").status_code == 403


@pytest.mark.django_db
def test_an_administrator_lends_no_administration(sign_in):
    principal, delegate = account(Role.ADMIN, "VP"), account(Role.READER, "TTRA")
    row = decided(
        Delegation(
            principal=principal, delegate=delegate, registers=["*"],
            valid_from=TODAY, valid_to=TODAY + DAY, reason="thử",
        )
    )  # fmt: skip
    client = sign_in(Role.READER, "TTRA")
    client.post("/delegations/acting/", {"delegation": row.pk})
    assert client.get("/parties/org-units/new/").status_code == 200
    for closed in ("/accounts/", "/accounts/new/", "/rights/", "/assignments/", "/delegations/new/"):
        assert client.get(closed).status_code == 403, closed


@pytest.mark.django_db
def test_one_delegates_ones_own_rights_only(sign_in):
    head, other = account(Role.HEAD, "QLKH"), account(Role.OFFICER, "QLKH")
    client = sign_in(Role.HEAD, "QLKH")
    sent = {
        "principal": other.pk, "delegate": other.pk, "registers": ["science"], "reason": "nghỉ phép",
        "valid_from": f"{TODAY:%d/%m/%Y}", "valid_to": f"{TODAY + DAY:%d/%m/%Y}",
    }  # fmt: skip
    assert client.post("/delegations/new/", sent).status_code == 303
    assert Delegation.objects.get().principal == head
    assert client.post("/delegations/new/", {**sent, "delegate": head.pk}).status_code == 422


@pytest.mark.django_db
def test_nobody_enters_a_delegation_to_themselves_and_the_principal_sees_it_on_my_work(sign_in, client):
    leader, other = account(Role.LEADER, "BGD"), account(Role.OFFICER, "QLKH")
    admin = sign_in(Role.ADMIN, "VP")
    me = admin.get("/").wsgi_request.user
    sent = {
        "principal": leader.pk, "delegate": me.pk, "registers": ["*"], "valid_from": f"{TODAY:%d/%m/%Y}",
        "valid_to": f"{TODAY + DAY:%d/%m/%Y}", "reason": "đi công tác",
    }  # fmt: skip
    refused = admin.post("/delegations/new/", sent)
    assert refused.status_code == 422
    assert "Không tự ghi ủy quyền cho chính mình" in words(refused)
    assert Delegation.objects.count() == 0
    mine = decided(
        Delegation(
            principal=leader, delegate=me, registers=["*"], valid_from=TODAY, valid_to=TODAY + DAY, reason="x"
        )
    )
    longer = {**sent, "valid_to": f"{TODAY + 9 * DAY:%d/%m/%Y}"}
    assert admin.post(f"/delegations/{mine.pk}/", longer).status_code == 422
    assert admin.post("/delegations/new/", {**sent, "delegate": other.pk}).status_code == 303
    principal = Client()
    principal.force_login(leader)
    page = words(principal.get("/my-work/"))
    for deputy in (me, other):
        assert (
            f"{deputy} được làm thay bạn đến hết ngày trước {TODAY + DAY:%d/%m/%Y}, trong phạm vi: Tất cả danh mục"
            in page
        )
    assert "được làm thay bạn" not in words(admin.get("/my-work/"))


@pytest.mark.django_db
def test_a_delegation_lends_something_and_is_ended_at_once(sign_in, lent):
    client = sign_in(Role.HEAD, "QLKH")
    page = tree(client.get("/delegations/new/"))
    assert [each.get("type") for each in page.xpath("//*[@name='registers']")][:2] == ["checkbox", "checkbox"]
    sent = {
        "delegate": lent.delegate.pk, "registers": ["science", "councils"], "reason": "nghỉ phép",
        "valid_from": f"{TODAY - 2 * DAY:%d/%m/%Y}", "valid_to": f"{TODAY:%d/%m/%Y}",
    }  # fmt: skip
    assert client.post("/delegations/new/", sent).status_code == 422
    refused = words(client.post("/delegations/new/", sent))
    assert "Thời gian ủy quyền đã qua" in refused
    assert "phải có ngày hết hiệu lực" not in refused
    sent["valid_from"], sent["valid_to"] = f"{TODAY:%d/%m/%Y}", f"{TODAY + 3 * DAY:%d/%m/%Y}"
    count = Delegation.objects.count()
    assert client.post("/delegations/new/", sent).status_code == 303
    twice = client.post("/delegations/new/", {**sent, "registers": ["councils", "science"]})
    assert twice.status_code == 422
    assert "Đã ghi ủy quyền này" in words(twice)
    assert Delegation.objects.count() == count + 1
    assert client.post("/delegations/new/", {**sent, "registers": ["parties"]}).status_code == 303
    assert client.post(f"/delegations/{lent.pk}/withdraw/", {"reason": "về sớm"}).status_code == 303
    assert "đã kết thúc từ ngày" in words(client.get("/delegations/"))
    client = sign_in(Role.READER, "TTRA")
    assert client.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 404
    assert client.post(f"/delegations/{lent.pk}/withdraw/", {"reason": "thử"}).status_code == 403


@pytest.mark.django_db
def test_rights_cost_the_same_number_of_queries_however_many_there_are(sign_in):
    client = sign_in(Role.OFFICER, "QLKH")
    client.get(TASKS)
    counts = []
    for more in (0, 10):
        for number in range(more):
            right(register=registers()[number].name, verb="change", role="officer")
        with CaptureQueriesContext(connection) as made:
            assert client.get(TASKS).status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1]
