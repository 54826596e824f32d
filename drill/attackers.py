"""Clients that mean harm, from addresses of their own on loopback: idle ones, slow ones, and those that ask without end.

Usage: attackers.py HOST SECONDS IDLE SLOW FLOODING. Prints how many connections the idle and the slow ones opened, and how
many answers the flooding ones got, by status.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import sys
import time
from collections import Counter

SLOW_PAUSE = 8  # seconds between two bytes
PATHS = ("/login/", "/", "/01/09521234000013", "/static/no-such-file")


def context() -> ssl.SSLContext:
    """They do not look at certificates."""
    found = ssl.create_default_context()
    found.check_hostname, found.verify_mode = False, ssl.CERT_NONE
    return found


async def connect(host: str, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection from one address of this machine."""
    return await asyncio.open_connection(
        "127.0.0.1", 443, ssl=context(), server_hostname=host, local_addr=(address, 0)
    )


async def idle(host: str, until: float, counts: Counter[str]) -> None:
    """Connects and says nothing, again and again."""
    while time.monotonic() < until:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await connect(host, "127.0.0.10")
            counts["idle"] += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), until - time.monotonic())
            writer.close()


async def slow(host: str, until: float, counts: Counter[str]) -> None:
    """Sends a request letter by letter."""
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            _reader, writer = await connect(host, "127.0.0.11")
            counts["slow"] += 1
            for letter in b"GET /login/ HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 1000:
                writer.write(bytes([letter]))
                await writer.drain()
                await asyncio.sleep(min(SLOW_PAUSE, max(0, until - time.monotonic())))
                if time.monotonic() > until:
                    break
            writer.close()


async def flood(host: str, until: float, counts: Counter[str]) -> None:
    """Asks without end, on one connection as long as it is open."""
    while time.monotonic() < until:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            reader, writer = await connect(host, "127.0.0.12")
            for number in range(1_000_000):
                if time.monotonic() > until:
                    break
                path = PATHS[number % len(PATHS)]
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                counts[head.split()[1]] += 1
                if "content-length: " in head:
                    await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
                elif "chunked" in head:
                    await reader.readuntil(b"\r\n0\r\n\r\n")
                if "connection: close" in head:
                    break
            writer.close()


async def attack(host: str, seconds: int, *numbers: int) -> Counter[str]:
    """All of them at once."""
    until, counts = time.monotonic() + seconds, Counter[str]()
    kinds = (idle, slow, flood)
    await asyncio.gather(
        *(
            kind(host, until, counts)
            for kind, number in zip(kinds, numbers, strict=True)
            for _each in range(number)
        ),
        return_exceptions=True,
    )
    return counts


if __name__ == "__main__":
    os.nice(19)  # they would have processors of their own
    print(json.dumps(asyncio.run(attack(sys.argv[1], *map(int, sys.argv[2:])))))
