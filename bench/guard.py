"""The egress filter written a second time, from the registries' tables, with the ipaddress module.

Shares no code with src/net/address_policy.cpp. bench_guard says what the program's filter does;
compare() counts where the two differ: all IPv4 addresses, and of IPv6 the edges of every block,
every embedded form of IPv4 edges, and a seeded million.
"""
import ipaddress
import random
import subprocess

REFUSED_IPV4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
    192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
""".split()
GLOBAL_IPV6 = "2000::/3"
REFUSED_IPV6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()
# Where nothing is public; their edges are looked at, too.
OTHER_IPV6 = """
    ::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64
    100:0:0:1::/64 2001::/32 2001:2::/48 2001:20::/28 5f00::/16 fc00::/7 fe80::/10 fec0::/10
    ff00::/8
""".split()
RANDOM_IPV6 = 1_000_000


def expected_ipv4():
    """[(first, last, allowed)…], ascending, without a gap."""
    refused = ipaddress.collapse_addresses(map(ipaddress.ip_network, REFUSED_IPV4))
    runs, free = [], 0
    for block in sorted(refused):
        first, last = int(block[0]), int(block[-1])
        if first > free:
            runs.append((free, first - 1, True))
        if runs and not runs[-1][2] and runs[-1][1] == first - 1:
            first = runs.pop()[0]
        runs.append((first, last, False))
        free = last + 1
    return runs + ([(free, 2**32 - 1, True)] if free < 2**32 else [])


def allows_ipv6(address):
    return (address in ipaddress.ip_network(GLOBAL_IPV6)
            and not any(address in block for block in map(ipaddress.ip_network, REFUSED_IPV6)))


def embedded(inner):
    """Every form in which an IPv6 address holds the IPv4 address `inner`."""
    at_the_end = ["::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::", "fe80::5efe:0:0",
                  "fe80::200:5efe:0:0", "fd12::5efe:0:0"]
    yield from (int(ipaddress.IPv6Address(start)) | inner for start in at_the_end)
    yield int(ipaddress.IPv6Address("2002::")) | inner << 80        # 6to4
    yield int(ipaddress.IPv6Address("2001::")) | inner << 64        # a Teredo server
    yield int(ipaddress.IPv6Address("2001::")) | inner ^ 0xffffffff  # a Teredo client


def ipv6_sample(seed):
    blocks = [ipaddress.ip_network(text) for text in [GLOBAL_IPV6, *REFUSED_IPV6, *OTHER_IPV6]]
    for block in blocks:
        for edge in int(block[0]), int(block[-1]):
            yield from (edge + step for step in (-1, 0, 1) if 0 <= edge + step < 2**128)
    for block in map(ipaddress.ip_network, REFUSED_IPV4):
        for edge in int(block[0]), int(block[-1]):
            yield from embedded(edge)
    dice = random.Random(seed)
    for number in range(RANDOM_IPV6):
        if number % 2:
            yield dice.getrandbits(128)
        else:  # behind the beginning of a block
            block = dice.choice(blocks)
            kept = dice.randint(0, block.prefixlen)
            start = int(block[0]) >> (128 - kept) << (128 - kept)
            yield start | dice.getrandbits(128 - kept) if kept < 128 else start


def compare(program, seed=1):
    """(IPv4 runs that differ, IPv6 addresses looked at, IPv6 addresses that differ)."""
    out = subprocess.run([program, "ipv4"], capture_output=True, text=True, check=True).stdout
    seen = [(int(first), int(last), verdict == "allowed")
            for first, last, verdict in map(str.split, out.splitlines())]
    sample = [ipaddress.IPv6Address(number) for number in ipv6_sample(seed)]
    text = "".join(f"{address}\n" for address in sample)
    out = subprocess.run([program, "ipv6"], input=text, capture_output=True, text=True, check=True)
    verdicts = out.stdout.split()
    assert len(verdicts) == len(sample)
    different = [address for address, verdict in zip(sample, verdicts)
                 if allows_ipv6(address) != (verdict == "1")]
    return set(seen) ^ set(expected_ipv4()), len(sample), different
