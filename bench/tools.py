"""What the benchmarks share: programs of bench/, the sink, wrk, and how figures are shown."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / "build/release/bench"
SAMPLE = ROOT / "tests/conformance/payloads/appointment_created.json"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))


def words(arguments):
    """name=value of each; a list gives its name several times."""
    return [f"{name}={value}" for name, values in arguments.items()
            for value in (values if isinstance(values, list) else [values])]


def program(name, **arguments):
    """What bench_<name> printed. What it logs of failed attempts is read when it fails."""
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run([BIN / f"bench_{name}", *words(arguments)], stdout=subprocess.PIPE,
                              stderr=errors, text=True)
        if done.returncode:
            errors.seek(0)
            raise SystemExit(f"bench_{name}: {errors.read()[-2000:]}")
    return done.stdout


def figure(name, text):
    """The number behind `name` in what a program printed."""
    return float(re.search(rf"\b{name} ([\d.]+)", text).group(1))


def sample_data(folder):
    """A file with the vendor's sample appointment, as sources render it."""
    path = folder / "data"
    path.write_text(json.dumps(json.loads(SAMPLE.read_text())["data"], separators=(",", ":")))
    return path


class Sink:
    """bench_sink, until it is closed."""

    def __init__(self, **arguments):
        self._process = subprocess.Popen([BIN / "bench_sink", *words(arguments)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._process.stdin.close()
        self.summary = self._process.stdout.read().strip()
        self._process.wait()


def wrk(port, folder, seconds=4):
    """Requests a second that wrk posts of the sample body."""
    (folder / "body").write_text(json.dumps(json.loads(SAMPLE.read_text()), separators=(",", ":")))
    (folder / "post.lua").write_text(
        'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
        f'local file = io.open("{folder}/body")\nwrk.body = file:read("*a")\n')
    out = subprocess.run(["wrk", "-t2", "-c64", f"-d{seconds}", "-s", folder / "post.lua",
                          f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out.stdout).group(1))


def spread(values, digits=0):
    values = sorted(values)
    shown = [f"{value:,.{digits}f}" for value in (values[0], statistics.median(values), values[-1])]
    return f"min {shown[0]}  median {shown[1]}  max {shown[2]}"


def verdict(what, values, limit, digits=2, at_most=True):
    """A line with the spread, the limit, and whether the median keeps it."""
    middle = statistics.median(values)
    kept = middle <= limit if at_most else middle >= limit
    sign = "<=" if at_most else ">="
    print(f"{what:34} {spread(values, digits)}  goal {sign} {limit:,.{digits}f}  "
          f"{'kept' if kept else 'MISSED'}", flush=True)
