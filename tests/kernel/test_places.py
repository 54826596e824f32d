"""Long work: so many at a time, a few waiting, and the others are refused for now."""

import threading

import pytest

from khcn.kernel.bounded_process.places import Busy, Places


def working(found, many):
    """Threads that hold a place until the event is set, once they all have it."""
    begun, end = threading.Barrier(many + 1), threading.Event()

    def work():
        with found.one():
            begun.wait(120)
            end.wait(120)

    threads = [threading.Thread(target=work) for _each in range(many)]
    for each in threads:
        each.start()
    begun.wait(120)

    def finish():
        end.set()
        for each in threads:
            each.join(120)

    return finish


def test_who_finds_no_place_in_time_is_refused_and_the_place_is_not_lost():
    found = Places("", retry_after=1, at_once=2, waiting=1, seconds=0.05)
    finish = working(found, 2)
    with pytest.raises(Busy), found.one():
        pass
    finish()
    for _again in range(4):
        with found.one():
            pass


def test_one_waits_until_a_place_is_free_and_the_next_is_refused_at_once():
    found = Places("", retry_after=1, at_once=1, waiting=1, seconds=60)
    finish = working(found, 1)
    entered = threading.Event()

    def wait():
        with found.one():
            entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while found._admitted._value:  # until it waits
        pass
    with pytest.raises(Busy), found.one():
        pass
    assert not entered.is_set()
    finish()
    waiting.join(120)
    assert entered.is_set()


def test_work_inside_other_work_takes_no_second_place_and_a_failure_gives_it_back():
    found = Places("", retry_after=1, at_once=1, waiting=0, seconds=0)
    with pytest.raises(LookupError), found.one(), found.one():
        raise LookupError
    with found.one():
        pass


def test_kinds_of_work_share_the_threads_and_give_them_back():
    threads = threading.BoundedSemaphore(1)
    found, other = (
        Places("", retry_after=1, at_once=2, waiting=1, seconds=60, threads=threads) for _each in range(2)
    )
    finish = working(found, 1)
    with pytest.raises(Busy), other.one():
        pass
    finish()
    with other.one():
        pass
