"""What tests of the server and of the installation are given."""

import contextlib

import pytest

from khcn.kernel.request_quotas import KNOWN_KEYS, KNOWN_SESSIONS
from tests.config.turned_server import Served


@pytest.fixture
def serve():
    """Servers that are turned by hand; one session and one key are known to be good."""
    KNOWN_KEYS.remember("Bearer khcn_x")  # test_serve_large_bodies.py has those that nobody knows
    KNOWN_SESSIONS.remember("abc")
    with contextlib.ExitStack() as stack:
        stack.callback(KNOWN_KEYS.forget, "Bearer khcn_x")
        stack.callback(KNOWN_SESSIONS.forget, "abc")

        def start(**limits):
            served = Served(**limits)
            stack.callback(served.close)
            return served

        yield start
