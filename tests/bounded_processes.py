"""Processes of tests/kernel/test_bounded_process.py as other tests need them: that they are ended is made up, and why as well.

Not by limits so short that nothing is done in them: how long a timer takes depends on what else the machine does, and whether
a little memory is enough on what the process that it was forked from has left over.
"""

from khcn.kernel.bounded_process import NotDoneNow, ProcessFailed


def out_of_time(patch, module):
    """What a module of the program has done in a process of its own takes longer than its limits. Gives what was asked for meanwhile."""
    return _fails(patch, module, NotDoneNow)


def out_of_memory(patch, module):
    """The same, of memory."""
    return _fails(patch, module, ProcessFailed)


def _fails(patch, module, fault):
    asked = []

    def run(_program, request, limits, *_places):
        assert limits is module.LIMITS
        asked.append(request)
        raise fault

    patch.setattr(module, "run_bounded", run)
    return asked
