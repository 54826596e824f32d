"""What waits for the science division: only what a person may see and act on, each line where it is done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khcn.kernel.access.predicates import nobody
from khcn.kernel.actors import EVERYTHING, SYSTEM, Grant, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.operations import withdraw_paper
from khcn.kernel.papers.printing import finish_paper
from khcn.kernel.papers.withdrawal_notice import NOTICE
from khcn.kernel.screens.paper_work_items import paper_work
from khcn.kernel.ui.work_items import work_of
from khcn.science.documents import CERTIFICATE
from khcn.science.work import proposal_work, request_work, task_work
from tests.factories.base import OUTSIDER, an_actor
from tests.factories.parties import PersonFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import (
    AmendmentRequestFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
    TaskProposalFactory,
)
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.security.tenants import Tenant
from tests.web.conftest import tree, words

pytestmark = pytest.mark.django_db
OFFICER, READER, LEADER = an_actor(), an_actor(Role.READER), an_actor(Role.LEADER, "BGD")
OTHER = an_actor(Role.OFFICER, "QLCN")
DAY = date(2023, 9, 14)
TERM = "quá hạn 185 ngày, dự kiến, chưa có lịch nghỉ chính thức"
PROVIDERS = (request_work, proposal_work, task_work, paper_work)


def lines(provider, actor=OFFICER, on=DAY):
    return [(str(each.what), each.title, each.url) for each in provider(actor, on).items]


@pytest.fixture
def everything_waits():
    """One of everything that can wait, with what looks alike and does not."""
    running = ScienceTaskFactory(title="Trồng nấm", planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=running, on=date(2022, 3, 1))
    pending = AmendmentRequestFactory(task=running, before="31/08/2023")
    AmendmentRequestFactory(task=running, requested_on=date(2023, 2, 1), state="refused")
    TaskProposalFactory(for_year=2024)
    TaskProposalFactory(for_year=2024)
    TaskProposalFactory(for_year=2025)
    TaskProposalFactory(for_year=2025, outcome="rejected")
    later = {"planned_end_on": date(2024, 8, 31)}
    begun = ScienceTaskFactory(title="Nuôi vịt", short_name="Vịt", planned_start_on=DAY, **later)
    ScienceTaskFactory(title="Chưa đến ngày", planned_start_on=DAY + timedelta(days=1), **later)
    ScienceTaskFactory(
        title="Của Trung ương", level="national", managing_side="central", planned_start_on=DAY, **later
    )
    waiting = draft(accepted_task(title="Nấm Linh chi"))
    issue(draft(accepted_task(title="Đã cấp")))
    return pending, begun, waiting


def test_each_line_leads_to_where_the_thing_is_done(everything_waits):
    pending, begun, waiting = everything_waits
    assert lines(request_work) == [
        (
            "Giải quyết đề nghị điều chỉnh",
            str(pending),
            f"/science/amendment-requests/{pending.pk}/actions/approve/",
        )
    ]
    determine = "/science/proposals/actions/determine-task/"
    assert lines(proposal_work) == [
        ("Xem xét 2 đề xuất đặt hàng", "thực hiện từ năm 2024", f"{determine}?for_year=2024&outcome=open"),
        ("Xem xét 1 đề xuất đặt hàng", "thực hiện từ năm 2025", f"{determine}?for_year=2025&outcome=open"),
    ]
    assert lines(task_work) == [
        ("Ký hợp đồng", "Vịt", f"/science/tasks/{begun.pk}/actions/record-milestone/?kind=contract_signed")
    ]
    assert lines(paper_work) == [
        (f"Cấp số và in {waiting.kind_label}", "Nấm Linh chi", waiting.get_absolute_url())
    ]


@pytest.mark.parametrize(
    "actor", [READER, LEADER, OTHER, OUTSIDER, an_actor(None)], ids=lambda each: each.label
)
@pytest.mark.usefixtures("everything_waits")
def test_who_may_not_act_has_no_line(actor):
    assert [lines(provider, actor) for provider in PROVIDERS] == [[], [], [], []]


@pytest.mark.usefixtures("everything_waits")
def test_a_tenant_has_no_line_though_it_sees_its_own():
    tenant = Tenant("a")
    assert [lines(provider, tenant.account.actor) for provider in PROVIDERS] == [[], [], [], []]
    assert len(lines(request_work)) == 2


@pytest.mark.usefixtures("everything_waits")
def test_what_the_administrator_decides_and_what_is_delegated_count():
    granted = an_actor(Role.LEADER, "BGD", grants=(Grant("science", "act", allowed=True),))
    assert [len(lines(provider, granted)) for provider in PROVIDERS] == [1, 2, 1, 1]
    taken = an_actor(grants=(Grant(EVERYTHING, "act", allowed=False),))
    assert [len(lines(provider, taken)) for provider in PROVIDERS] == [0, 0, 0, 0]
    of_tasks = an_actor(delegated=("science.sciencetask",), own=READER)
    assert [len(lines(provider, of_tasks)) for provider in PROVIDERS] == [0, 0, 1, 1]


def test_a_stale_request_says_so_and_one_with_a_term_has_its_last_day(officer):
    RuleParameterFactory(code="science.request_days", value=10, unit="day")
    task = ScienceTaskFactory(title="Trồng nấm", planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=task, on=date(2022, 3, 1))
    request = AmendmentRequestFactory(
        task=task,
        kind="change_pi",
        new_end_on=None,
        new_person=PersonFactory(full_name="Người Mới"),
        before=str(task.principal_investigator),
    )
    (line,) = request_work(OFFICER, DAY).items
    assert (line.due_on, line.due_text, line.note) == (date(2023, 3, 13), "13/03/2023", TERM)
    term = Deadline.objects.get(kind="science.request")
    assert line.key == f"deadline {term.pk} 2023-03-13"
    task.principal_investigator = PersonFactory(full_name="Người Giữa")
    with acting(SYSTEM):
        task.save()
    (line,) = request_work(OFFICER, DAY).items
    assert line.note == (f"{TERM}. Khi đề nghị, trên hồ sơ là “{request.before}”; nay là “Người Giữa”.")
    # the same once: the deadline of a request is not listed beside it
    shown = words(officer.get("/my-work/"))
    assert shown.count("Giải quyết đề nghị điều chỉnh") == 1
    page = tree(officer.get("/my-work/"))
    (address,) = page.xpath("//main//a[contains(., 'Giải quyết đề nghị điều chỉnh')]/@href")
    assert "nay là “Người Giữa”" in words(officer.get(address))


def test_questions_to_the_database_do_not_grow_with_the_lines():
    def one_more():
        task = ScienceTaskFactory(planned_end_on=date(2023, 8, 31))
        TaskMilestoneFactory(task=task, on=date(2022, 3, 1))
        AmendmentRequestFactory(task=task, before="")
        TaskProposalFactory()
        ScienceTaskFactory(planned_start_on=DAY, planned_end_on=date(2024, 8, 31))
        draft(accepted_task())

    def asked():
        with CaptureQueriesContext(connection) as found:
            work = work_of(OFFICER, on=DAY)
        return len(found), work.count

    one_more()
    first, few = asked()
    for _each in range(4):
        one_more()
    again, many = asked()
    assert (again, many > few) == (first, True)


def test_lines_beyond_the_page_are_counted(monkeypatch):
    for module in ("khcn.science.work", "khcn.kernel.ui.work_items"):
        monkeypatch.setattr(f"{module}.MOST", 2)
    for _each in range(5):
        task = ScienceTaskFactory(planned_start_on=DAY, planned_end_on=date(2024, 8, 31))
        AmendmentRequestFactory(task=task, before="")
        draft(accepted_task())
    found = [provider(OFFICER, DAY) for provider in (request_work, task_work, paper_work)]
    assert [(len(each.items), each.more) for each in found] == [(2, 3)] * 3


def test_a_deadline_leads_to_where_it_is_met_only_for_who_may_do_that(sign_in):
    today = timezone.localdate()
    task = ScienceTaskFactory(short_name="Nấm", planned_end_on=today - timedelta(days=3))
    TaskMilestoneFactory(task=task, on=date(2022, 3, 1))
    place = f"/science/tasks/{task.pk}/"

    def addresses(role):
        page = tree(sign_in(role, "QLKH").get("/my-work/"))
        return page.xpath("//main//li//a[contains(., 'Kết thúc thực hiện')]/@href")

    assert addresses(Role.OFFICER) == [f"{place}actions/record-milestone/?kind=dossier_submitted"]
    assert addresses(Role.READER) == [place]


def test_a_draft_is_for_whom_its_kind_names_and_a_notice_for_whom_the_paper_does(monkeypatch):
    issued = issue(draft(accepted_task(title="Đã cấp")))
    finish_paper(paper=issued, actor=SYSTEM)
    issued.refresh_from_db()
    notice = withdraw_paper(paper=issued, reason="ghi sai tên", actor=OFFICER, on=DAY)
    line = (f"Cấp số và in {notice.kind_label}", "Đã cấp", notice.get_absolute_url())
    assert lines(paper_work) == [line]
    others = replace(CERTIFICATE, who=nobody)
    monkeypatch.setattr("khcn.kernel.screens.paper_work_items.all_paper_kinds", lambda: (others, NOTICE))
    assert lines(paper_work) == []
    granted = an_actor(grants=(Grant("science", "act", allowed=True),))
    assert lines(paper_work, granted) == [line]
