"""`./khcn province merge`: the store of one province becomes part of another one's (docs/adr/0032)."""
