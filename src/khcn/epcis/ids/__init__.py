"""GS1 identifiers: application identifiers, element strings, Digital Links, EPC URNs, check digits, canonical form."""
