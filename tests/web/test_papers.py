"""Papers and number books as people use them: from the task's page to the file, and from the number back to the paper."""

import hashlib
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from khcn.councils.models import CouncilKind
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.papers.models import Paper, PaperTemplate
from khcn.kernel.papers.operations import withdraw_paper
from khcn.parties.models import RoleRight, User
from khcn.science.documents import MINUTES
from tests.factories.councils import CouncilMeetingFactory, CouncilMemberFactory, SeatedMeetingFactory
from tests.factories.science import MeetingItemFactory, TaskMilestoneFactory, TeamMemberFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db(transaction=True)
SIGNER = {"signer_name": "Nguyễn Văn Ký", "signer_capacity": "GIÁM ĐỐC"}


@pytest.fixture
def officer(client):
    client.force_login(account(Role.OFFICER, "QLKH"))
    return client


@pytest.fixture
def office(client):
    client.force_login(account(Role.OFFICE, "VP"))
    return client


def drafting(task):
    return reverse("register-action", args=["science", "tasks", task.pk, "draft-result-certificate"])


def issued_on_page(client, paper, *, form=None, **typed):
    """Issued as people do it: with what the page of the draft carries, of which ``form`` was opened before."""
    form = form or form_values(tree(client.get(paper.get_absolute_url())))
    return client.post(reverse("paper-issue", args=[paper.pk]), form | typed)


def test_from_the_task_to_the_file(officer):
    task = accepted_task(title="Nghiên cứu cây hồi")
    page = officer.get(reverse("science-task-products", args=[task.pk])).content.decode()
    address = drafting(task)
    assert f'href="{address}"' in page
    made = officer.post(address, {**SIGNER, "version": version_of(task)})
    assert made.status_code == 303
    draft_page = officer.get(made["Location"]).content.decode()
    assert "Nghiên cứu cây hồi" in draft_page
    assert draft_page.count("chưa được đối chiếu từ ngày 14/10/2025") == 2  # decree and circular
    assert "DỰ THẢO" in draft_page
    paper = Paper.objects.get()
    assert issued_on_page(officer, paper).status_code == 303
    paper.refresh_from_db()
    assert (paper.state, paper.number_text) == ("issued", "01/GCN-SKHCN")
    shown = words(officer.get(paper.get_absolute_url()))  # what was printed can be read on the page
    assert "Nghiên cứu cây hồi" in shown.partition("Tệp đã in")[2]
    assert "DỰ THẢO" not in shown
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = officer.get(reverse("paper-file", args=[paper.pk, form]))
        assert b"".join(answer.streaming_content).startswith(start)
        assert "01-gcn-skhcn" in answer["Content-Disposition"]
    book = officer.get(reverse("number-book", args=[paper.number.book_id])).content.decode()
    assert f'href="{paper.get_absolute_url()}"' in book
    assert "Đủ số, liên tục" in book


def test_the_page_of_the_book_names_numbers_that_it_did_not_give(officer):
    old = accepted_task(title="Nhiệm vụ từ giấy", short_name="")
    TaskMilestoneFactory(task=old, kind="registered", on=date(2023, 8, 1), number="77/GCN-SKHCN")
    paper = issue(draft(accepted_task()))
    place = reverse("number-book", args=[paper.number.book_id])
    page = officer.get(place).content.decode()
    assert "1 số của năm này ghi trên hồ sơ mà không lấy ở sổ" in page
    assert f'77/GCN-SKHCN, 01/08/2023: <a href="{old.get_absolute_url()}">Nhiệm vụ từ giấy</a>' in page
    with acting(SYSTEM):
        RoleRight(
            register="science.sciencetask", verb="read", allowed=False, reason="rút quyền",
            valid_from=date(2023, 1, 1),
        ).save()  # fmt: skip
    hidden = officer.get(place).content.decode()
    assert "77/GCN-SKHCN, 01/08/2023: (không có quyền xem)" in hidden
    assert "Nhiệm vụ từ giấy" not in hidden


def test_a_task_that_lacks_something_says_what(officer):
    task = accepted_task(principal_investigator=None)
    page = officer.get(reverse("science-task-products", args=[task.pk])).content.decode()
    assert "chưa có tổ chức chủ trì hoặc chủ nhiệm" in page
    assert f'href="{drafting(task)}"' not in page
    answer = officer.post(drafting(task), {**SIGNER, "version": version_of(task)})
    assert (answer.status_code, Paper.objects.count()) == (409, 0)
    assert "Nguyễn Văn Ký" in answer.content.decode()  # nothing typed is lost


def test_replacing_and_withdrawing_ask_for_the_reason(officer):
    on = timezone.localdate()
    paper = issue(draft(accepted_task(), on=on), on=on)
    assert officer.post(reverse("paper-replace", args=[paper.pk]), SIGNER).status_code == 422
    made = officer.post(reverse("paper-replace", args=[paper.pk]), {**SIGNER, "reason": "sai tên"})
    new = Paper.objects.get(replaces=paper)
    assert made["Location"] == new.get_absolute_url()
    today = f"{on:%d/%m/%Y}"
    issued_on_page(officer, new)
    old = officer.get(paper.get_absolute_url()).content.decode()
    assert "Đã được thay thế" in old
    assert f'href="{new.get_absolute_url()}"' in old
    new.refresh_from_db()
    assert f"Được thay thế bởi{new} ngày {today}" in words(officer.get(paper.get_absolute_url()))
    assert f"Thay thế giấy{paper} ngày {today}" in words(officer.get(new.get_absolute_url()))
    officer.post(reverse("paper-withdraw", args=[new.pk]), {**SIGNER, "reason": "hồ sơ sai"})
    notice = Paper.objects.get(withdraws=new)
    issued_on_page(officer, notice)
    new.refresh_from_db()
    assert new.state == "withdrawn"
    book = tree(officer.get(reverse("number-book", args=[new.number.book_id])))
    marked = {" ".join(each.text_content().split()) for each in book.xpath("//td[contains(@class, 'lead')]")}
    assert marked == {
        f"{paper.number_text} đã được thay thế", f"{new.number_text} đã thu hồi"
    }  # fmt: skip


def test_a_draft_is_filled_anew_from_the_record_on_its_page(officer):
    task = accepted_task(title="Tên đã in")
    opened = withdraw_paper(paper=issue(draft(task)), reason="sai", actor=OFFICER, on=DAY)
    page = opened.get_absolute_url()
    assert "khác với" not in words(officer.get(page))
    QuerySet(type(task)).filter(pk=task.pk).update(title="Tên khác")
    assert "đang có hiệu lực ở: Tên nhiệm vụ. Lấy lại nội dung" in words(officer.get(page))
    refused = officer.post(reverse("paper-discard", args=[opened.pk]), follow=True)
    assert "Chưa bỏ được dự thảo: hồ sơ đã khác với" in words(refused)
    assert f'formaction="{reverse("paper-renew", args=[opened.pk])}"' in officer.get(page).content.decode()
    renewed = officer.post(reverse("paper-renew", args=[opened.pk]), follow=True)
    assert "Đã lấy lại nội dung từ hồ sơ" in words(renewed)
    opened.refresh_from_db()
    assert (opened.state, opened.title) == ("draft", "Tên khác")
    issue(opened, on=timezone.localdate())
    again = officer.post(reverse("paper-renew", args=[opened.pk]), follow=True)
    assert "Dự thảo này đã được cấp số" in words(again)


def test_a_wrong_day_keeps_the_draft(officer):
    paper = draft(accepted_task())
    assert issued_on_page(officer, paper, issued_on="30/2/2023").status_code == 422
    assert issued_on_page(officer, paper, issued_on="13/9/2023").status_code == 422  # drafted on the 14th
    paper.refresh_from_db()
    assert (paper.state, IssuedNumber.objects.count()) == ("draft", 0)


def test_what_gets_its_number_is_the_draft_that_was_on_the_screen(officer):
    task = accepted_task(title="Tên đã xem")
    today = timezone.localdate()
    paper = draft(task, on=today)
    opened = form_values(tree(officer.get(paper.get_absolute_url())))
    QuerySet(type(task)).filter(pk=task.pk).update(title="Tên khác")
    assert officer.post(reverse("paper-renew", args=[paper.pk])).status_code == 303
    corrected = form_values(tree(issued_on_page(officer, paper, form=opened, issued_on="30/2/2023")))
    for form in (corrected | {"issued_on": opened["issued_on"]}, {"issued_on": opened["issued_on"]}):
        refused = issued_on_page(officer, paper, form=form)
        assert (refused.status_code, IssuedNumber.objects.count()) == (409, 0)
    refused = issued_on_page(officer, paper, form=opened)
    assert "đã khác lúc bạn mở trang ở: Tên nhiệm vụ." in words(refused)
    again = form_values(tree(refused))
    assert again["issued_on"] == opened["issued_on"]  # nothing typed is lost
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert issued_on_page(officer, paper, form=again).status_code == 303


def test_the_page_tells_when_a_paper_was_entered_after_its_day(officer):
    today = timezone.localdate()
    paper = draft(accepted_task(), on=today - timedelta(days=2))
    day = today - timedelta(days=1)
    assert issued_on_page(officer, paper, issued_on=f"{day:%d/%m/%Y}").status_code == 303
    shown = words(officer.get(paper.get_absolute_url()))
    assert f"Ngày cấp{day:%d/%m/%Y}" in shown
    assert f"Ngày vào sổ{today:%d/%m/%Y}" in shown
    same_day = issue(draft(accepted_task(), on=today), on=today)
    assert "Ngày vào sổ" not in words(officer.get(same_day.get_absolute_url()))


def test_numbers_are_taken_and_voided_by_hand(office):
    today = timezone.localdate()
    paper = issue(draft(accepted_task(), on=today), on=today)
    book = paper.number.book
    take = reverse("number-take", args=[book.pk])
    office.post(take, {"given_to": " "})
    assert IssuedNumber.objects.count() == 1
    office.post(take, {"given_to": "Thư mời họp"})
    taken = IssuedNumber.objects.get(number=2)
    assert (taken.text, taken.given_to, taken.model) == ("02/GCN-SKHCN", "Thư mời họp", "")
    page = office.get(reverse("number-book", args=[book.pk])).content.decode()
    assert reverse("number-void", args=[taken.pk]) in page
    assert reverse("number-void", args=[paper.number.pk]) not in page
    office.post(reverse("number-void", args=[paper.number.pk]), {"reason": "nhầm"})  # is printed on a paper
    office.post(reverse("number-void", args=[taken.pk]), {"reason": "viết nhầm"})
    assert list(IssuedNumber.objects.filter(voided_on__isnull=False).values_list("text", "void_reason")) == [
        ("02/GCN-SKHCN", "viết nhầm")
    ]


def test_a_form_sent_twice_takes_one_number(office):
    today = timezone.localdate()
    book = issue(draft(accepted_task(), on=today), on=today).number.book
    place, take = reverse("number-book", args=[book.pk]), reverse("number-take", args=[book.pk])
    sent = {**form_values(tree(office.get(place)), f"//form[@action='{take}']"), "given_to": "Thư mời họp"}
    for _each in range(2):
        assert "Đã lấy số 02/GCN-SKHCN" in office.post(take, sent, follow=True).content.decode()
    assert IssuedNumber.objects.count() == 2
    office.post(take, {**sent, "given_to": "Thư khác"})  # the token has served
    assert IssuedNumber.objects.count() == 2
    again = form_values(tree(office.get(place)), f"//form[@action='{take}']")
    office.post(take, {**again, "given_to": "Thư mời họp"})
    assert IssuedNumber.objects.count() == 3
    assert office.post(take, {**again, "token": "x" * 101}).status_code == 400


def test_a_missing_number_is_named(office):
    for _each in range(3):
        paper = issue(draft(accepted_task()))
    book = paper.number.book
    QuerySet(IssuedNumber).filter(number=2).update(number=7)
    for address in (reverse("number-books"), reverse("number-book", args=[book.pk])):
        assert "2, 7" in office.get(address).content.decode()


def test_books_are_found_by_year_and_symbol(office):
    issue(draft(accepted_task()))
    issue(draft(accepted_task(), on=date(2024, 2, 1)), on=date(2024, 2, 1))
    page = office.get(reverse("number-books"), {"year": "2024"}).content.decode()
    assert page.count("GCN-SKHCN</a>") == 1
    assert office.get(reverse("number-books"), {"book": "QĐ"}).content.decode().count("GCN-SKHCN</a>") == 0


def test_the_office_changes_a_template(office):
    address = reverse("paper-template", args=["result-certificate"])
    old = issue(draft(accepted_task()))
    body = bytes(old.template.content).replace(
        b"[[block]]", "[[block]]\ntext = 'Chữ mới'\n[[block]]".encode(), 1
    )
    refused = office.post(
        address, {"file": ContentFile(body + b"\nrecipients_heading = '{{ x }}'", "m.toml")}
    )
    assert refused.status_code == 422
    unknown = body.replace(b"{{ title }}", b"{{ ten_nhiem_vu }}")
    refused = office.post(address, {"file": ContentFile(unknown, "m.toml"), "note": "ghi chú giữ lại"})
    assert refused.status_code == 422
    assert "ten_nhiem_vu" in refused.content.decode()
    assert "ghi chú giữ lại" in refused.content.decode()
    assert office.post(address, {"file": ContentFile(body, "m.toml"), "note": "thêm chữ"}).status_code == 303
    assert list(PaperTemplate.objects.values_list("version", "shipped", "note")) == [
        (2, False, "thêm chữ"),
        (1, True, "Mẫu đi kèm phần mềm"),
    ]
    assert draft(accepted_task()).template.version == 2
    old.refresh_from_db()
    assert old.template.version == 1
    assert office.get(reverse("paper-template-sample", args=["result-certificate"])).content.startswith(
        b"%PDF"
    )
    stored = office.get(reverse("paper-template-file", args=["result-certificate", 2]))
    assert stored.content == body


def test_a_stored_template_that_is_not_printed_any_more_says_so(office):
    """A template of an earlier release may hold what this one refuses."""
    address = reverse("paper-template", args=["result-certificate"])
    with acting(SYSTEM):
        PaperTemplate(
            kind="result-certificate", version=1, format="toml", content=b"x=" + b"[" * 5_000
        ).save()
    found = office.get(reverse("paper-template-sample", args=["result-certificate"]))
    assert (found.status_code, found["Location"]) == (303, address)
    assert "ngoặc lồng nhau" in office.get(address).content.decode()


def test_a_right_that_was_taken_away_is_gone_from_the_pages_of_papers(officer):
    paper, waiting = issue(draft(accepted_task())), draft(accepted_task())
    buttons = [reverse(f"paper-{name}", args=[paper.pk]) for name in ("replace", "withdraw")]
    page = officer.get(paper.get_absolute_url()).content.decode()
    assert all(f'href="{each}"' in page for each in buttons)
    with acting(SYSTEM):
        RoleRight(
            role_id="officer",
            unit_code="QLKH",
            register="science.sciencetask",
            verb="act",
            allowed=False,
            reason="rút quyền",
            valid_from=date(2023, 1, 1),
        ).save()
    page = officer.get(paper.get_absolute_url()).content.decode()
    assert not any(f'href="{each}"' in page for each in buttons)
    for address in buttons:
        assert officer.get(address).status_code == 403
        assert officer.post(address, {**SIGNER, "reason": "sai"}).status_code == 403
    for name in ("issue", "renew", "discard"):
        address = reverse(f"paper-{name}", args=[waiting.pk])
        assert address not in officer.get(waiting.get_absolute_url()).content.decode()
        assert officer.post(address, {"issued_on": "15/9/2023"}).status_code == 403
    assert list(Paper.objects.order_by("pk").values_list("state", flat=True)) == ["issued", "draft"]


def test_a_paper_is_for_whoever_may_read_its_record(officer):
    paper = issue(draft(accepted_task()))
    addresses = [paper.get_absolute_url(), reverse("paper-file", args=[paper.pk, "pdf"])]
    assert [officer.get(each).status_code for each in addresses] == [200, 200]
    with acting(SYSTEM):
        RoleRight(
            register="science.sciencetask", verb="read", allowed=False, reason="rút quyền",
            valid_from=date(2023, 1, 1),
        ).save()  # fmt: skip
    assert [officer.get(each).status_code for each in addresses] == [403, 403]
    for name in ("issue", "renew", "discard", "replace", "withdraw"):
        assert officer.post(reverse(f"paper-{name}", args=[paper.pk])).status_code == 403, name


def test_rows_that_a_paper_in_force_prints_are_not_deleted(officer):
    task = accepted_task()
    meeting = SeatedMeetingFactory(conclusion="Hoãn", held_on=date(2023, 5, 31))
    item = MeetingItemFactory(meeting=meeting, task=task, passed=None, conclusion="Hoãn")  # no milestone
    seat = CouncilMemberFactory(council=meeting.council)
    member = task.team.get()
    certificate, minutes = issue(draft(task)), issue(draft(meeting, kind=MINUTES))
    names = {member: [certificate], item: [minutes, certificate], seat: [minutes]}
    for record, papers in names.items():
        answer = officer.post(f"{record.get_absolute_url()}delete/")
        shown = answer.content.decode()
        assert answer.status_code == 409, record
        assert [each.number_text for each in papers if each.number_text not in shown] == [], shown
        assert type(record).objects.filter(pk=record.pk).exists()
    # What no paper prints goes: a member of another task, a meeting of another kind, a seat taken afterwards.
    other = CouncilMeetingFactory(kind=CouncilKind.SELECTION)
    for record in (
        TeamMemberFactory(),
        MeetingItemFactory(meeting=other, task=task),
        CouncilMemberFactory(council=meeting.council, from_on=date(2023, 6, 2)),
        CouncilMemberFactory(council=meeting.council, to_on=date(2023, 5, 31)),
    ):
        assert officer.post(f"{record.get_absolute_url()}delete/").status_code == 303, record
    for paper in (certificate, minutes):
        issue(withdraw_paper(paper=paper, reason="sai", actor=OFFICER, on=DAY))
    for record in names:
        assert officer.post(f"{record.get_absolute_url()}delete/").status_code == 303, record


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_file_that_is_not_as_issued_is_not_handed_out(officer, caplog, form):
    paper = issue(draft(accepted_task()))
    stored = paper.file if form == "docx" else paper.pdf
    with stored.content.storage.open(stored.content.name, "wb") as file:
        file.write(b"other")
    answer = officer.get(reverse("paper-file", args=[paper.pk, form]))
    assert (answer.status_code, answer["Location"]) == (303, paper.get_absolute_url())
    assert "không còn đúng như khi cấp" in officer.get(answer["Location"]).content.decode()
    assert f"paper {paper.pk}: its {form} is not what was issued" in caplog.text


# ------------------------------------------------------------------------------- over the JSON interface


def send(client, address, version, **body):
    return client.post(
        address, body, content_type="application/json", headers={"If-Match": version}, follow=False
    )


def test_a_paper_is_drafted_issued_and_fetched_over_json(officer):
    task = accepted_task()
    at = f"/api/science/tasks/{task.pk}/"
    made = send(officer, f"{at}actions/draft-result-certificate/", officer.get(at)["ETag"], **SIGNER)
    address = made.json()["result"]["url"]
    draft_ = officer.get(address)
    assert (draft_.json()["state"], draft_.json()["number"], draft_.json()["files"]) == ("draft", None, [])
    offered = officer.get(f"{address}actions/").json()["items"]
    assert [each["name"] for each in offered] == ["issue", "renew", "discard"]
    today = timezone.localdate().isoformat()
    issued = send(officer, offered[0]["url"], draft_["ETag"], issued_on=today)
    paper = issued.json()["paper"]
    assert (issued.status_code, paper["state"], paper["number"]) == (200, "issued", "01/GCN-SKHCN")
    assert issued.json()["result"]["url"] == address
    assert paper["record"]["url"] == f"/science/tasks/{task.pk}/"
    for each, start in zip(paper["files"], (b"PK", b"%PDF"), strict=True):
        content = b"".join(officer.get(each["url"]).streaming_content)
        assert content.startswith(start)
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
    follower = send(officer, f"{address}actions/replace/", issued["ETag"], reason="ghi sai tên")
    assert follower.json()["paper"]["replaces"] == paper["id"]
    discard = f"{follower.json()['result']['url']}actions/discard/"
    assert send(officer, discard, "*").json()["result"] is None
    assert Paper.objects.count() == 1


def test_over_json_a_draft_is_filled_anew_and_not_thrown_away_while_the_record_differs(officer):
    task = accepted_task(title="Tên đã in")
    paper = issue(draft(task))
    made = send(officer, f"/api/papers/{paper.pk}/actions/replace/", "*", reason="sai tên").json()
    at = made["result"]["url"]
    record = f"/api/science/tasks/{task.pk}/"
    changed = officer.patch(
        record,
        {"title": "Tên khác"},
        content_type="application/json",
        headers={"If-Match": officer.get(record)["ETag"]},
    )
    assert changed.status_code == 200
    refused = send(officer, f"{at}actions/discard/", "*")
    assert problem(refused) == (422, "record_differs")
    assert "ở: Tên nhiệm vụ." in refused.json()["detail"]
    assert problem(send(officer, f"{at}actions/issue/", "*")) == (409, "stale")
    renewed = send(officer, f"{at}actions/renew/", "*")
    assert (renewed.status_code, renewed.json()["paper"]["title"]) == (200, "Tên khác")
    assert send(officer, f"{at}actions/issue/", "*").json()["paper"]["state"] == "issued"


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_over_json_a_refusal_is_a_problem_document(officer, client):
    paper = draft(accepted_task())
    address = f"/api/papers/{paper.pk}/actions/issue/"
    assert problem(client.post(address, {}, content_type="application/json")) == (428, "version_required")
    assert problem(send(officer, address, "2020-01-01")) == (412, "stale_version")
    assert problem(send(officer, address, "*", issued_on="mai")) == (422, "invalid")
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    refused = send(officer, address, "*", issued_on=later)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["issued_on"])
    earlier = (DAY - timedelta(days=1)).isoformat()
    refused = send(officer, address, "*", issued_on=earlier)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["issued_on"])
    assert "ghi số đã cấp từ giấy" in refused.json()["detail"]
    assert problem(send(officer, address, "*", note="x")) == (422, "invalid")
    replacing = send(officer, f"/api/papers/{paper.pk}/actions/replace/", "*", reason="x")
    assert problem(replacing) == (422, "refused")  # a draft is not replaced
    assert problem(officer.get("/api/papers/999/")) == (404, "not_found")
    assert (Paper.objects.get().state, IssuedNumber.objects.count()) == ("draft", 0)
    issue(paper)
    assert problem(send(officer, address, "*")) == (409, "transition")
    client.force_login(account(Role.OFFICE, "VP"))
    assert problem(send(client, f"/api/papers/{paper.pk}/actions/withdraw/", "*", reason="x")) == (
        403,
        "not_permitted",
    )


def test_over_json_papers_are_for_the_staff_alone_as_on_the_pages(officer, client):
    """The host reads its task, but no draft of a paper and no notice that has not been issued."""
    task = accepted_task()
    issued = issue(draft(task))
    waiting = withdraw_paper(paper=issued, reason="sai", actor=OFFICER, on=DAY)
    with acting(SYSTEM):
        outside = User.objects.create_user("ngoai", full_name="Ngoài", organisation=task.host)
    client.force_login(outside)
    assert client.get(f"/api/science/tasks/{task.pk}/").status_code == 200
    for paper in (issued, waiting):
        at = f"/api/papers/{paper.pk}/"
        answers = [client.get(at), client.get(f"{at}actions/"), send(client, f"{at}actions/discard/", "*")]
        assert [each.status_code for each in answers] == [403, 403, 403]
        assert all(paper.title not in each.content.decode() for each in answers)
    assert Paper.objects.count() == 2


def test_the_page_and_the_json_of_a_paper_say_where_the_record_and_other_papers_differ(officer):
    task = accepted_task(title="Tên đã in")
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting, task=task)
    waiting, paper = draft(meeting, kind=MINUTES), issue(draft(task))
    places = [(f"/api/papers/{each.pk}/", each.get_absolute_url()) for each in (waiting, paper)]
    assert [officer.get(at).json()["differs"] for at, _page in places] == [[], []]
    assert "sau khi lập dự thảo" not in officer.get(waiting.get_absolute_url()).content.decode()
    QuerySet(type(meeting)).filter(pk=meeting.pk).update(venue="Nơi khác")
    assert [officer.get(at).json()["differs"] for at, _page in places] == [["Địa điểm"], []]
    assert "Hồ sơ đã thay đổi sau khi lập dự thảo ở: Địa điểm." in words(officer.get(places[0][1]))
    QuerySet(type(meeting)).filter(pk=meeting.pk).update(venue=meeting.venue)
    issue(waiting)
    at = places[1][0]
    assert officer.get(at).json()["contradicted"] == ""
    page = officer.get(paper.get_absolute_url()).content.decode()
    assert "khác với giấy" not in page
    assert "in khác hồ sơ" not in page
    QuerySet(type(task)).filter(pk=task.pk).update(title="Tên khác")
    found, page = officer.get(at).json(), officer.get(paper.get_absolute_url()).content.decode()
    assert found["differs"] == ["Tên nhiệm vụ"]
    assert found["contradicted"].startswith(
        "Biên bản số 01/BB-HĐKHCN ngày 14/09/2023 đang có hiệu lực in khác"
    )
    assert "Hồ sơ nay khác với giấy đang có hiệu lực này ở: Tên nhiệm vụ." in page
    assert found["contradicted"] in page
