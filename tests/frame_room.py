"""All calls of a test find room in one piece of memory.

CPython 3.13 takes memory for the frames of calls from the system in pieces of 16 KiB, some eighty calls, and gives a piece back
when the last call in it returns. A loop that calls across the end of a piece takes and gives back one each time round, and below
pytest, a test client and Django some loop of nearly every page does: a fifth of the time of a processor. A call that needs more
than a piece gets a larger one, and what it calls finds room in the rest of that.
"""

WORDS = 1 << 16
"""Of memory that the first call asks for: 512 KiB. Pieces are doubled until the call fits, so that as much is left for others."""


def with_room(function, *arguments, **named):
    """The answer of the function."""
    return function(*arguments, **named)


with_room.__code__ = with_room.__code__.replace(co_stacksize=WORDS)
