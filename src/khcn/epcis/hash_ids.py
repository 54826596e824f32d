"""Event ids that say they are the hash of their event, and whether they are (CBV 2.0, 8.9)."""

import re
from typing import Final

from khcn.epcis.event_hash import ALGORITHMS, VERSION, event_hash
from khcn.epcis.model import Event

_SCHEME: Final = "ni:"
_HASH_ID: Final = re.compile(
    rf"ni:///({'|'.join(ALGORITHMS.values())});[0-9a-f]+{re.escape(VERSION)}", re.IGNORECASE | re.ASCII
)
_ALGORITHM_OF_NAME: Final = {name: algorithm for algorithm, name in ALGORITHMS.items()}


def is_hash_id(event_id: str) -> bool:
    """Whether an event id says that it is the hash of its event, by a version of the algorithm that is computed here.

    >>> is_hash_id("ni:///sha-256;00?ver=CBV2.0"), is_hash_id("urn:uuid:00000000-0000-4000-8000-000000000001")
    (True, False)
    >>> is_hash_id("ni:///sha-256;AB?ver=CBV2.0")
    True
    """
    return event_id[: len(_SCHEME)].lower() == _SCHEME and _HASH_ID.fullmatch(event_id) is not None


def is_hash_of(event_id: str, event: Event) -> bool:
    """Whether an event id is the hash of an event, as it is written by the standard: in lower case."""
    found = _HASH_ID.fullmatch(event_id) if event_id.startswith(_SCHEME) else None
    algorithm = _ALGORITHM_OF_NAME.get(found[1]) if found else None
    return algorithm is not None and event_id == event_hash(event, (), algorithm)
