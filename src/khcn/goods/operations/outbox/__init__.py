"""What goes to the national traceability portal: how it is made, when, and how it is sent (docs/adr/0061)."""
