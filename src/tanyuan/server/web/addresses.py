"""Where the server listens, and by which names it is reached there."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

from tanyuan.languages import Message

EVERYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def address_problem(host: str, port: int) -> Message | None:
    """Why the address cannot be listened on; None where it can."""
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bare, port))
        except OSError as error:
            return _problem(error, host, port)
    return None


def _problem(error: OSError, host: str, port: int) -> Message:
    if error.errno == errno.EADDRINUSE:
        return Message(
            "Port {port} is taken. Stop what runs there, or choose another: PORT={other}",
            port=port,
            other=port + 1 if port < 65535 else 8000,
        )
    if error.errno == errno.EACCES:
        return Message(
            "Port {port} needs the rights of the system's administrator; choose one from 1024 on.",
            port=port,
        )
    return Message(
        "{host} is no address of this machine; HOST is 127.0.0.1 for this machine alone, or "
        "0.0.0.0 for all that reach it.",
        host=host,
    )


def names_of(host: str) -> list[str]:
    """By which names a server that listens there may be asked, unless TANYUAN_HOSTS says it."""
    names = list(_LOCAL)
    if host in EVERYWHERE:
        names += own_addresses()
    elif host not in names:
        names.append(f"[{host}]" if ":" in host and not host.startswith("[") else host)
    return names


def own_addresses() -> list[str]:
    """The machine's own name and the addresses that it stands for."""
    name = socket.gethostname()
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(name, None, socket.AF_INET)}
    except OSError:
        found = set()
    return [name, *sorted(address for address in found if not address.startswith("127."))]


def reached_at(host: str, port: int) -> Iterator[str]:
    """The addresses to open."""
    if host in ("127.0.0.1", "::1", "[::1]", *EVERYWHERE):
        yield f"http://localhost:{port}/"
    if host in EVERYWHERE:
        yield from (f"http://{name}:{port}/" for name in own_addresses())
    elif host not in ("127.0.0.1", "::1", "[::1]"):
        yield f"http://{names_of(host)[-1]}:{port}/"
