"""What is encrypted with a passphrase in the format of age, with so little work that a test need not wait for it.

The library takes a second of a processor for a key, as it should; https://age-encryption.org/v1 says how a file is made.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"age-encryption.org/v1"
WORK = 4  # 2 to the power of it


def passphrase_protected(content, phrase):
    """A file that the passphrase opens."""
    key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    stretched = hashlib.scrypt(
        phrase.encode(), salt=VERSION + b"/scrypt" + salt, n=2**WORK, r=8, p=1, dklen=32
    )
    wrapped = ChaCha20Poly1305(stretched).encrypt(bytes(12), key, None)
    header = b"%s\n-> scrypt %s %d\n%s\n---" % (VERSION, _written(salt), WORK, _written(wrapped))
    mark = hmac.digest(_derived(key, b"", b"header"), header, "sha256")
    only_part = bytes(11) + b"\x01"
    body = ChaCha20Poly1305(_derived(key, nonce, b"payload")).encrypt(only_part, content, None)
    return b"%s %s\n%s%s" % (header, _written(mark), nonce, body)


def _derived(key, salt, about):
    return HKDF(SHA256(), length=32, salt=salt, info=about).derive(key)


def _written(value):
    return base64.b64encode(value).rstrip(b"=")
