"""What producers enter about their goods and send to each other, and what the department sees and answers."""

from khcn.goods.register import participation, producers, shipments

__all__ = ["participation", "producers", "shipments"]
