"""Background work: ordinary functions, named by their dotted path, run by a worker under the system's name.

Two kinds. *Queued* work is asked for once (:func:`~khcn.kernel.jobs.enqueueing.enqueue`); its arguments are ids and plain values, and it is put on
the queue in the transaction that asks for it, so that a rolled back request leaves none behind and a committed one is
never forgotten. *Recurring* work is declared as data in the areas' ``jobs.py`` (`khcn.kernel.jobs.recurring`).

``./khcn work`` does both, and ``./khcn serve`` starts it. A job may be run twice when a worker is killed in the middle
of it: it must come to the same end.
"""
