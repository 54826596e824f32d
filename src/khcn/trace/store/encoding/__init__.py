"""Events as stored texts (`bodies`) and as table rows (`rows`); pure functions without a database."""
