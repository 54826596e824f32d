"""Which keys and hashes are strong enough for a signature: 112 bits (NIST SP 800-57 part 1, table 2; ASVS 5.0, 11.2.3 and 11.4.1)."""

from __future__ import annotations

from typing import Any, Final

_LEAST_BITS: Final = {"rsa": 2048, "rsassa_pss": 2048, "dsa": 2048, "ec": 224}
"""Keys of other algorithms (Ed25519, Ed448) have one length, which is enough."""
_BROKEN_HASHES: Final = frozenset({"md2", "md5", "sha1"})


def weakness_of_certificate(certificate: Any) -> str:
    """What is too weak about a certificate (asn1crypto), in words for an operator; "" where nothing is."""
    key = certificate.public_key
    least = _LEAST_BITS.get(key.algorithm)
    if least is not None and key.bit_size < least:
        return f"{key.algorithm.upper()} {key.bit_size} bit < {least} bit"
    return _weakness_of_hash(certificate["signature_algorithm"])


def weakness_of_signature(signer_info: Any, certificate: Any) -> str:
    """The same about a signature (``SignerInfo`` of CMS) and the certificate that it was made with."""
    digest = signer_info["digest_algorithm"]["algorithm"].native
    if digest in _BROKEN_HASHES:
        return _name(digest)
    return _weakness_of_hash(signer_info["signature_algorithm"]) or weakness_of_certificate(certificate)


def _weakness_of_hash(algorithm: Any) -> str:
    try:
        digest = algorithm.hash_algo
    except ValueError:  # the algorithm says nothing of a hash: it is said elsewhere, or fixed
        return ""
    return _name(digest) if digest in _BROKEN_HASHES else ""


def _name(digest: str) -> str:
    return {"sha1": "SHA-1"}.get(digest, digest.upper())
