"""khcn: management of provincial science and technology, and traceability of the province's goods."""

__version__ = "0.1.0"
