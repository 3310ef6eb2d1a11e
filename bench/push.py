"""Pushing: snapshots a second, from the call to the answer that says it is on disk.

push     single PUTs on 64 connections, and batches of 1,000 lines on 4, by wrk, the whole daemon;
         each a new patient with an event.
"""
import re
import subprocess
import sys

from tools import ROOT, ROUNDS, spread

sys.path.insert(0, str(ROOT / "tests/e2e"))

import daemon  # noqa: E402: found by the line above
from api_client import Api  # noqa: E402

SECONDS = 6
BATCH_LINES = 1000

# A patient as a record system has it; %s stands for what makes it another one.
PATIENT = ('{"first_name":"Ada","last_name":"Lovelace","email":"%s@example.org",'
           '"bio":{"city":"London","phone_number":"5551230000","date_of_birth":"1815-12-10"}}')

COMMON = """
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
local count = 0
wrk.headers["Authorization"] = "%(key)s"
local function patient(n) return (([[%(patient)s]]):gsub("%%%%s", n)) end
local function fresh() count = count + 1; return %(run)d .. "-" .. id .. "-" .. count end
"""
SINGLE = COMMON + """
wrk.headers["Content-Type"] = "application/json"
function request()
  local n = fresh()
  return wrk.format("PUT", "%(path)s/patient/" .. n .. "?subdomain=green-dental", nil,
                    '{"revision":1,"data":' .. patient(n) .. '}')
end
"""
BATCH = COMMON + """
wrk.headers["Content-Type"] = "application/x-ndjson"
function request()
  local lines = {}
  for i = 1, %(lines)d do
    local n = fresh()
    lines[i] = '{"type":"patient","foreign_id":"' .. n .. '","revision":1,"data":'
               .. patient(n) .. '}'
  end
  return wrk.format("POST", "%(path)s?subdomain=green-dental", nil, table.concat(lines, "\\n"))
end
"""


def run_wrk(script, folder, url, connections, values):
    """Requests a second, and how long the slowest hundredth takes. Every answer must be a 2xx."""
    path = folder / "push.lua"
    path.write_text(script % values)
    command = ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}", "--latency", "-s", path, url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    assert refused is None, out
    late = re.search(r"99%\s+(\S+)", out).group(1)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), late


def push(folder):
    config = daemon.Config(folder, [daemon.Institution(sources=[daemon.PushedSource()])])
    watcher = daemon.Daemon(config).start_ready()
    api = Api(lambda: watcher.url, config.api_keys[0].key)
    singles, batches = [], []
    try:
        for number in range(ROUNDS):
            values = {"key": config.api_keys[0].key, "patient": PATIENT, "lines": BATCH_LINES,
                      "path": "/api/v1/sources/vendor/resources"}
            rate, late = run_wrk(SINGLE, folder, watcher.url, 64, {**values, "run": 2 * number})
            singles.append(rate)
            before = api.sources()[0]["pushed"]["applied"]
            print(f"push   single {rate:9,.0f}/s  99 % within {late}", flush=True)
            rate, late = run_wrk(BATCH, folder, watcher.url, 4, {**values, "run": 2 * number + 1})
            batches.append(rate * BATCH_LINES)
            applied = api.sources()[0]["pushed"]["applied"] - before
            print(f"push   batch  {rate * BATCH_LINES:9,.0f}/s  99 % within {late}, "
                  f"{applied:,} applied", flush=True)
    finally:
        watcher.stop()
    print(f"push   single {spread(singles)}")
    print(f"push   batch  {spread(batches)}")


PARTS = {"push": push}
