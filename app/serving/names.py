"""Names of servers and sites, as addresses, headers and the command's options say them."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LONGEST_NAME, LARGEST_PORT = 253, 65_535
AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]*[a-z0-9_-]\.?)(?::([0-9]{1,5}))?", re.ASCII)
DEFAULT_PORTS = {"http": "80", "https": "443"}
HOSTS_FILE = Path("/etc/hosts")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Authority(NamedTuple):
    """Name and port of a server, as an address or a header says them.

    Attributes:
        name: In small letters; IPv6 in brackets.
        port: "" where the default is meant.
    """

    name: str
    port: str


def read_authority(text: str, default_ports: Iterable[str] = ()) -> Authority | None:
    """Read ``name:port``; None where it is none.

    Args:
        text: In ASCII, as browsers write names of any script.
        default_ports: Those that mean the same as none.
    """
    found = AUTHORITY.fullmatch(text.lower()) if len(text) <= LONGEST_NAME + 6 else None
    if found is None or int(found[2] or 0) > LARGEST_PORT:
        return None
    port = found[2] or ""
    return Authority(found[1].rstrip("."), "" if port in default_ports else port)


def read_origin(text: str) -> Authority | None:
    """Read the header ``Origin`` of a page; None where it tells no place, as for a file."""
    scheme, found, rest = text.partition("://")
    port = DEFAULT_PORTS.get(scheme.lower())
    return read_authority(rest, [port]) if found and port else None


def in_numbers(name: str) -> Address | None:
    """Read an address in numbers, which nobody can let lead elsewhere; None where it is none."""
    with suppress(ValueError):
        return ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    return None


def own_names() -> set[str]:
    """This machine's own names, as far as they are known without asking the network."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    names = {"localhost", name, short, f"{short}.local"}  # the last is the name on a local network
    with suppress(OSError, UnicodeDecodeError):
        for line in HOSTS_FILE.read_text("utf-8").lower().splitlines():
            known = line.partition("#")[0].split()[1:]
            if name in known:
                names.update(known)
    return names
