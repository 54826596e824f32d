"""A gateway for text messages: a real HTTP server that takes what comes with the key, and is told what else to answer."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field

from khcn.config.sms_gateway import sms_gateway
from tests.trace.subscription_receiver import receiving

KEY = "khoa-sms-0123456789"
BODY = '{"to":"{phone}","content":{"message":"{text}","unicode":1},"from":"{sender}","id":"{reference}"}'


@dataclass
class FakeGateway:
    """`answer`: what it does instead of taking a message; it sends one reference once, as real ones say of themselves."""

    receiver: object
    answer: object = None
    sent: dict = field(default_factory=dict)

    @property
    def received(self):
        return self.receiver.received

    def take(self, got):
        if self.answer is not None:
            return self.answer(got)
        if got.headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {}, b"no such key"
        self.sent[json.loads(got.body)["id"]] = json.loads(got.body)
        return 200, {}, b'{"status":"ok"}'

    @property
    def texts(self):
        """What telephones were sent: number and words, in the order in which it came."""
        return [(each["to"], each["content"]["message"]) for each in self.sent.values()]

    def settings(self, **more):
        """The gateway as settings would name it."""
        given = {
            "url": self.receiver.url("/sms"),
            "key": KEY,
            "key_file": None,
            "sender": "SO KHCN",
            "body": BODY,
            "authorization": "Bearer {key}",
            "success": "",
            "phone_form": "84",
            "with_diacritics": True,
        }
        return sms_gateway(**given | more)


@contextmanager
def gateway():
    with receiving() as receiver:
        made = FakeGateway(receiver)
        receiver.answers["/sms"] = made.take
        yield made
