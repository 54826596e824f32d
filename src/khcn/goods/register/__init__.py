"""What producers enter about their goods and send to each other, and what the department sees of it."""

from khcn.goods.register import producers, shipments

__all__ = ["producers", "shipments"]
