"""The processes of ``./khcn serve`` and the web server in them (docs/adr/0023).

`supervisor` forks and restarts the processes, `web` is the one that answers requests, `background` the one that does
background work. `connections` holds the rules of one connection, `refusals` the answers that are given before the
application is asked; the numbers are in `khcn.config.server_limits`.
"""
