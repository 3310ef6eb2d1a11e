"""The daemon under test as a process: its configuration, its start, its ends, what it says.

The program is build/release/chartbell; CHARTBELL_BIN names another.
"""
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request

from waiting import until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("CHARTBELL_BIN", ROOT / "build/release/chartbell"))
MAPPING = ROOT / "mappings/opendental.toml"

SCAN_INTERVAL = "200ms"
START_SECONDS = 20
READY_SECONDS = 60
STOP_SECONDS = 15

LOG_LINE = re.compile(r"^\S+Z (debug|info|warning|warn|error|critical) ")


SETUP_LINE = "setup token, to make the first user with: "


def text(value):
    """A TOML value: JSON's strings, numbers, booleans and arrays of them are TOML's too."""
    return json.dumps(value, ensure_ascii=False)


@dataclasses.dataclass
class Location:
    name: str = "Main Street"
    timezone: str = "America/New_York"
    foreign_id: str = "0"


@dataclasses.dataclass
class Source:
    url: str
    name: str = "front-office"
    mapping: str = str(MAPPING)
    capture: str = os.environ.get("CHARTBELL_CAPTURE", "scan")
    scan_interval: str = SCAN_INTERVAL
    initial_events: bool = False
    audit_interval: str = None
    drop_wakeups: float = None
    write_url: str = None
    write_folder: str = None
    write_key: str = None
    write_doubt: str = None


@dataclasses.dataclass
class PushedSource:
    """A record system that pushes, or the book of locations that have none."""
    url: str = "push:"
    name: str = "vendor"
    emr_name: str = None
    locations: list = None


@dataclasses.dataclass
class Institution:
    subdomain: str = "green-dental"
    name: str = "Green Dental"
    locations: list = dataclasses.field(default_factory=lambda: [
        Location(), Location("Hafen", "Europe/Berlin", "2")])
    sources: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class ApiKey:
    name: str = "integration"
    key: str = "test-key-1234567890abcdef"
    key_file: str = None
    institutions: list = dataclasses.field(default_factory=lambda: ["*"])
    scopes: list = None
    expires_at: str = None
    requests_per_second: int = 0  # tests ask as fast as they can
    requests_per_minute: int = 0
    record_requests_per_minute: int = 0


@dataclasses.dataclass
class Config:
    """A configuration file in values; `edits` are (old, new) texts, to spoil it."""
    folder: pathlib.Path
    institutions: list
    api_keys: list = dataclasses.field(default_factory=lambda: [ApiKey()])
    mode: str = "development"
    listen: str = "127.0.0.1:0"
    wrong_keys_per_minute: int = 0
    form_requests_per_minute: int = 0
    edits: list = dataclasses.field(default_factory=list)

    @property
    def store_folder(self):
        return self.folder / "store"

    def write(self):
        """The path of the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store_folder.mkdir(exist_ok=True)
        path = self.folder / "chartbell.toml"
        content = self.toml()
        for old, new in self.edits:
            assert old in content, f"{old!r} is not in the configuration"
            content = content.replace(old, new, 1)
        path.write_text(content)
        return path

    def toml(self):
        lines = [f"mode = {text(self.mode)}", "[server]", f"listen = {text(self.listen)}",
                 f"wrong_keys_per_minute = {self.wrong_keys_per_minute}",
                 f"form_requests_per_minute = {self.form_requests_per_minute}", "[store]",
                 f"url = {text(f'sqlite:{self.store_folder}/chartbell.db')}",
                 f"key_file = {text(f'{self.store_folder}/chartbell.key')}"]
        for key in self.api_keys:
            lines += _table("api_keys", key)
        for institution in self.institutions:
            lines += ["[[institutions]]", f"subdomain = {text(institution.subdomain)}",
                      f"name = {text(institution.name)}"]
            for location in institution.locations:
                lines += _table("institutions.locations", location)
            for source in institution.sources:
                lines += _table("institutions.sources", source)
        return "\n".join(lines) + "\n"


def _table(name, values):
    pairs = dataclasses.asdict(values).items()
    return [f"[[{name}]]"] + [f"{key} = {text(value)}" for key, value in pairs if value is not None]


def one_source(folder, url, **source):
    """The usual configuration: one institution with one source."""
    return Config(folder, [Institution(sources=[Source(url, **source)])])


class Daemon:
    """One `chartbell serve` after the other, over one configuration. Lines said by all are kept."""

    def __init__(self, config):
        assert BINARY.exists(), f"no program at {BINARY}: build it, or set CHARTBELL_BIN"
        self.config = config
        self.lines = []
        self._process = None
        self._first_line = 0
        self._reader = None

    def start(self):
        """Runs the program and returns at once."""
        path = self.config.write()
        self._first_line = len(self.lines)
        self._process = subprocess.Popen(
            [BINARY, "serve", "-c", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=self.config.folder)
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,),
                                        daemon=True)
        self._reader.start()
        return self

    def start_ready(self):
        self.start()
        self.wait_ready()
        return self

    @property
    def url(self):
        """Where this start serves; waits until it does."""
        def said():
            for line in self.lines[self._first_line:]:
                found = re.search(r" serving .*?url=(\S+)", line)
                if found:
                    return found.group(1)
            assert self.running, self._died()
            return None
        return until(said, START_SECONDS, self.output)

    @property
    def setup_token(self):
        """What this start printed; waits for it."""
        def said():
            for line in self.lines[self._first_line:]:
                if line.startswith(SETUP_LINE):
                    return line.removeprefix(SETUP_LINE)
            assert self.running, self._died()
            return None
        return until(said, START_SECONDS, self.output)

    def wait_ready(self):
        """Until every source's baseline is done."""
        url = self.url
        def ready():
            assert self.running, self._died()
            return status_of(f"{url}/readyz") == 200
        until(ready, READY_SECONDS, self.output)

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    def stop(self):
        """Asks it to end; it must do so cleanly."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        code = self.wait_end(STOP_SECONDS)
        assert code == 0, f"exit code {code} after SIGTERM\n{self.output()}"

    def kill(self):
        """SIGKILL; returns when the process is gone."""
        if self._process is not None:
            self._process.kill()
            self.wait_end(STOP_SECONDS)

    def wait_end(self, seconds=START_SECONDS):
        """The exit code. A process that does not end in time is killed, which fails the test."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {seconds} s\n{self.output()}") from None
        self._reader.join(5)
        self._process = None
        return code

    def output(self):
        """What the last start said."""
        return "\n".join(self.lines[self._first_line:])

    def complaints(self):
        """Its lines that are neither progress nor detail."""
        calm = ("debug", "info", "warning", "warn")
        def is_calm(line):
            found = LOG_LINE.match(line)
            return line.startswith(SETUP_LINE) or found and found.group(1) in calm
        return [line for line in self.lines[self._first_line:] if not is_calm(line)]

    def _read(self, stream):
        for line in stream:
            self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
        stream.close()

    def _died(self):
        return f"ended by itself with {self._process.poll()}\n{self.output()}"


def status_of(url):
    """The HTTP status of a GET; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def run_command(*arguments, stdin=b"", seconds=20):
    """A command of the program that ends by itself: exit code, stdout, stderr."""
    done = subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, timeout=seconds)
    return done.returncode, done.stdout.decode(), done.stderr.decode()
