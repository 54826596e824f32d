"""Who may do what (`predicates`), and on which rows (`scopes`; docs/adr/0012)."""
