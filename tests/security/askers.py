"""Who asks an address of the table over HTTP.

Of a page and a method ask one account of each role that may and one of each role that may not, in turns with those of the same role in
other divisions; where the whole department may, the one that may most, the one that may least, an officer and somebody of another
role, in turns. The operations of registers other than the sampled ones are the same pieces of code with other declarations: who may
is asked of the declarations themselves, for every account (test_matrix.py), and over HTTP of each address by a few, who take turns.
A key opens no page, and a session is missing from its requests as from those of a stranger: these two take turns as well, where
strangers may not.
"""

from khcn.kernel.actors import Role
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
    found = {}
    for place, route in enumerate(table):
        for method in route.methods():
            if is_asked_in_turns(route):
                who = _of_operation(route, method, rights[route.operation.register])
            elif route.operation and route.operation.kind.startswith("together"):
                who = set(ACTORS)
            else:
                who = _of_page(place, route, method)
            found[place, method] = who
    return found


STRANGERS = ("anonymous", "key")


def _of_page(turn, route, method):
    """Of an operation of a sampled register too."""
    found = {"granted"} | _outside(turn, route, method)
    may = {who for who in STAFF if routes.allowed(route, method, who)}
    if may == STAFF:
        officers = sorted(who for who in STAFF if PEOPLE[who][0] is Role.OFFICER)
        others = sorted(STAFF - {"admin", "reader", *officers})
        return found | {"admin", "reader", officers[turn % len(officers)], others[turn % len(others)]}
    writing = route.writes if isinstance(route.writes, set | frozenset) and method != "get" else set()
    alike = {}
    for who in sorted(STAFF):
        alike.setdefault((PEOPLE[who][0], who in may, who in writing), []).append(who)
    return found | {each[turn % len(each)] for each in alike.values()}


def _outside(turn, route, method):
    """One of the accounts of outside organisations, both where one may and the other may not; and strangers."""
    may = {who for who in TENANTS if routes.allowed(route, method, who)}
    found = set(TENANTS) if may and may != TENANTS else {sorted(TENANTS)[turn // 2 % len(TENANTS)]}
    is_public = any(routes.allowed(route, method, who) for who in STRANGERS)
    return found | (set(STRANGERS) if is_public else {STRANGERS[turn % len(STRANGERS)]})


def _rights_by_register(table):
    """By register how many of its operations each account may carry out."""
    found = {}
    for route in table:
        if route.operation:
            counted = found.setdefault(route.operation.register, dict.fromkeys(ACTORS, 0))
            for who in ACTORS:
                counted[who] += any(routes.allowed(route, method, who) for method in route.methods())
    return found


def _of_operation(route, method, rights):
    """Of the department's accounts one that may, and one that may not: any of these, or one that may do most else with these records."""
    turn = route.operation.turn
    # what is said of every answer is looked at in those of an administrator
    found = _outside(turn, route, method) | ({"admin"} if method == "get" else set())
    inside = STAFF | GRANTED
    may = sorted(who for who in inside if routes.allowed(route, method, who))
    others = sorted(inside - set(may))
    most = max((rights[who] for who in others), default=0)
    if turn // 2 % 2:
        others = [who for who in others if rights[who] == most]
    return found | {each[turn % len(each)] for each in (may, others) if each}


def of_turn(table, who, people):
    """The pages that an account asks where several look at what is shown: of what more than one may open one asks each, in turns, and
    all ask what none may.
    """
    turn = 0
    for route in table:
        may = [each for each in people if route.get and routes.allowed(route, "get", each)]
        if may:
            turn += 1
            if who == may[turn % len(may)]:
                yield route
        elif route.get:
            yield route
