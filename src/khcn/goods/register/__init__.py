"""What producers enter about their goods and send to each other, what the public says of them, and what the department sees and answers."""

from khcn.goods.register import participation, producers, public, shipments

__all__ = ["participation", "producers", "public", "shipments"]
