"""Numbers of outgoing documents, certificates and dossiers: gapless, unique, from 01 each year."""
