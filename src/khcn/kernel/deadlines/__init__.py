"""Stored deadlines of records, declared by registers and brought up to date with every write.

A register lists :class:`DeadlineKind` in ``Register.deadlines``. The rows of :class:`~.models.Deadline` follow from the
records, the rules in force and the working calendar by a projection (``recomputing``); nobody writes them by hand. What
people may do to a term (stop, resume, extend) is an operation with a reason, kept as an event and replayed with the rest.
"""

from khcn.kernel.deadlines.kinds import Answering, DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

__all__ = ["Answering", "DeadlineKind", "Follow", "SubjectFacts", "TermFacts", "day_by"]
