"""A name flips between public and private addresses: the kernel sees no connect to a private one.

The probe is the real client with the real resolver; strace sees every connect() of it.
"""
import ipaddress
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHARTBELL_BIN", ROOT / "build/release/chartbell")).parent
LOOKUPS = 10_000
NOBODYS = ipaddress.ip_network("2d00::/8")
CONNECT = re.compile(r'connect\(\d+, \{sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?"([^"]+)"')


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_no_flip_of_a_name_leads_to_a_private_address(tmp_path):
    trace = tmp_path / "trace"
    out = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-e", "trace=connect", "-o", trace,
         BUILD / "tests/egress/rebinding_probe", str(LOOKUPS)],
        capture_output=True, text=True, check=True, timeout=120).stdout
    said = dict(line.split() for line in out.splitlines())
    dns = said.pop("dns")
    # A name is asked for twice, once a family, each time anew.
    questions = int(said.pop("questions"))
    assert questions >= 1.9 * LOOKUPS
    outcomes = {name: int(times) for name, times in said.items()}
    assert sum(outcomes.values()) == LOOKUPS
    assert set(outcomes) <= {"address_refused", "not_connected", "name_not_resolved", "timed_out"}
    assert outcomes["address_refused"] > LOOKUPS / 10

    asked, public, elsewhere = 0, 0, []
    for line in trace.read_text().splitlines():
        where = CONNECT.search(line)
        if where and f"{where.group(2)}:{where.group(1)}" == dns:
            asked += 1
        elif where and ipaddress.ip_address(where.group(2)) in NOBODYS:
            public += 1
        elif "connect(" in line:
            elsewhere.append(line)
    # Both sides of the flip were seen, and strace saw the one that leads out.
    assert asked >= 0.95 * LOOKUPS  # on a slow machine one of two may wait past the deadline
    assert public > LOOKUPS / 10
    assert elsewhere == []
