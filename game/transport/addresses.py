"""Addresses: where a request comes from, and what counts as one place when something is limited."""

import ipaddress
from typing import Any


def client_address(environ: dict[str, Any], trusted_proxies: int) -> str:
    """Where a request comes from: what the outermost trusted proxy saw, else the connection's peer."""
    if trusted_proxies:
        hops = [hop.strip() for hop in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
        if len(hops) >= trusted_proxies:
            return hops[-trusted_proxies]
    return str(environ.get("REMOTE_ADDR", "?"))


def place_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or an IPv6 /64, since a household has a whole one.

    A port behind the address, as some proxies write it, does not count. What is no address counts as it is.

    Returns:
        the address, the network, or the first 64 characters of what is no address.
    """
    text = address.partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.IPv6Network((ip.packed[:8] + bytes(8), 64)))


def is_loopback(address: str) -> bool:
    """Whether an address is one of this machine alone."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_loopback
