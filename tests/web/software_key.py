"""A security key in software: makes a pair of keys, counts, signs challenges; and lies where a test wants it to."""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN, HOST = "https://khcn.example.vn", "khcn.example.vn"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftwareKey:
    """``flags`` are those of its answers, ``count`` that of its last use."""

    def __init__(self, *, flags=PRESENT | VERIFIED, origin=ORIGIN, host=HOST):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.flags, self.origin, self.host, self.count = flags, origin, host, 0

    def _data(self, credential=None):
        self.count += 1
        flags = self.flags | (ATTESTED if credential else 0)
        rp = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(rp, flags, self.count, credential or b"")

    def _client(self, kind, options):
        return CollectedClientData.create(kind, websafe_decode(options["challenge"]), self.origin)

    def _answer(self, **response):
        name = websafe_encode(self.credential_id)
        coded = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": coded})

    def made(self, options, kind="webauthn.create"):
        """What it answers when it is registered."""
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        attestation = AttestationObject.create("none", self._data(credential), {})
        return self._answer(clientDataJSON=self._client(kind, options), attestationObject=attestation)

    def used(self, options, kind="webauthn.get", private=None):
        """What it answers when it is asked."""
        client, data = self._client(kind, options), self._data()
        signature = (private or self.private).sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)
