"""One row of the table of routes, and the groups of people that its rules name."""

from dataclasses import dataclass
from typing import Any

from tests.security.world import PEOPLE

STAFF = frozenset(PEOPLE)
ANYONE = STAFF | {"anonymous"}
NOBODY = frozenset()  # the method is not taken at all: 405
CLERKS = STAFF - {"leader", "reader"}
OWN_FILE = {"officer", "head", "office", "admin"}
OFFICE, LEADER, ADMIN = frozenset({"office"}), frozenset({"leader"}), frozenset({"admin"})
TENANTS = frozenset({"tenant_a", "tenant_b"})  # accounts of outside organisations
# Whose role acts as no built-in one, and was granted every right in the register of tasks.
GRANTED = frozenset({"granted"})
GRANTED_IN = "science.sciencetask"
WORKING = STAFF | GRANTED
SECTION = {"officer", "head", "office"}
HANDING = {"head", "office"}
FORMS = {"office", "admin"}
LOG = {"admin", "leader", "office"}


@dataclass(frozen=True)
class OperationOfRegister:
    """Which operation of the JSON interface of which register an address is: all of one kind are one piece of code."""

    register: Any
    kind: str  # "list", "create", …; "action" and "together" with the name of the action
    record: Any
    turn: int  # that those who ask take turns by


@dataclass(frozen=True)
class Route:
    """One address with what is sent to it, and who may get in by either method; ``None``: another route asks that."""

    name: str
    url: str
    get: frozenset | set | None
    post: frozenset | set
    data: Any = None
    writes: bool | set = False  # a POST by one who may, or by these of them, changes a row
    kind: str = ""  # content type of what is sent, "" for a form
    method: str = "post"  # "" when only GET is asked for
    says: bool = False  # refuses with a redirect and a sentence on the next page
    refuses: bool = False  # takes the method, and refuses everybody as the stored record is
    query: str = ""
    headers: Any = None
    operation: OperationOfRegister | None = None

    def methods(self):
        """What to try here."""
        return (*(("get",) if self.get is not None else ()), *(("post",) if self.method else ()))

    def is_of_api(self):
        """Is it an address of the JSON interface of the registers?"""
        return self.url.startswith("/api/")
