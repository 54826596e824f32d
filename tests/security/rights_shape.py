"""How ``tests/<area>/rights.py`` says who may do what with the records of a register, and the groups of people that it names."""

from dataclasses import dataclass, field

from tests.security.route_shape import ADMIN, LEADER, NOBODY, OFFICE, STAFF, TENANTS

OF_SCIENCE = frozenset({"officer", "head"})  # of the division QLKH
EDITORS = OFFICE | ADMIN
DIVISIONS = (
    frozenset(
        {
            "officer",
            "head",
            "other_officer",
            "other_head",
            "centre_officer",
            "centre_head",
            "inspector",
            "quality_officer",
        }
    )
    | OFFICE
)
# Of a record that QLKH leads.
LEADING = OF_SCIENCE | OFFICE
ASSIGNERS = OFFICE | LEADER
OWNER = "tenant_b"  # the organisation that the records belong to


@dataclass(frozen=True)
class Rights:
    """What one register opens, to whom of the people and the outside accounts of the tests.

    ``own`` is the path to the organisation or division that a row belongs to. ``outside`` are the verbs that an outside
    organisation has with its own rows. ``listed`` are others who read the list, in which the stored record is not theirs to read.
    ``actions`` has every action by name, ``given`` what of the stored record its factory does not say.
    """

    write: frozenset
    read: frozenset = STAFF
    create: frozenset | None = None
    delete: frozenset | None = None
    own: str = ""
    outside: frozenset = NOBODY
    listed: frozenset = NOBODY
    given: dict = field(default_factory=dict)
    actions: dict = field(default_factory=dict)

    def listing(self):
        """Who reads the list: an outside organisation too, if the list may hold rows of its own."""
        return self.read | self.listed | (TENANTS if "read" in self.outside else NOBODY)

    def reading(self):
        """Who reads the stored record."""
        return self.read | ({OWNER} if "read" in self.outside else NOBODY)

    def choosing(self, action):
        """Who opens the page of an action on several records of the list: an outside organisation too, if the list may hold rows of its
        own on which it takes the action.
        """
        may = self.actions[action]
        return may | (TENANTS if OWNER in may else NOBODY)

    def creating(self):
        """Who may add a record."""
        staff = self.write if self.create is None else self.create
        return staff | (TENANTS if "create" in self.outside else NOBODY)

    def changing(self):
        """Who may change the stored record."""
        return self.write | ({OWNER} if "change" in self.outside else NOBODY)

    def deleting(self):
        """Who may delete the stored record."""
        staff = self.write if self.delete is None else self.delete
        return staff | ({OWNER} if "delete" in self.outside else NOBODY)


READING = frozenset({"read"})
BY_EDITORS = Rights(write=EDITORS)
BY_SCIENCE = Rights(write=OF_SCIENCE)
OF_TASK = {"write": OF_SCIENCE, "own": "task__host", "outside": READING}
MERGING = {"change-particulars": EDITORS, "merge": EDITORS, "undo-merge": EDITORS}


def each(who, *names):
    """Actions that the same people may take."""
    return dict.fromkeys(names, who)
