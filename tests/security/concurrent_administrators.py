"""Scenes of test_at_once.py about changes of roles."""

from tests.security.concurrent_helpers import at_once, browser, opened, posting, statuses

ROUNDS = 6


def two_administrators_lower_each_other():
    """One is lowered, by the account itself or by an assignment; the other one administers still."""
    from khcn.kernel.actors import Role
    from tests.web.conftest import account

    for number in range(ROUNDS):
        people = [account(Role.ADMIN, f"P{number}{place}") for place in range(2)]
        pair = [browser(each) for each in people]
        if number % 2:
            addresses = ["/assignments/new/"] * 2
            others = [{"user": each.pk, "role": "reader", "reason": "thử"} for each in reversed(people)]
        else:
            addresses = [f"/accounts/{each.pk}/" for each in reversed(people)]
            others = [{"role": "reader"}] * 2
        sent = [
            opened(client, address, **other)
            for client, address, other in zip(pair, addresses, others, strict=True)
        ]
        answers = at_once(*map(posting, pair, addresses, sent))
        assert statuses(answers) == [303, 403], (number, statuses(answers))
        assert statuses([each.get("/accounts/") for each in pair]) == [200, 403]
