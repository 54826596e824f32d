"""Work in proportion to the input, counted in lines of Python carried out: the same on every machine.

What libraries in other languages do within one line is not counted; `./khcn bench growth` measures the time of the same cases.
"""

import functools
import sys

from khcn.epcis.text_cache import clear_all

MOST = 2.3
SIZES = (6, 12, 24)
UNNOTICED = 100  # lines


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


def clear_caches():
    """As in a process that has just started."""
    clear_all()
    for each in caches():
        each.cache_clear()


def lines_of(work):
    """How many lines of Python some work takes."""
    count = 0

    def step(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return step

    clear_caches()
    before = sys.gettrace()
    sys.settrace(step)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(prepare, sizes=SIZES, times=1):
    """How much more each further thing costs when there are twice as many; 2 where the cost is in proportion.

    Of several `times` the least of each size counts: random tokens and what is done once in a while only add lines.
    """
    prepare(1)()  # what is done once in a process is no part of it
    least, middle, most = (min(lines_of(prepare(size)) for _ in range(times)) for size in sizes)
    return (most - middle) / max(middle - least, 1) if most - middle > UNNOTICED else 0
