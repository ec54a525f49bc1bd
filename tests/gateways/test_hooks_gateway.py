"""Where messages may go: to public addresses, over https, and nowhere else, however the address is spelt."""

from __future__ import annotations

import socket

import pytest

from app.gateways.hooks import Courier, NotPublic, is_public


@pytest.mark.parametrize("ip", ["1.1.1.1", "202.46.190.1", "2606:4700:4700::1111"])
def test_public(ip):
    assert is_public(ip)


@pytest.mark.parametrize("ip", [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1", "fec0::1",
])  # fmt: skip
def test_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("address", [
    "http://1.1.1.1/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/",
    "https://127.1/", "https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/", "https://no-such-name.invalid/",
    "ftp://1.1.1.1/", "https:///x", "https://a..b/", "https://" + "a" * 70 + ".example/",
])  # fmt: skip
def test_in_production_nothing_is_sent_there(address):
    courier = Courier()
    with pytest.raises(NotPublic):
        courier.check(address)
    answer = courier.deliver(address, b"{}", headers={})
    assert (answer.accepted, answer.status) == (False, None)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("1.1.1.1", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotPublic, match="private"):
        Courier().check("https://hooks.example/")


def test_the_link_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A name that leads elsewhere a moment later (DNS rebinding) is not asked a second time."""
    asked: list[str] = []
    linked: list[tuple[str, int]] = []

    def look_up(name, *_, **__):
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1" if len(asked) == 1 else "127.0.0.1", 443))]

    def link(place, **_):
        linked.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", link)
    assert Courier().deliver("https://hooks.example/x", b"{}", headers={}).trouble == "no connection"
    assert asked == ["hooks.example"]
    assert linked == [("1.1.1.1", 443)]


def test_in_the_demo_this_machine_is_reached_and_no_other_private_one():
    courier = Courier(local=True)
    courier.check("http://127.0.0.1:9/")
    for address in ("http://10.0.0.1/", "http://169.254.169.254/", "ftp://127.0.0.1/"):
        with pytest.raises(NotPublic):
            courier.check(address)
