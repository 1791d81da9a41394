"""No test may reach outside this machine: Python refuses before a packet leaves."""

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {None, "", "localhost", b"localhost"}


class ReachedOutside(RuntimeError):
    """A test tried to speak to another machine."""


def keep_inside() -> None:
    """Guard this process until it ends."""
    sys.addaudithook(_guard)


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise ReachedOutside(f"{event} to {address[0]}")
    elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        raise ReachedOutside(f"looked up {arguments[0]!r}")


def _is_here(host: "str | bytes | None") -> bool:
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False
