"""However deep a test calls, a loop of calls takes no memory from the system."""

import resource

DEPTHS = 200
"""Calls: twice what one piece of memory without room holds."""
ROUNDS = 300


def small(one, two):
    return one + two


def often():
    for number in range(ROUNDS):
        small(number, number)


def at(depth, function):
    return at(depth - 1, function) if depth else function()


def taken():
    """Pages of memory that this process was given."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def test_no_depth_of_calls_takes_memory_in_each_round():
    at(DEPTHS, often)
    before = taken()
    for depth in range(DEPTHS):
        at(depth, often)
    assert taken() - before < ROUNDS
