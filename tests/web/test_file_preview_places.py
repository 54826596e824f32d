"""Drawing pages of files takes nothing of what others need, and no page is drawn twice."""

import threading
from contextlib import ExitStack

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.bounded_process import ProcessFailed
from khcn.kernel.bounded_process.places import (
    PASSWORDS_FROM_UNKNOWN_BROWSERS,
    PLACES,
    PREVIEWS,
    Busy,
    TooOften,
)
from khcn.kernel.files import previews
from khcn.kernel.files.drawn_previews import DrawnPreviews, FilePreview
from khcn.kernel.files.previews import preview_of
from khcn.kernel.request_quotas import TokenBuckets
from tests.bounded_processes import out_of_time
from tests.web.conftest import account, tree, words
from tests.web.test_file_previews import NO_PREVIEW, attached, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn_pages(monkeypatch):
    """Each page that a process was asked to draw."""
    asked, run = [], previews.run_bounded

    def run_and_note(program, request, limits):
        asked.append(request.partition(b"\n")[0])
        return run(program, request, limits)

    monkeypatch.setattr(previews, "run_bounded", run_and_note)
    return asked


@pytest.fixture
def slow(monkeypatch):
    """A process that draws until `end` is set; `begun` once for each."""
    begun, end = threading.Semaphore(0), threading.Event()

    def run(*_asked):
        begun.release()
        end.wait(120)
        raise ProcessFailed

    monkeypatch.setattr(previews, "run_bounded", run)
    yield begun, end
    end.set()


def in_thread(*given, **named):
    def work():
        try:
            preview_of(*given, **named)
        except Busy as busy:
            answers.append(busy)

    answers = []
    made = threading.Thread(target=work)
    made.start()
    return made, answers


def test_a_page_is_drawn_once_whoever_looks_and_under_whatever_number_it_is_asked_for(sign_in, drawn_pages):
    content = pdf()
    address, _made = attached(content, "a.pdf")
    again, _made = attached(content, "b.pdf")
    answers = [
        tree(sign_in(role, "QLKH").get(each + query)).xpath("//img[@class='file-picture']/@src")
        for role in (Role.OFFICER, Role.READER)
        for each in (address, again)
        for query in ("", "?page=0", "?page=1")
    ]
    assert (len(answers), len({str(each) for each in answers}), len(drawn_pages)) == (12, 1, 1)
    client = sign_in(Role.OFFICER, "QLKH")
    for number in range(2, 20):
        assert "Trang 2 trên 2" in words(client.get(f"{address}?page={number}"))
    assert len(drawn_pages) == 2


def test_that_a_page_took_too_long_is_known_for_ten_minutes(officer, drawn_pages, monkeypatch):
    address, _made = attached(pdf(), "a.pdf")
    with monkeypatch.context() as patch:
        tried = out_of_time(patch, previews)
        assert [NO_PREVIEW in words(officer.get(address)) for _again in range(5)] == [True] * 5
        assert len(tried) == 1
    assert NO_PREVIEW in words(officer.get(address))
    assert drawn_pages == []
    moment = previews.time.monotonic()
    monkeypatch.setattr("khcn.kernel.files.drawn_previews.time.monotonic", lambda: moment + 601)
    assert "Trang 1 trên 2" in words(officer.get(address))


def test_while_pages_are_drawn_files_papers_and_sign_ins_have_all_their_places(slow, client):
    begun, end = slow
    reader, other = account(Role.READER), account(Role.OFFICER)
    (_at, one), (_at, two) = attached(pdf(), "a.pdf"), attached(pdf(b"Hai"), "b.pdf")
    drawing, _none = in_thread(one.file, one.name, 1, account=reader.pk)
    assert begun.acquire(timeout=120)
    waiting, refused = in_thread(two.file, two.name, 1, account=other.pk)
    with ExitStack() as taken:
        # What others need in another thread: this one may not have a place of its own yet.
        taken.enter_context(PLACES.one())
        found = []

        def more():
            with PLACES.one():
                found.append("file")
            with PASSWORDS_FROM_UNKNOWN_BROWSERS.one():
                found.append("password")

        thread = threading.Thread(target=more)
        thread.start()
        thread.join(120)
    assert found == ["file", "password"]
    known = {"username": reader.username, "password": "mat-khau-thu-nghiem"}
    assert client.post("/login/", known).status_code == 302
    waiting.join(120)
    assert [type(each) for each in refused] == [Busy]
    assert str(refused[0]) == "Máy chủ đang vẽ trang tệp cho người khác. Đợi khoảng 5 giây rồi bấm xem lại."
    end.set()
    drawing.join(120)
    with PREVIEWS.one():
        pass


def test_one_account_has_one_page_drawn_at_a_time_and_the_page_says_so(slow, client):
    begun, end = slow
    reader = account(Role.READER)
    address, made = attached(pdf(), "a.pdf")
    client.force_login(reader)
    drawing, _none = in_thread(made.file, made.name, 1, account=reader.pk)
    assert begun.acquire(timeout=120)
    whole = client.get(f"{address}?page=2")
    assert (whole.status_code, whole["Retry-After"]) == (429, "5")
    part = client.get(f"{address}?page=2", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "Trang tệp mở trước đang được vẽ. Đợi khoảng 5 giây rồi bấm xem lại." in words(part)
    end.set()
    drawing.join(120)
    assert NO_PREVIEW in words(client.get(f"{address}?page=2"))


def test_an_account_that_had_so_many_seconds_of_drawing_waits_and_others_do_not(monkeypatch):
    monkeypatch.setattr(previews.TURNS, "_seconds", TokenBuckets(0.001, 1))
    monkeypatch.setattr(previews, "run_bounded", lambda *_asked: b'{"page":1,"pages":1}\npoints')
    (_at, one), (_at, two) = attached(pdf(), "a.pdf"), attached(pdf(b"Hai"), "b.pdf")
    assert preview_of(one.file, one.name, 1, account=1).picture == b"points"
    with pytest.raises(TooOften, match="Tài khoản này vừa mở xem nhiều trang tệp"):
        preview_of(two.file, two.name, 1, account=1)
    assert preview_of(two.file, two.name, 1, account=2).picture == b"points"
    assert preview_of(two.file, two.name, 1, account=1).picture == b"points"  # it is drawn already


def test_of_what_was_drawn_the_latest_pages_stay():
    drawn = DrawnPreviews(most_bytes=10_000, failed_seconds=60)
    for number in range(1, 10):
        drawn.store("a", number, FilePreview(page=number, pages=9), 2_000)
        drawn.find("a", 1)
    assert [number for number in range(1, 10) if drawn.find("a", number)] == [1, 8, 9]
    drawn.store("b", 1, FilePreview(), 20_000)
    assert [drawn.find(each, 1) for each in "ab"] == [None, None]
