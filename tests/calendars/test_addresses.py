"""Which addresses are taken, and which IP addresses lie in the outside world."""

import pytest

from visavis.calendars.addresses import check_address, is_outside, split_address
from visavis.calendars.errors import InvalidAddress


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://calendar.test/a.ics", "https://calendar.test/a.ics"),
        ("  HTTPS://Calendar.TEST/A.ics  ", "https://calendar.test/A.ics"),
        ("webcal://calendar.test/a.ics", "https://calendar.test/a.ics"),
        ("WebCals://calendar.test/a.ics", "https://calendar.test/a.ics"),
        ("http://calendar.test", "http://calendar.test/"),
        (
            "https://calendar.test:8443/a?key=1&b=%20#top",
            "https://calendar.test:8443/a?key=1&b=%20",
        ),
        ("https://calendar.test:443/a", "https://calendar.test/a"),
        ("https://bücher.test/kalender/ü.ics", "https://xn--bcher-kva.test/kalender/%C3%BC.ics"),
        ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a"),
    ],
)
def test_address_is_kept_in_one_way(typed, kept):
    assert check_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "calendar",
        "calendar.test/a.ics",
        "ftp://calendar.test/a.ics",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///a.ics",
        "https://calendar.test/a b.ics",
        "https://calendar.test/a\r\nHost: inside",
        "https://calendar.test:99999/a",
        "https://calendar.test:port/a",
        "https://[::1/a",
        "https://cal<endar.test/a",
        f"https://calendar.test/{'a' * 2000}",
        f"https://{'ü' * 80}.test/",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(typed):
    with pytest.raises(InvalidAddress) as refused:
        check_address(typed)
    assert refused.value.message.endswith(("webcal://", "without spaces."))


def test_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(InvalidAddress) as refused:
        check_address("https://talia:hush@calendar.test/a.ics")
    assert refused.value.code == "address_with_password"
    assert "hush" not in refused.value.message


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "10.1.2.3", "2130706433", "127.1", "[::1]", "intranet", "nas.local"],
)
def test_an_address_inside_is_refused_when_it_is_typed(host):
    with pytest.raises(InvalidAddress) as refused:
        check_address(f"https://{host}/a.ics")
    assert refused.value.code == "address_inside"
    assert refused.value.message.startswith(f"{host.strip('[]')} lies inside a private network.")


def test_port_of_the_scheme_is_not_sent():
    assert split_address("https://calendar.test:443/").host_header == "calendar.test"
    assert split_address("http://calendar.test:443/").host_header == "calendar.test:443"
    assert split_address("https://[2606:4700::1]/").host_header == "[2606:4700::1]"


@pytest.mark.parametrize(
    "ip", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_outside_world(ip):
    assert is_outside(ip)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  (asked about, not bound)
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2001:0:808:808:0:0:f5ff:fffe",
        "2606:4700::1111%lo",
        "not an address",
        "",
    ],
)
def test_inside_however_it_is_wrapped(ip):
    assert not is_outside(ip)
