"""A store that does not answer is left out of an answer and of others for a while; the answer says which (no database)."""

import threading
from concurrent.futures import Future

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import override_settings

from khcn.config.provinces import other_provinces
from khcn.trace.store.database import stores
from khcn.trace.store.database.stores import all_stores, ask_stores, looked_up_once, several_stores
from khcn.trace.views.not_asked import not_asked_warning


class Store(stores.OtherStore):
    """Answers with its code, or as `fault` says."""

    def __init__(self, code):
        super().__init__(code, f"province_{code}")
        self.asked = 0
        self.fault = None

    def begin(self, question):
        self.asked += 1
        future = Future()
        if isinstance(self.fault, Exception):
            future.set_exception(self.fault)
        elif self.fault is None:
            future.set_result(question(self.alias))
        elif self.fault == "silent":
            future.set_running_or_notify_cancel()  # and it never answers
        return future  # else it waits for a thread


@pytest.fixture
def world(monkeypatch):
    """Two other provinces, and a clock; a store that does not answer has no time at all."""
    others = Store("19"), Store("24")
    clock = [1000.0]
    monkeypatch.setattr(stores, "other_stores", lambda: others)
    monkeypatch.setattr(stores, "monotonic", lambda: clock[0])
    with override_settings(PROVINCE_SECONDS=0):
        yield *others, clock


def test_every_store_is_asked_once_and_the_own_one_first(world):
    with all_stores() as asked:
        assert ask_stores(lambda alias: [alias]) == ["default", "province_19", "province_24"]
        assert (asked.not_asked, not_asked_warning()) == ((), "")
    assert ask_stores(lambda alias: [alias]) == ["default"]  # outside of an answer only the own one


@pytest.mark.parametrize("fault", [OperationalError("away"), "silent"])
def test_a_store_that_does_not_answer_is_left_out_for_a_while(world, fault):
    first, second, clock = world
    first.fault = fault
    with all_stores() as asked:
        for _step in range(3):
            assert ask_stores(lambda alias: [alias]) == ["default", "province_24"]
        assert (asked.not_asked, first.asked, second.asked) == (("19",), 1, 3)
        assert not_asked_warning() == '199 - "Provinces not asked: 19"'
        first.fault = None
        assert ask_stores(lambda alias: [alias]) == [
            "default",
            "province_24",
        ]  # the whole answer has the same stores
    with all_stores() as asked:
        ask_stores(lambda alias: [alias])
        assert (asked.not_asked, first.asked) == (("19",), 1)
    clock[0] += stores.LEFT_OUT_SECONDS
    with all_stores() as asked:
        assert ask_stores(lambda alias: [alias]) == ["default", "province_19", "province_24"]
        assert asked.not_asked == ()


def test_who_waits_for_a_thread_or_has_used_up_its_time_condemns_no_store(world, monkeypatch):
    first, _second, clock = world
    first.fault = "waiting"
    with all_stores() as asked:
        assert ask_stores(lambda alias: [alias]) == ["default", "province_24"]
        assert asked.not_asked == ("19",)
    first.fault = None
    with override_settings(PROVINCE_SECONDS=1), all_stores() as asked:
        monkeypatch.setattr(stores, "monotonic", lambda: clock.append(clock[-1] + 0.3) or clock[-1])
        for _step in range(2):
            assert ask_stores(lambda alias: [alias]) == ["default", "province_19", "province_24"]
        first.fault = OperationalError("statement timeout")
        assert ask_stores(lambda alias: [alias]) == ["default", "province_24"]
    first.fault = None
    with all_stores():
        assert ask_stores(lambda alias: [alias]) == ["default", "province_19", "province_24"]


def test_a_fault_of_the_own_store_or_of_the_question_is_no_silent_gap(world):
    def own_fails(alias):
        if alias == "default":
            raise OperationalError("away")
        return [alias]

    with all_stores(), pytest.raises(OperationalError):
        ask_stores(own_fails)
    world[0].fault = KeyError("a fault of ours")
    with all_stores(), pytest.raises(KeyError):
        ask_stores(lambda alias: [alias])


def test_answers_of_threads_do_not_mix_and_one_within_another_is_part_of_it(world):
    world[0].fault = OperationalError("away")
    seen = []
    with all_stores() as outer:
        ask_stores(lambda alias: [alias])
        with all_stores() as inner:
            assert inner is outer
        thread = threading.Thread(target=lambda: seen.append(several_stores()))
        thread.start()
        thread.join()
        assert (seen, several_stores()) == ([None], outer)


def test_what_is_looked_up_once_is_forgotten_with_the_answer(world):
    count = []

    def look_up():
        count.append(1)
        return len(count)

    with all_stores():
        assert [looked_up_once("it", look_up) for _ in range(3)] == [1, 1, 1]
    with all_stores():
        assert looked_up_once("it", look_up) == 2
    assert [looked_up_once("it", look_up) for _ in range(2)] == [3, 4]


def test_without_other_provinces_nothing_but_the_own_store_is_asked():
    with all_stores() as asked:
        assert (several_stores(), asked.not_asked) == (None, ())
        assert ask_stores(lambda alias: [alias]) == ["default"]


# ------------------------------------------------------------------------------------------------ the setting

POSTGRES = {"ENGINE": "django.db.backends.postgresql"}


def test_the_databases_of_other_provinces_are_read_only_and_have_little_time():
    found = other_provinces(
        " 19=postgresql://doc:bi%20mat@10.19.0.5/khcn?options=-csearch_path%3Dp19\n24=postgresql://doc@b/khcn ",
        own_code="04",
        own=POSTGRES,
    )
    assert list(found) == ["19", "24"]
    options = found["19"]["OPTIONS"]
    assert options["options"].split("-c") == [
        "",
        " jit=off ",
        "search_path=p19 ",
        " statement_timeout=2000 ",
        " default_transaction_read_only=on",
    ]
    assert (options["connect_timeout"], options["tcp_user_timeout"]) == (2, 2000)
    assert (found["19"]["USER"], found["19"]["PASSWORD"], found["19"]["ATOMIC_REQUESTS"]) == (
        "doc",
        "bi mat",
        False,
    )
    assert other_provinces("", own_code="04", own={"ENGINE": "django.db.backends.sqlite3"}) == {}


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("postgresql://secret@a/b", POSTGRES),  # no code
        ("=postgresql://secret@a/b", POSTGRES),
        ("a-b=postgresql://secret@a/b", POSTGRES),
        ("04=postgresql://secret@a/b", POSTGRES),  # the own one
        ("19=postgresql://secret@a/b 19=postgresql://secret@c/d", POSTGRES),
        ("19=sqlite:///secret.sqlite3", POSTGRES),
        ("19=secret", POSTGRES),
        ("19=", POSTGRES),
        ("19=postgresql://secret@a/b", {"ENGINE": "django.db.backends.sqlite3"}),
    ],
)
def test_what_names_no_store_of_another_province_is_refused_without_showing_the_address(text, own):
    with pytest.raises(ImproperlyConfigured) as refused:
        other_provinces(text, own_code="04", own=own)
    assert "KHCN_PROVINCES" in str(refused.value)
    assert "secret@" not in str(refused.value)
