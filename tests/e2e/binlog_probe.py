"""BinlogCapture on a real server, as a program that is told what to do line by line."""
import os
import pathlib
import queue
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHARTBELL_BIN", ROOT / "build/release/chartbell")).parent
PROGRAM = BUILD / "tests/binlog/binlog_probe"
ANSWER_SECONDS = 60


class ProbeError(Exception):
    """The probe answered "error CODE detail"."""

    def __init__(self, text):
        super().__init__(text)
        self.code = text.split()[0]


class Noticed:
    """Dirty keys, summed over several waits."""

    def __init__(self):
        self.keys = {}
        self.whole = set()
        self.position = None
        self.rows = 0

    def has(self, kind, key):
        return key in self.keys.get(kind, ())

    def take(self, line):
        what, _, rest = line.partition(" ")
        if what == "key":
            kind, _, key = rest.partition(" ")
            self.keys.setdefault(kind, set()).add(bytes.fromhex(key))
        elif what == "all":
            self.whole.add(rest)
        elif what == "position":
            self.position = rest
        elif what == "rows":
            self.rows += int(rest)


class BinlogProbe:
    """One running probe."""

    def __init__(self, url, mapping, replica_id, *modes):
        self._process = subprocess.Popen([PROGRAM, url, mapping, str(replica_id), *modes],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def present(self):
        return self._ask("present")[0].partition(" ")[2]

    def resume(self, position):
        assert self._ask(f"resume {position}") == ["resumed"]

    def wait(self, milliseconds, into):
        for line in self._ask(f"wait {milliseconds}", "end"):
            into.take(line)

    def check(self):
        """{what: how to mend it, empty where it is well}"""
        lines = [line.partition(" ")[2] for line in self._ask("check", "end")]
        return {line[2:].partition(" | ")[0]: line.partition(" | ")[2] for line in lines}

    def until(self, kind, key, seconds=30):
        """All that is noticed up to a key; to the log's end where its whole kind is dirty."""
        noticed = Noticed()
        deadline = time.monotonic() + seconds
        quiet = False
        while not noticed.has(kind, key) and not (quiet and kind in noticed.whole):
            assert time.monotonic() < deadline, f"{kind} {key} does not come"
            rows = noticed.rows
            self.wait(500, noticed)
            quiet = noticed.rows == rows
        return noticed

    def close(self):
        self._process.stdin.close()
        self._process.wait(ANSWER_SECONDS)

    def kill(self):
        self._process.kill()
        self._process.wait()

    @property
    def exit_code(self):
        return self._process.poll()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("error program ended")

    def _ask(self, command, last=None):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        lines = []
        while True:
            line = self._lines.get(timeout=ANSWER_SECONDS)
            if line.startswith("error "):
                raise ProbeError(line.partition(" ")[2])
            if line == last:
                return lines
            lines.append(line)
            if last is None:
                return lines
