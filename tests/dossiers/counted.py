"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import timedelta

from django.db import models

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.models import Deadline, RecomputeCause
from khcn.kernel.deadlines.recomputing import recompute
from tests.factories import dossiers, reference


def procedure_change(kind):
    document = {"document": reference.LegalDocumentFactory} if kind in {"new", "amended", "abolished"} else {}

    def make(on):
        made = {name: factory(issued_on=on) for name, factory in document.items()}
        return dossiers.ProcedureChangeFactory(kind=kind, decided_on=on, **made)

    return make


def dossier(days=0, term=0, outcome="resolved", **fields):
    """One that ended on the day, so many days after its reception, with a term of so many days that ends then or on the next
    working day; its deadline is stored.
    """

    def make(on):
        procedure = dossiers.ProcedureFactory(term_amount=term, term_unit="day")
        ended = {"outcome": outcome, "ended_on": on, **fields} if outcome != "open" else fields
        made = dossiers.DossierFactory(procedure=procedure, received_on=on - timedelta(days=days), **ended)
        with acting(SYSTEM):
            recompute("dossiers.dossier", {made.pk}, RecomputeCause("dossiers.dossier", ""))
        return made

    return make


LATE, EARLY = dossier(days=30, term=10), dossier(days=3, term=10)


def on_time(on):
    """Received on the day, with a term that ends on it; where it is a day off, the term ends on the next working day."""
    made = EARLY(on)
    models.QuerySet(Deadline).filter(subject_model="dossiers.dossier", subject_id=made.pk).update(due_on=on)
    return made


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "HS-01": (dossier(outcome="open"), []),
    "HS-02": (EARLY, [LATE, dossier(outcome="refused"), dossier(outcome="open")]),
    "HS-03": (EARLY, [LATE, dossier(outcome="withdrawn")]),
    "HS-04": (on_time, [LATE, EARLY]),
    "HS-05": (LATE, [EARLY, dossier(outcome="refused", days=30, term=10)]),
    "HS-09": (dossier(outcome="refused"), [EARLY, dossier(outcome="withdrawn")]),
    "HS-10": (dossier(outcome="withdrawn"), [EARLY, dossier(outcome="refused")]),
    "HS-11": (dossier(outcome="stopped"), [EARLY, dossier(outcome="withdrawn")]),
    "HS-13": (EARLY, [dossier(outcome="refused")]),
    "HS-14": (dossier(term=10), []),
    "HS-15": (LATE, [dossier(outcome="refused"), dossier(outcome="stopped")]),
    **{
        code: (procedure_change(kind), [procedure_change(other)])
        for code, kind, other in (
            ("TT-01", "new", "amended"),
            ("TT-02", "abolished", "new"),
            ("TT-03", "amended", "abolished"),
            ("TT-04", "internal", "simplification"),
            ("TT-05", "simplification", "rules_cut"),
            ("TT-06", "rules_cut", "delegated"),
            ("TT-07", "delegated", "internal"),
        )
    },
}
