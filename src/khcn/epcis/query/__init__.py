"""Event queries: `parsing` turns `parameters` into `conditions`; `matching` decides which events meet them."""
