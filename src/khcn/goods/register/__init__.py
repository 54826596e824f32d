"""What producers enter about their goods and send to each other, what the public says of them, how the department answers, supervises and
recalls.
"""

from khcn.goods.register import labels, participation, producers, public, recalls, shipments, supervision

__all__ = ["labels", "participation", "producers", "public", "recalls", "shipments", "supervision"]
