"""One address of the client, which the client cannot choose."""

import pytest

from tanyuan.server.base.clients import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "127.0.0.1"),
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "6.6.6.6, nonsense", "127.0.0.1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(rf, settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers)) == address


def test_an_unknown_peer_is_counted_all_the_same(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="")) == client_address(
        rf.get("/", REMOTE_ADDR="x")
    )
