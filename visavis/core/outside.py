"""Which IP addresses belong to the outside world, and which to the network we stand in.

Somebody types an address and our server goes there, from inside the school's network. Whoever
fetches looks at every address that a name leads to, and connects to the very one it looked at.
"""

import ipaddress
import socket

# Translates addresses of version 4 for networks that have none; what counts is what is inside.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of the host, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_kind, sockaddr in found))


def is_outside(address: str) -> bool:
    """Whether this IP address belongs to the outside world, also once it is unwrapped."""
    try:
        found: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return "%" not in address and all(_is_public(one) for one in _layers(found))


def _layers(address: IPAddress) -> list[IPAddress]:
    """The address, and those of version 4 that it wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    # These two are nothing but what they wrap, though to Python they are special.
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    wrapped = (address.sixtofour, *(address.teredo or ()))
    return [address, *(one for one in wrapped if one is not None)]


def _is_public(address: IPAddress) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    if isinstance(address, ipaddress.IPv6Address):
        is_special = is_special or address.is_site_local
    return address.is_global and not is_special


def is_of_a_network(address: str) -> bool:
    """Whether this is the address of one machine, inside or outside.

    Never those that each machine has for itself on its wire: there, providers of servers answer
    with the keys of the machine that asks.
    """
    try:
        found: IPAddress = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(
        one.is_link_local or one.is_multicast or one.is_unspecified for one in _layers(found)
    )
