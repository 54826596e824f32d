"""Stopping, resuming and extending a term by its buttons and over JSON: the date follows from the events."""

from datetime import date

import orjson
import pytest

from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.refusals import Refused
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.science.channels import run_action
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(db):
    RuleParameterFactory(code="science.registration_days", value=30)
    RuleParameterFactory(code="science.settlement_days", value=60)
    made = ScienceTaskFactory(planned_start_on=date(2022, 3, 1), planned_end_on=date(2023, 6, 30))
    TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1))
    TaskMilestoneFactory(task=made, kind="accepted_province", on=date(2023, 8, 31))
    return made


@pytest.fixture
def head(sign_in):
    """The head of the science division, who answers for terms that have passed, as those of the task have."""
    return sign_in(Role.HEAD, "QLKH")


def registration(task):
    return Deadline.objects.get(subject_id=task.pk, kind="science.registration")


def dialog(task, name):
    return f"/science/tasks/{task.pk}/actions/{name}/"


def send(client, task, name, **values):
    address = dialog(task, name)
    return client.post(address, {**form_values(tree(client.get(address))), **values})


def call(client, task, name, **values):
    return client.post(
        f"/api{dialog(task, name)}",
        orjson.dumps(values),
        content_type="application/json",
        headers={"If-Match": "*"},
    )


def test_a_term_is_stopped_resumed_and_extended_by_its_buttons(head, task):
    assert registration(task).due_on == date(2023, 10, 2)
    stop = {
        "term": "science.registration",
        "day": "11/9/2023",
        "reason": "chờ bổ sung hồ sơ",
        "paper": "Công văn 9/SKHCN",
        "paper_on": "11/9/2023",
    }
    assert send(head, task, "stop-deadline", **stop).status_code == 303
    row = registration(task)
    assert (row.due_on, row.stopped_since) == (None, date(2023, 9, 11))
    assert "tạm dừng từ ngày 11/09/2023" in words(head.get(f"/science/tasks/{task.pk}/"))
    resume = {"term": "science.registration", "day": "18/9/2023", "reason": "đã bổ sung"}
    assert send(head, task, "resume-deadline", **resume).status_code == 303
    assert registration(task).due_on == date(2023, 10, 9)  # 30/9 and seven days that do not count: a Saturday
    extend = {
        "term": "science.registration",
        "day": "2/10/2023",
        "until": "31/10/2023",
        "reason": "theo đề nghị của chủ trì",
        "paper": "Công văn 12/SKHCN-QLKH",
        "paper_on": "2/10/2023",
    }
    assert send(head, task, "extend-deadline", **extend).status_code == 303
    row = registration(task)
    assert row.due_on == date(2023, 10, 31)
    assert [(each.old_due_on, each.new_due_on) for each in row.changes.all()] == [
        (date(2023, 10, 2), None),
        (None, date(2023, 10, 9)),
        (date(2023, 10, 9), date(2023, 10, 31)),
    ]
    shown = words(head.get(f"/science/tasks/{task.pk}/"))
    assert "Gia hạn ngày 02/10/2023, hạn mới 31/10/2023. theo đề nghị của chủ trì" in shown
    entry = ChangeEntry.objects.filter(model="kernel_deadlines.deadlineevent").latest("pk")
    assert entry.reason == "theo đề nghị của chủ trì"


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("extend-deadline", {"day": "2023-09-20", "until": "2023-10-02"}, "Hạn mới phải sau hạn đang tính là ngày 02/10/2023."),
        ("extend-deadline", {"day": "2023-08-30", "until": "2023-12-01"}, "Thời hạn này tính từ ngày 31/08/2023"),
        ("extend-deadline", {"day": "2090-01-01", "until": "2090-12-01"}, "Ngày 01/01/2090 chưa đến."),
        ("stop-deadline", {"day": "2023-08-01"}, "Thời hạn này tính từ ngày 31/08/2023"),
        ("resume-deadline", {"day": "2023-09-18"}, "Không có thời hạn nào đang tạm dừng."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(head, task, name, values, reason):
    values = {
        "term": "science.registration",
        "reason": "thử",
        "paper": "Công văn 9/SKHCN",
        "paper_on": "2023-09-01",
        **values,
    }
    answer = call(head, task, name, **values)
    assert answer.status_code in {409, 422}
    assert reason in answer.json()["detail"]
    assert not DeadlineEvent.objects.exists()
    assert registration(task).due_on == date(2023, 10, 2)


def test_a_term_goes_on_from_the_day_on_which_it_was_stopped(head, task):
    events = {
        "term": "science.registration",
        "day": "2023-09-11",
        "reason": "bổ sung trong ngày",
        "paper": "Công văn 9/SKHCN",
        "paper_on": "2023-09-11",
    }
    for name in ("stop-deadline", "resume-deadline"):
        assert call(head, task, name, **events).status_code == 200, name
    assert registration(task).due_on == date(2023, 10, 2)
    assert call(head, task, "stop-deadline", **{**events, "day": "2023-09-12"}).status_code == 200
    early = call(head, task, "resume-deadline", **events)
    assert (early.status_code, early.json()["code"]) == (422, "day_before_stop")


def test_stops_and_resumptions_take_turns_in_the_order_of_their_days(head, task):
    events = {
        "term": "science.registration",
        "reason": "chờ bổ sung",
        "paper": "Công văn 9/SKHCN",
        "paper_on": "2023-09-04",
    }
    for name, day in (("stop-deadline", "2023-09-11"), ("resume-deadline", "2023-09-18")):
        assert call(head, task, name, **events, day=day).status_code == 200
    before = registration(task).due_on
    refused = call(head, task, "stop-deadline", **events, day="2023-09-06")  # it would run on to 18/9
    assert (refused.status_code, refused.json()["code"]) == (422, "day_before_last_turn")
    assert "đã ghi “Tính tiếp thời hạn” ngày 18/09/2023, sau ngày 06/09/2023" in refused.json()["detail"]
    assert (registration(task).due_on, DeadlineEvent.objects.count()) == (before, 2)
    assert call(head, task, "stop-deadline", **events, day="2023-09-18").status_code == 200


def test_a_reason_is_needed_and_only_terms_that_may_be_extended_are_offered(head, task):
    page = tree(head.get(dialog(task, "extend-deadline")))
    offered = page.xpath("//select[@name='term']/option/@value")
    assert sorted(filter(None, offered)) == [
        "science.liquidation",
        "science.registration",
        "science.settlement",
    ]
    sent = send(
        head, task, "extend-deadline", term="science.registration", day="1/10/2023", until="1/12/2023"
    )
    assert sent.status_code == 422
    assert "Hãy nhập “Lý do”." in words(sent)


def test_dialogs_offer_only_terms_that_are_open_to_the_action(head, task):
    send(
        head,
        task,
        "stop-deadline",
        term="science.registration",
        day="5/9/2023",
        reason="chờ bổ sung",
        paper="Công văn 9/SKHCN",
        paper_on="5/9/2023",
    )

    def offered(name):
        page = tree(head.get(dialog(task, name)))
        return set(filter(None, page.xpath("//select[@name='term']/option/@value")))

    assert offered("resume-deadline") == {"science.registration"}
    assert "science.registration" not in offered("stop-deadline") | offered("extend-deadline")
    assert "science.settlement" in offered("extend-deadline")


def test_the_buttons_say_in_english_what_they_do(head, task):
    head.cookies["django_language"] = "en"
    page = words(head.get(f"/science/tasks/{task.pk}/"))
    assert "Stop the term" in page
    assert "Resume the term" in page
    assert "No term is stopped." in page


def test_other_divisions_have_no_such_button(sign_in, task):
    other = sign_in(Role.OFFICER, "QLCN")
    assert "extend-deadline" not in other.get(f"/science/tasks/{task.pk}/").content.decode()
    answer = call(
        other, task, "extend-deadline", term="science.registration", day="2023-10-01", until="2023-12-01", reason="x", paper="x"
    )  # fmt: skip
    assert answer.status_code == 403
    assert not DeadlineEvent.objects.exists()


STOP = {
    "term": "science.registration",
    "day": "2023-09-11",
    "reason": "chờ bổ sung hồ sơ",
    "paper": "Công văn 9/SKHCN",
    "paper_on": "2023-09-11",
}


def test_what_was_written_last_is_taken_back_with_a_reason_and_both_are_in_the_history(head, task):
    assert call(head, task, "stop-deadline", **STOP).status_code == 200
    assert registration(task).due_on is None
    shown = words(head.get(dialog(task, "take-back-deadline-event")))
    assert "Đăng ký kết quả: Tạm dừng tính thời hạn 11/09/2023 (chờ bổ sung hồ sơ)" in shown
    without = send(head, task, "take-back-deadline-event", reason="")
    assert (without.status_code, DeadlineEvent.objects.count()) == (422, 1)
    sent = send(head, task, "take-back-deadline-event", reason="ghi nhầm nhiệm vụ")
    assert (sent.status_code, DeadlineEvent.objects.count()) == (303, 0)
    assert registration(task).due_on == date(2023, 10, 2)
    history = words(head.get(f"/science/tasks/{task.pk}/history/"))
    for expected in (
        "Tạm dừng tính thời hạn (11/09/2023)",
        "chờ bổ sung hồ sơ",
        "ghi nhầm nhiệm vụ",
        "Đăng ký kết quả",
    ):
        assert expected in history
    assert "Subject" not in history
    again = call(head, task, "take-back-deadline-event", term="science.registration", reason="lần nữa")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "Chưa có lần tạm dừng, tính tiếp hay gia hạn thời hạn nào.",
    )


def test_only_the_last_event_goes_so_that_no_stop_is_left_without_its_beginning(head, task):
    call(head, task, "stop-deadline", **STOP)
    call(head, task, "resume-deadline", **{**STOP, "day": "2023-09-18"})
    take_back = {"term": "science.registration", "reason": "ghi nhầm ngày"}
    assert call(head, task, "take-back-deadline-event", **take_back).status_code == 200
    assert registration(task).stopped_since == date(2023, 9, 11)
    other = call(head, task, "take-back-deadline-event", **{**take_back, "term": "science.settlement"})
    assert (other.status_code, other.json()["code"]) == (422, "no_event")
    assert call(head, task, "resume-deadline", **{**STOP, "day": "2023-09-20"}).status_code == 200
    assert registration(task).due_on == date(2023, 10, 9)


@pytest.mark.parametrize("day", ["2023-10-02", "2023-10-03", "2023-11-01"])
def test_a_stop_that_stops_nothing_is_refused_with_the_last_day(head, task, day):
    answer = call(head, task, "stop-deadline", **{**STOP, "day": day})
    assert (answer.status_code, answer.json()["code"]) == (422, "day_after_end")
    assert "Hạn là ngày 02/10/2023" in answer.json()["detail"]
    assert (DeadlineEvent.objects.count(), registration(task).due_on) == (0, date(2023, 10, 2))


def test_a_second_stop_on_one_day_is_refused_in_plain_words(head, task):
    for name in ("stop-deadline", "resume-deadline"):
        assert call(head, task, name, **STOP).status_code == 200
    again = call(head, task, "stop-deadline", **STOP)
    assert (again.status_code, again.json()["code"]) == (422, "same_day")
    assert "Thời hạn này đã có “Tạm dừng tính thời hạn” ngày 11/09/2023." in again.json()["detail"]
    assert "Subject" not in again.content.decode()


EXTEND = {**STOP, "until": "2031-12-31"}


@pytest.mark.parametrize(("name", "values"), [("stop-deadline", STOP), ("extend-deadline", EXTEND)])
def test_a_term_that_has_passed_is_moved_by_the_head_with_the_document(head, sign_in, task, name, values):
    without = call(head, task, name, **{**values, "paper": " "})
    assert without.status_code == 422
    assert list(without.json()["errors"]) == ["paper"]
    assert (DeadlineEvent.objects.count(), registration(task).due_on) == (0, date(2023, 10, 2))
    answer = call(sign_in(Role.OFFICER, "QLKH"), task, name, **values)
    assert (answer.status_code, answer.json()["code"]) == (422, "late")
    assert "đã qua ngày 02/10/2023. " in answer.json()["detail"]
    assert call(sign_in(Role.HEAD, "QLKH"), task, name, **values).status_code == 200
    history = words(head.get(f"/science/tasks/{task.pk}/history/"))
    assert "Nguyễn head.qlkh" in history


def test_before_its_last_day_an_officer_stops_a_term_and_extends_it_with_a_document(task):
    on, officer = date(2023, 9, 20), an_actor()
    values = {"term": "science.registration", "day": on, "reason": "thử"}
    with pytest.raises(Refused, match="Gia hạn phải ghi số, ngày văn bản"):
        run_action(task, "extend-deadline", officer, on, **values, until=date(2023, 12, 1))
    run_action(
        task, "extend-deadline", officer, on, **values, until=date(2023, 12, 1), paper="12/SKHCN", paper_on=on
    )
    assert registration(task).due_on == date(2023, 12, 1)
    run_action(task, "stop-deadline", officer, on, **values)
    assert registration(task).stopped_since == on


def test_an_officer_does_not_make_a_passed_term_stopped_again(head, sign_in, task):
    call(head, task, "stop-deadline", **STOP)
    call(head, task, "resume-deadline", **{**STOP, "day": "2023-09-18"})
    take_back = {"term": "science.registration", "reason": "ghi nhầm"}
    answer = call(sign_in(Role.OFFICER, "QLKH"), task, "take-back-deadline-event", **take_back)
    assert (answer.status_code, answer.json()["code"]) == (422, "late")
    assert (DeadlineEvent.objects.count(), registration(task).stopped_since) == (2, None)


def test_an_extension_without_which_the_term_is_late_is_taken_back_by_the_head(task):
    officer, head_of_division = an_actor(), an_actor(Role.HEAD, "QLKH")
    values = {"term": "science.registration", "day": date(2023, 9, 20), "reason": "thử"}
    extended = {**values, "until": date(2023, 12, 1), "paper": "12/SKHCN", "paper_on": date(2023, 9, 20)}
    take_back = {"term": "science.registration", "reason": "ghi nhầm"}
    run_action(task, "extend-deadline", officer, date(2023, 9, 20), **extended)
    run_action(task, "take-back-deadline-event", officer, date(2023, 10, 2), **take_back)  # not late yet
    run_action(task, "extend-deadline", head_of_division, date(2023, 10, 5), **extended)
    with pytest.raises(Refused, match=r"đã qua ngày 02/10/2023\. Từ đó chỉ lãnh đạo phòng"):
        run_action(task, "take-back-deadline-event", officer, date(2023, 10, 5), **take_back)
    assert registration(task).due_on == date(2023, 12, 1)
    run_action(task, "take-back-deadline-event", head_of_division, date(2023, 10, 5), **take_back)
    assert registration(task).due_on == date(2023, 10, 2)


@pytest.mark.parametrize(
    ("day", "until", "latest"),
    [
        ("2/10/2023", "2/10/2024", None),
        ("2/10/2023", "3/10/2024", "02/10/2024"),
        ("2/10/2023", "2/10/2033", "02/10/2024"),  # a slip of the year
        ("15/12/2023", "16/12/2024", None),  # from the decision, where that is later; the 15th is a Sunday
        ("15/12/2023", "17/12/2024", "16/12/2024"),
    ],
)
def test_one_extension_goes_as_far_as_the_rule_of_its_day(head, task, day, until, latest):
    RuleParameterFactory(code="deadlines.extension_months", value=12, unit="month")
    given = {
        "term": "science.registration",
        "day": day,
        "until": until,
        "reason": "x",
        "paper": "12/SKHCN",
        "paper_on": day,
    }
    answer = send(head, task, "extend-deadline", **given)
    if latest is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert f"nhiều nhất đến ngày {latest}" in words(answer)
    assert not DeadlineEvent.objects.exists()


GROUND = {**STOP, "day": "2023-09-18"}  # the term counts from 2023-08-31


@pytest.mark.parametrize(
    ("paper_on", "code", "words"),
    [
        ("2023-09-19", "paper_after_day", "Văn bản ngày 19/09/2023 có sau ngày 18/09/2023"),
        ("2023-08-30", "early_paper", "có trước khi thời hạn này bắt đầu tính (ngày 31/08/2023)"),
        ("2014-06-11", "early_paper", "Văn bản ngày 11/06/2014 có trước khi"),
        ("2023-09-18", "", ""),
        ("2023-08-31", "", ""),
    ],
)
@pytest.mark.parametrize("name", ["stop-deadline", "extend-deadline"])
def test_a_document_is_there_by_the_day_and_of_the_time_of_the_term(head, task, name, paper_on, code, words):
    values = {
        **GROUND,
        "paper_on": paper_on,
        **({"until": "2023-12-01"} if name == "extend-deadline" else {}),
    }
    answer = call(head, task, name, **values)
    if code:
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert list(answer.json()["errors"]) == ["paper_on"]
        assert words in answer.json()["detail"]
        assert (DeadlineEvent.objects.count(), registration(task).due_on) == (0, date(2023, 10, 2))
    else:
        assert answer.status_code == 200
    if code == "early_paper":
        assert call(head, task, name, **values, early_paper_reason="nghị quyết chung").status_code == 200
        page = words_of_term(head, task)
        assert f"Công văn 9/SKHCN ngày {date.fromisoformat(paper_on):%d/%m/%Y}; nghị quyết chung" in page


def test_a_document_has_its_day(head, task):
    stop = call(head, task, "stop-deadline", **{**GROUND, "paper_on": None})
    assert (stop.json()["code"], list(stop.json()["errors"])) == ("no_paper_day", ["paper_on"])
    extend = call(head, task, "extend-deadline", **{**GROUND, "paper_on": None}, until="2023-12-01")
    assert (extend.status_code, list(extend.json()["errors"])) == (422, ["paper_on"])
    assert not DeadlineEvent.objects.exists()


def words_of_term(client, task):
    return words(client.get(f"/deadlines/{registration(task).pk}/"))


def test_that_a_supplement_was_complete_may_be_confirmed_later_and_a_day_alone_is_no_document(head, task):
    assert call(head, task, "stop-deadline", **STOP).status_code == 200
    resume = {"term": "science.registration", "day": "2023-09-18", "reason": "đã bổ sung"}
    answer = call(head, task, "resume-deadline", **resume, paper_on="2023-09-20")
    assert (answer.json()["code"], list(answer.json()["errors"])) == ("no_paper", ["paper"])
    late = call(head, task, "resume-deadline", **resume, paper="12/SKHCN", paper_on="2090-09-20")
    assert late.json()["code"] == "paper_after_day"
    assert (
        call(head, task, "resume-deadline", **resume, paper="12/SKHCN", paper_on="2023-09-20").status_code
        == 200
    )
