"""Work in proportion to the input, counted in lines of Python carried out: the same on every machine.

What libraries in other languages do within one line is not counted; `./khcn bench growth` measures the time of the same cases.
"""

import functools
import sys
from threading import get_ident

from khcn.epcis.text_cache import clear_all

MOST = 2.3
SIZES = (6, 12, 24)
UNNOTICED = 100  # lines
COUNTER = (
    3  # of those who watch the interpreter; the others are for debuggers, profilers and measures of coverage
)


@functools.cache
def caches():
    """Of functions of ours: what was looked up for one text must not be free for the next."""
    ours = [module for name, module in sys.modules.items() if name.startswith("khcn.")]
    return [
        each
        for module in ours
        for each in vars(module).values()
        if isinstance(each, functools._lru_cache_wrapper)
    ]


def clear_caches(found=None):
    """As in a process that has just started; ``found`` are those of `caches` that matter, by default all."""
    clear_all()
    for each in caches() if found is None else found:
        each.cache_clear()


def caches_of_input(work):
    """Those caches in which some work looks up what was not in them: after other work of its kind, what is read of its input."""
    before = [each.cache_info().misses for each in caches()]
    work()
    return [each for each, misses in zip(caches(), before, strict=True) if each.cache_info().misses > misses]


def lines_of(work, cleared=None):
    """How many lines of Python some work takes. Before it the caches ``cleared`` are emptied, by default all."""
    count, own = 0, get_ident()

    def step(_code, _line):
        nonlocal count
        count += get_ident() == own  # the thread by which pytest-xdist talks to its processes is watched too

    clear_caches(cleared)
    events = sys.monitoring.events
    sys.monitoring.use_tool_id(COUNTER, __name__)
    sys.monitoring.register_callback(COUNTER, events.LINE, step)
    sys.monitoring.set_events(COUNTER, events.LINE)
    try:
        work()
    finally:
        sys.monitoring.set_events(COUNTER, events.NO_EVENTS)
        sys.monitoring.register_callback(COUNTER, events.LINE, None)
        sys.monitoring.free_tool_id(COUNTER)
    return count


def growth(prepare, sizes=SIZES, times=1):
    """How much more each further thing costs when there are twice as many; 2 where the cost is in proportion.

    Of several `times` the least of each size counts: random tokens and what is done once in a while only add lines.
    """
    prepare(1)()  # what is done once in a process is no part of it
    cleared = caches_of_input(prepare(sizes[0]))

    def lines(size):
        return min(lines_of(prepare(size), cleared) for _ in range(times))

    least, most = lines(sizes[0]), lines(sizes[2])
    if most - least <= UNNOTICED:  # it reads nothing of this input, and so many do not
        return 0
    middle = lines(sizes[1])
    return (most - middle) / max(middle - least, 1) if most - middle > UNNOTICED else 0
