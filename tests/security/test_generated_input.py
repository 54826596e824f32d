"""The targets of `./khcn drill fuzz` (S37) in short: what each begins with, and some changes of it, by the same numbers each time."""

import random
from importlib import import_module

import pytest

from drill.fuzzing.targets import MODULES

SEEDS, CHANGES = 24, 12


def inputs_of(target):
    """The first of its seeds, and changes of them by the target's own ways."""
    chance, seeds = random.Random(37), target.seeds()[:SEEDS]
    yield from seeds
    for _change in range(CHANGES if target.mutate else 0):
        content = target.mutate(chance.choice(seeds), chance, seeds)
        if content is not None and len(content) <= target.longest:
            yield content


@pytest.mark.parametrize("name", MODULES)
def test_whatever_is_sent_is_taken_or_refused(name):
    target = next(each for each in import_module(MODULES[name]).TARGETS if each.name == name)
    taken = [target.attempt(content) for content in inputs_of(target)]
    assert len(taken) > 2
    assert any(taken), "a target that takes nothing tries nothing"
