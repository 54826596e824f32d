"""Pages that belong to no register: sign-in, home, search, figures, accounts, permissions, change log."""
