"""Which hand-over of a container is known first, against looking at each of them."""

from random import Random

from khcn.trace.queries.holders.course import WHENEVER
from khcn.trace.queries.holders.sent_containers import End, SentContainers, Window
from khcn.trace.queries.packages.ways_of_objects import ObjectHandOver, WayEvent

TIMES = 12


def hand_overs(chance):
    times = [(chance.randrange(TIMES), chance.randrange(TIMES)) for _one in range(chance.randrange(20))]
    return [
        ObjectHandOver(WayEvent(number, moment, "", 1, recorded, ""), {2}, ("A",))
        for number, (moment, recorded) in enumerate(times)
    ]


def window_of(chance):
    return Window(chance.randrange(TIMES), chance.randrange(TIMES + 1), chance.randrange(TIMES + 1))


def is_in(window, moment, recorded):
    return window.start <= moment < window.stop and recorded < window.recorded_before


def test_the_hand_over_that_is_known_first():
    for seed in range(1000):
        chance = Random(seed)
        some, window, known = hand_overs(chance), window_of(chance), chance.randrange(TIMES)
        since = chance.choice((None, (chance.randrange(TIMES), "", chance.randrange(20))))
        expected = min(
            (
                (max(one.report.recorded_at, known), one.report.moment)
                for one in some
                if is_in(window, one.report.event_time, one.report.recorded_at)
                and (since is None or one.report.moment > since)
            ),
            default=None,
        )
        found = SentContainers(some).first("A", known, since, window)
        assert (None if found is None else found[:2]) == expected, seed
        assert found is None or found.hand_over.report.moment == found.moment
        assert SentContainers(some).first("B", known, since, window) is None


def test_for_which_hand_overs_something_has_not_ended():
    for seed in range(1000):
        chance = Random(seed)
        window = window_of(chance)
        ends = [
            End(chance.randrange(TIMES), chance.randrange(WHENEVER, TIMES))
            for _one in range(chance.randrange(5))
        ]
        parts = list(window.without(ends))
        for moment in range(TIMES):
            for recorded in range(TIMES):
                has_ended = any(one.event_time <= moment and one.captured_from <= recorded for one in ends)
                expected = is_in(window, moment, recorded) and not has_ended
                assert sum(is_in(one, moment, recorded) for one in parts) == expected, (
                    seed,
                    moment,
                    recorded,
                )
