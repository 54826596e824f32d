"""What a fixture of the whole run has started ends after the last test that uses it with that parameter."""

from types import SimpleNamespace

import pytest

from tests.last_uses import end_what_is_not_used_again, until_last_use

pytestmark = pytest.mark.gates


def items_that_use(*parameters):
    """Of a run one test for each parameter of a fixture `served`; None is a test that does not use it."""
    session = SimpleNamespace(items=[])
    for parameter in parameters:
        names = ["served"] if parameter else []
        call = SimpleNamespace(params={"served": parameter} if parameter else {})
        session.items.append(SimpleNamespace(session=session, fixturenames=names, callspec=call))
    return session.items


def test_it_ends_with_the_last_use_and_not_before():
    ended, states = [], []
    request = SimpleNamespace(fixturename="served", param="sqlite")
    with until_last_use(request) as stack:
        stack.callback(ended.append, "sqlite")
        for item in items_that_use("sqlite", None, "sqlite", "postgresql", None):
            end_what_is_not_used_again(item)
            states.append(len(ended))
    assert states == [0, 0, 1, 1, 1]
    assert ended == ["sqlite"]


def test_it_ends_with_the_fixture_where_its_last_test_does_not_run():
    ended = []
    with until_last_use(SimpleNamespace(fixturename="served", param="sqlite")) as stack:
        stack.callback(ended.append, "sqlite")
        end_what_is_not_used_again(items_that_use("sqlite", "sqlite")[0])
        assert ended == []
    assert ended == ["sqlite"]
