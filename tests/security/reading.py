"""Which names of what is sent are read by what answers: of two requests that differ in names that nobody reads, one is enough."""

import sys
from contextlib import contextmanager

import pytest
from django.utils.datastructures import MultiValueDict

BY_NAME = ("__getitem__", "__contains__", "_getlist", "pop")
AS_A_WHOLE = ("__iter__", "keys", "values", "items", "lists", "dict", "popitem")
# They put values in, make a copy, of which reading is noted too, or look for NUL in whatever is sent.
READ_NOTHING = {"setlistdefault", "__copy__", "__deepcopy__", "_has_nul"}


class NamesRead:
    """Names that were asked for; `whole`: somebody went through all of them."""

    def __init__(self):
        self.names, self.whole = set(), False

    def among(self, names):
        return [name for name in names if self.whole or name in self.names]


@contextmanager
def names_read():
    """Notes which names of addresses and forms are read inside."""
    found = NamesRead()

    def is_reading(frame):
        return frame.f_code.co_qualname.split(".<locals>")[0].rpartition(".")[2] not in READ_NOTHING

    def by_name(method):
        def read(self, name, *more, **options):
            if is_reading(sys._getframe(1)):
                found.names.add(name)
            return method(self, name, *more, **options)

        return read

    def as_a_whole(method):
        def read(self, *arguments):
            found.whole = found.whole or is_reading(sys._getframe(1))
            return method(self, *arguments)

        return read

    with pytest.MonkeyPatch.context() as patch:
        for note, methods in ((by_name, BY_NAME), (as_a_whole, AS_A_WHOLE)):
            for name in methods:
                patch.setattr(MultiValueDict, name, note(getattr(MultiValueDict, name)))
        yield found
