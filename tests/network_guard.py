"""What a test may reach: this machine and no other."""

import ipaddress
import socket


class NetworkUsedError(RuntimeError):
    """A test tried to reach another machine."""


def is_local(host):
    """Whether a host is this machine itself: a loopback address, its name, or "any address" of a listener."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def guarded(method):
    def call(self, *arguments):
        address = arguments[-1]
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
            raise NetworkUsedError(f"a test may only talk to this machine, not to {address!r}")
        return method(self, *arguments)

    return call
