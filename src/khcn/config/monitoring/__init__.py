"""What operators see of the running program (docs/adr/0034): ids of requests, slow statements, readiness, metrics, and the page of
the administrator.

`condition` looks once at everything that may need somebody; `/readyz`, `/metrics` and the page show what it found.
"""
