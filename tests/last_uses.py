"""Programs that a fixture of the whole run starts end with the last test that uses them, not with the run.

A service that nobody asks costs a twentieth of a processor: its worker looks for work all the time.
"""

from contextlib import ExitStack, contextmanager

_open = {}
"""By the name of a fixture and its parameter: what ends after its last use."""


@contextmanager
def until_last_use(request):
    """A stack of what the fixture has started. It is closed after the last test that uses the fixture."""
    key = request.fixturename, getattr(request, "param", None)
    with ExitStack() as stack:
        _open[key] = stack
        try:
            yield stack
        finally:
            _open.pop(key, None)


def end_what_is_not_used_again(item):
    """After each test. Of a group of tests no other process of the run has any, and here they keep the order of the run."""
    for key, stack in list(_open.items()):
        users = (each for each in reversed(item.session.items) if _uses(each, *key))
        if next(users, None) is item:
            del _open[key]
            stack.close()


def _uses(item, name, parameter):
    if name not in getattr(item, "fixturenames", ()):
        return False
    call = getattr(item, "callspec", None)
    return (call.params.get(name) if call else None) == parameter
