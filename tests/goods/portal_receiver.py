"""The national portal as its front ends let one guess: a real HTTP server that knows keys of producers and recognises what it had before."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.trace.subscription_receiver import receiving


@dataclass
class FakePortal:
    """`keys`: those it has given out; `accepted`: by idempotency key what was received first; `answer`: what it does instead."""

    receiver: object
    keys: set
    accepted: dict = field(default_factory=dict)
    answer: object = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self):
        return self.receiver.url("/api/lo-hang")

    @property
    def received(self):
        return self.receiver.received

    def take(self, got):
        """What the portal does with one request: (status, headers), and of those that take one, a body."""
        if self.answer is not None:
            return self.answer(got)
        if got.headers.get("Authorization", "").removeprefix("Bearer ") not in self.keys:
            return 401, {}
        with self.lock:
            known = self.accepted.setdefault(got.headers["Idempotency-Key"], got.body)
        return (201 if known is got.body else 200, {}) if known == got.body else (409, {})

    def documents(self):
        """What it has on record, in the order in which it came."""
        return [json.loads(each) for each in self.accepted.values()]


@contextmanager
def portal(*keys):
    with receiving() as receiver:
        made = FakePortal(receiver, set(keys))
        receiver.answers["/api/lo-hang"] = made.take
        yield made
