"""Electronic signatures in PDF files (PAdES, ETSI EN 319 142-1): ours are put on, those of others are looked at (docs/adr/0035)."""
