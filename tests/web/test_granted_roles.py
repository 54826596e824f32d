"""A colleague whose role acts as no built-in one is staff for what her granted rights reach, and for nothing else."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from khcn.config.rights import RIGHTS
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import may_enter
from khcn.parties.models import Delegation
from khcn.science.models import TaskProposal
from khcn.web import permissions
from khcn.web.digest import send_digests
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory
from tests.factories.directives import AssignedTaskFactory
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory
from tests.kernel.intake_sample import TASK, book_of
from tests.web.conftest import account, confirmed, department_role, form_values, tree, words
from tests.web.test_bulk_change import asked
from tests.web.test_meetings_in_calendar import line, shown
from tests.web.test_rights import right
from tests.web.test_roles import signed_in
from tests.web.test_search_files import FILES, attached

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PROPOSALS = "/science/proposals/"


def today():
    return timezone.localdate()


WORK = ("/", "/my-work/", "/my-work/calendar/", "/my-work/settings/", "/deadlines/", "/search/?q=abc")
IMPORT = ("/import/", "/import/change/science/proposals/", "/import/grid/science/proposals/")
OF_ALL = ("/reports/", "/figures/", "/figures/NV-01/", "/brief/", "/papers/", "/number-books/", "/log/",
          "/permissions/", "/delegations/", "/tokens/", "/import/decisions/", "/import/layouts/",
          f"{PROPOSALS}filters/")  # fmt: skip


@pytest.fixture
def clerk():
    """The client of an account whose role acts as none, of the science division; what it may do is granted by each test."""
    department_role("ke-toan")
    user = account("ke-toan", "QLKH")
    with acting(SYSTEM):
        user.email = "ke.toan@sokhcn.gov.vn"
        user.save()
    client = signed_in(user)
    client.user = user
    return client


def granted(*verbs, register="science.taskproposal"):
    for verb in verbs:
        right(register=register, verb=verb, role="ke-toan")


def buttons(client, address):
    """Where buttons and links of a list lead, apart from its records."""
    found = tree(client.get(address)).xpath("//main//a[@href] | //main//button[@formaction]")
    return {(each.get("formaction") or each.get("href")).partition("?")[0] for each in found}


@pytest.mark.parametrize(
    ("verbs", "imports"),
    [(("read",), False), (("read", "export", "attach"), False), (("read", "change"), True), (("*",), True)],
)
def test_pages_follow_what_was_granted_and_those_about_the_whole_stay_closed(clerk, verbs, imports):
    proposal = TaskProposalFactory()
    granted(*verbs)
    opened = {address: clerk.get(address).status_code for address in (*WORK, PROPOSALS)}
    assert opened == dict.fromkeys(opened, 200)
    of_import = {address: clerk.get(address).status_code for address in IMPORT}
    assert of_import == dict.fromkeys(IMPORT, 200 if imports else 403)
    closed = (*OF_ALL, f"{PROPOSALS}{proposal.pk}/history/", "/science/tasks/")
    found = {address: clerk.get(address).status_code for address in closed}
    assert found == dict.fromkeys(closed, 403)


def test_a_role_without_a_right_opens_work_that_is_empty(clerk):
    ScienceTaskFactory()
    AssignedTaskFactory(due_on=today() - timedelta(days=9))
    assert "Tài khoản này chưa được mở quyền xem hồ sơ nào" in words(clerk.get("/"))
    assert "Không có việc nào đang chờ bạn" in words(clerk.get("/my-work/"))
    assert tree(clerk.get("/deadlines/")).xpath("//main//tbody/tr") == []
    assert [clerk.get(address).status_code for address in IMPORT] == [403] * len(IMPORT)


@pytest.mark.parametrize("verbs", [("read",), ("read", "export"), ("read", "change"), ("*",)])
def test_no_button_leads_to_a_page_that_is_refused(clerk, verbs):
    proposal = TaskProposalFactory()
    granted(*verbs)
    places = buttons(clerk, PROPOSALS) | buttons(clerk, f"{PROPOSALS}{proposal.pk}/") | buttons(clerk, "/")
    places |= buttons(clerk, "/my-work/") | (buttons(clerk, "/import/") if "/import/" in places else set())
    gone = {place: clerk.get(place).status_code for place in places if place.startswith("/")}
    assert {place: status for place, status in gone.items() if status in {403, 404}} == {}
    assert (f"{PROPOSALS}export/" in places) == ("export" in verbs or "*" in verbs)
    menu = tree(clerk.get("/")).xpath("//nav//details[contains(@class, 'side-group')]//a/@href")
    assert {place: clerk.get(place).status_code for place in menu} == dict.fromkeys(menu, 200)
    assert ("/import/" in menu) == (verbs not in {("read",), ("read", "export")})


def test_her_work_is_what_she_may_read(clerk):
    meeting = CouncilMeetingFactory(
        council=CouncilFactory(kind="selection", established_on=date(2021, 1, 1)),
        kind="selection", subject="Tuyển chọn cây chè", held_on=today() + timedelta(days=9), venue="Phòng họp 2",
    )  # fmt: skip
    address = f"/councils/council-meetings/{meeting.pk}/"
    assert address not in clerk.get("/my-work/").content.decode()
    granted("*", register="councils.councilmeeting")
    granted("read", register="councils.council")
    assert shown(clerk, meeting) == line(meeting)
    assert address in clerk.get("/").content.decode()
    send_digests(on=today())
    assert [each.to for each in mail.outbox] == [["ke.toan@sokhcn.gov.vn"]]
    assert "Tuyển chọn cây chè" in mail.outbox[0].body


def test_deadlines_of_what_she_reads_are_shown_and_of_nothing_else(clerk):
    task = ScienceTaskFactory()
    AssignedTaskFactory(due_on=today())
    row = Deadline.objects.filter(subject_id=task.pk, subject_model="science.sciencetask").earliest("pk")
    assert clerk.get(f"/deadlines/{row.pk}/").status_code == 404
    granted("read", register="science.sciencetask")
    assert clerk.get(f"/deadlines/{row.pk}/").status_code == 200
    linked = tree(clerk.get("/deadlines/")).xpath("//main//tbody//a/@href")
    assert {each for each in linked if each.startswith("/directives/")} == set()


def test_she_finds_files_of_records_that_she_reads_and_opens_them(clerk):
    proposal = TaskProposalFactory(title="Đề xuất có tệp")
    name, content = next(iter(FILES.items()))
    file = attached(content, name, proposal)
    attached(content, "khác.pdf", ScienceTaskFactory(title="Nhiệm vụ khác"))
    granted("read")
    page = words(clerk.get("/search/", {"q": "chế phẩm vi sinh"}))
    assert (name in page, "khác.pdf" in page) == (True, False)
    at = f"{PROPOSALS}{proposal.pk}/"
    assert name in words(clerk.get(at))
    assert clerk.get(f"{at}files/{file.pk}/").status_code == 200
    assert f'action="{at}files/"' not in clerk.get(at).content.decode()


def test_she_changes_many_records_and_imports_a_file_of_her_own_and_sees_no_other(clerk, sign_in):
    first, second = TaskProposalFactory(for_year=2024), TaskProposalFactory(for_year=2024)
    granted("read", "change")
    page = asked(clerk, f"/import/change/science/proposals/?pk={first.pk}", note="Kế toán ghi")
    batch = Batch.objects.get()
    assert confirmed(clerk, batch.pk).status_code == 303
    written = clerk.get(f"/import/{batch.pk}/")
    assert (written.status_code, "Hoàn tác" in words(written)) == (200, True)
    assert [TaskProposal.objects.get(pk=each.pk).note for each in (first, second)] == ["Kế toán ghi", ""]
    officer = sign_in(Role.OFFICER, "QLKH")
    asked(officer, f"/import/change/science/proposals/?pk={second.pk}", note="Chuyên viên ghi")
    of_officer = Batch.objects.latest("pk")
    assert clerk.get(f"/import/{of_officer.pk}/").status_code == 404
    assert clerk.get(f"/import/{of_officer.pk}/file/").status_code == 404
    listed = tree(clerk.get("/import/?typed=1")).xpath("//main//tbody//a/@href")
    assert listed == [f"/import/{batch.pk}/"]
    assert page.status_code == 200


def test_what_she_may_not_write_is_refused_in_her_file(clerk):
    granted("read", "change")
    sent = SimpleUploadedFile("nhiệm vụ.xlsx", book_of(type(ScienceTaskFactory()), [{**TASK, "code": "X9"}]))
    clerk.post("/import/upload/", {"file": sent})
    assert [each["errors"] for each in Batch.objects.get().counts] != [0]


def test_the_permission_page_says_who_imports(clerk):
    granted("read", "change")
    shown_right = next(each for each in RIGHTS if each.who is may_enter)
    cells = next(each for each in permissions.other_lines(today()) if each.right is shown_right).cells
    assert {role for (role, _unit), cell in cells.items() if cell["act"]} == {
        "officer", "head", "office", "admin", "ke-toan",
    }  # fmt: skip


def test_pages_of_roles_and_rights_say_what_such_a_role_opens(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    for address in ("/roles/", "/rights/"):
        page = words(admin.get(address))
        assert "Người có vai trò chỉ có quyền được ghi riêng thì có Việc của tôi" in page, address


def test_forms_are_sent_by_who_was_granted_them(clerk):
    granted("*")
    page = form_values(tree(clerk.get("/my-work/settings/")))
    assert clerk.post("/my-work/settings/", page).status_code == 303


def test_who_works_for_such_a_colleague_can_stop_and_such_a_colleague_stands_in_for_nobody(clerk):
    granted("read")
    officer = account(Role.OFFICER, "QLCN")
    values = {
        "registers": ["science.taskproposal"],
        "valid_from": today(),
        "valid_to": today() + timedelta(days=5),
    }
    with acting(SYSTEM, on=today()):
        delegation = Delegation.objects.create(
            principal=clerk.user, delegate=officer, reason="nghỉ phép", **values
        )
        refused = Delegation(principal=officer, delegate=clerk.user, reason="nghỉ phép", **values)
        with pytest.raises(ValidationError, match="không làm thay người khác được"):
            refused.full_clean()
    client = signed_in(officer)
    assert client.post("/delegations/acting/", {"delegation": delegation.pk}).status_code == 303
    assert client.get("/figures/").status_code == 403  # as the colleague
    assert client.post("/delegations/acting/", {"delegation": ""}).status_code == 303
    assert client.get("/figures/").status_code == 200


def test_who_has_no_role_hands_nothing_over_and_a_later_role_is_not_handed_over_either():
    nobody, officer = account(Role.OFFICER, "QLCN"), account(Role.OFFICER, "QLKH")
    values = {
        "registers": ["science.taskproposal"],
        "valid_from": today(),
        "valid_to": today() + timedelta(days=5),
    }
    with acting(SYSTEM, on=today()):
        nobody.role_id = None
        nobody.save()
        given = Delegation(principal=nobody, delegate=officer, reason="nghỉ phép", **values)
        with pytest.raises(ValidationError, match="chưa có vai trò"):
            given.full_clean()
        given.save()  # as one that was given before the role ended
        taken = Delegation(principal=officer, delegate=nobody, reason="nghỉ phép", **values)
        with pytest.raises(ValidationError, match="chưa làm thay người khác được"):
            taken.full_clean()
    assert not given.is_valid(on=today())
    client = signed_in(officer)
    assert client.post("/delegations/acting/", {"delegation": given.pk}).status_code == 404
    assert client.get("/figures/").status_code == 200
