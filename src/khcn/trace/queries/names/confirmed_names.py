"""Names of goods and places, and whether the department has confirmed who gives them (docs/adr/0028).

The name of a product gives the party whose the code is, that of a place the party whose GLN it is or whose the company prefix in
the GLN is, and an authority that of everything. Where there is such a party, nobody else's word is shown. Where there is none,
the word of the party that reported the goods or the step is shown as not confirmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from khcn.trace.queries.names.display_names import GLN_OF, MasterDataNames, PlaceName, display_text, gln_of
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import product_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_STREET = (("streetAddressOne", "streetAddress"), ("streetAddressTwo",))
_TOWN = (("city", "addressLocality"), ("state", "addressRegion"))


class GivenName(NamedTuple):
    """A text that some party gave a thing; "" where none did."""

    text: str
    is_confirmed: bool


class ConfirmedNames:
    """Names of some things, of their products, and of the GLN of places."""

    def __init__(self, things: Iterable[str], authorities: Collection[int]) -> None:
        """`authorities`: the parties that are trusted in everything."""
        self.data = MasterDataNames(things)
        self.authorities = sorted(authorities)
        self.code_owners = CodeOwners()

    def product(self, thing: str, attributes: Sequence[str], others: Sequence[int]) -> GivenName:
        """The first of some attributes of the product of goods.

        Args:
            thing: the goods.
            attributes: in which order they are looked for.
            others: who is asked where nobody is confirmed for the code; also the order of those who are.
        """
        kind = product_of(thing)
        asked, is_confirmed = self._asked(self.code_owners.of(kind), others)
        text = self.data.value(kind, attributes, asked)
        if text or is_confirmed:
            return GivenName(text, True)
        return GivenName(self.data.value(kind, attributes, others), False)

    def place(self, place: str, others: Sequence[int]) -> PlaceName:
        """Name and address of a place; of the register where the party at the place gives none."""
        own = self.data.party_at(place)
        owners = self.code_owners.of(place)
        asked, is_confirmed = self._asked(owners if own is None else {own.pk, *owners}, others)
        if own is not None:
            asked = [own.pk, *(one for one in asked if one != own.pk)]
        found = self._named(place, asked, is_confirmed=True)
        if own is not None:
            name, address = found.name or display_text(own.name), found.address or display_text(own.address)
            return PlaceName(name, address, found.gln, id=found.id)
        if is_confirmed or found.name or found.address:
            return found
        return self._named(place, others, is_confirmed=False)

    def _asked(self, owners: Collection[int], others: Sequence[int]) -> tuple[list[int], bool]:
        """The confirmed parties in their order, and whether there are some beside the authorities."""
        ordered = [one for one in others if one in owners]
        return [*ordered, *sorted(set(owners) - set(ordered)), *self.authorities], bool(owners)

    def _named(self, place: str, asked: Sequence[int], *, is_confirmed: bool) -> PlaceName:
        found = GLN_OF.fullmatch(place)
        ids = [place] + ([found[1]] if found and found[1] != place else [])
        names = {one: text for one in ids if (text := self.data.value(one, ("name",), asked))}
        addresses = {one: text for one in ids if (text := self._address(one, asked))}
        name, address = next(iter(names.values()), ""), next(iter(addresses.values()), "")
        whose = place if place in {*names, *addresses} else ids[-1]
        is_confirmed = is_confirmed or not (name or address)
        return PlaceName(name, address, gln_of(place), is_confirmed, whose if found else "")

    def _address(self, place: str, asked: Sequence[int]) -> str:
        texts = [self.data.value(place, attributes, asked) for attributes in (*_STREET, *_TOWN)]
        return ", ".join(dict.fromkeys(text for text in texts if text))
