"""Who asks an address of the table over HTTP.

Every account asks every page, and the interface of the sampled registers. The operations of all other registers are the same
pieces of code with other declarations: who may is asked of the declarations themselves, for every account
(test_matrix.py), and over HTTP of each address by a few, who take turns.
"""

from tests.security import routes
from tests.security.route_shape import GRANTED, STAFF, TENANTS
from tests.security.world import PEOPLE, SAMPLED

ACTORS = ("anonymous", *PEOPLE, *GRANTED, *sorted(TENANTS), "key")


def is_asked_in_turns(route):
    """Is it an operation of a register whose interface not every account asks? Few registers take records together."""
    found = route.operation
    return found is not None and found.register.name not in SAMPLED and not found.kind.startswith("together")


def askers(table):
    """By place in the table and method the accounts that ask."""
    rights = _rights_by_register(table)
    return {
        (place, method): _in_turns(route, method, rights[route.operation.register])
        if is_asked_in_turns(route)
        else set(ACTORS)
        for place, route in enumerate(table)
        for method in route.methods()
    }


def _rights_by_register(table):
    """By register how many of its operations each account may carry out."""
    found = {}
    for route in table:
        if route.operation:
            counted = found.setdefault(route.operation.register, dict.fromkeys(ACTORS, 0))
            for who in ACTORS:
                counted[who] += any(routes.allowed(route, method, who) for method in route.methods())
    return found


def _in_turns(route, method, rights):
    """Strangers; and of the department's and of the outside accounts one that may, one that may not, and one that may not
    but may do most else with these records.
    """
    # what is said of every answer is looked at in those of an administrator
    found = {"anonymous", "key"} | ({"admin"} if method == "get" else set())
    for group in (STAFF | GRANTED, TENANTS):
        may = sorted(who for who in group if routes.allowed(route, method, who))
        others = sorted(group - set(may))
        most = max((rights[who] for who in others), default=0)
        nearest = [who for who in others if rights[who] == most]
        found |= {each[route.operation.turn % len(each)] for each in (may, others, nearest) if each}
    return found
