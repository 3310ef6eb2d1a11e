"""A private MariaDB server for the tests: own data folder, own socket, nothing of the machine's.

The server that plays the practice's database: it can be started, stopped, killed and started again,
with or without a loopback port.
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
from urllib.parse import quote

import pymysql
from pymysql.constants import CLIENT

from waiting import until

READER = "reader"
WRITER = "writer"
# Needs percent-encoding in a URL, on purpose.
READER_PASSWORD = "s3cret: p@ss/100%"

FAST = [
    "--skip-log-bin", "--performance-schema=0", "--default-storage-engine=MyISAM",
    "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0", "--innodb-fast-shutdown=2", "--key-buffer-size=16M",
    "--myisam-recover-options=FORCE", "--skip-name-resolve", "--character-set-server=utf8mb4",
]

# The same with a binary log of rows, as a practice has to set it.
LOGGED = [option for option in FAST if option != "--skip-log-bin"] + [
    "--log-bin=binlog", "--binlog-format=ROW", "--server-id=7"]


def free_port():
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_root():
    return ["--user=root"] if os.geteuid() == 0 else []


def _server_program():
    return shutil.which("mariadbd") or "/usr/sbin/mariadbd"


class MariaDb:
    """A server in a folder of its own. `port` None: by socket only."""

    def __init__(self, port=None, options=FAST):
        self.options = options
        # Not pytest's folder: the path of a socket has 107 bytes at most.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cb-db-"))
        self.socket = self.folder / "s"
        self.port = port
        self._process = None
        self._install()

    def _install(self):
        # Servers that are made at the same time would take each other's temporary tables away.
        (self.folder / "tmp").mkdir()
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={self.folder}/data",
             f"--tmpdir={self.folder}/tmp", "--auth-root-authentication-method=normal",
             "--skip-test-db", *_as_root()],
            check=True, stdout=subprocess.DEVNULL)

    def start(self):
        network = (["--skip-networking"] if self.port is None
                   else ["--bind-address=127.0.0.1", f"--port={self.port}"])
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [_server_program(), "--no-defaults", f"--datadir={self.folder}/data",
                 f"--socket={self.socket}", f"--pid-file={self.folder}/pid",
                 f"--tmpdir={self.folder}/tmp", *_as_root(), *network,
                 *self.options],
                stdout=log, stderr=log)
        until(self._answers, 30, self._log_tail)
        self._make_users()
        return self

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def freeze(self):
        """As if the net dropped every packet: connections stay open, and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def remove(self):
        """Stops the server and forgets its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, database=None):
        """A connection with all rights, by socket, each statement its own transaction."""
        return pymysql.connect(unix_socket=str(self.socket), user="root", database=database,
                               charset="utf8mb4", autocommit=True,
                               client_flag=CLIENT.MULTI_STATEMENTS,
                               cursorclass=pymysql.cursors.DictCursor)

    def run(self, sql, database=None):
        """Runs statements; the rows of the first one."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
            while cursor.nextset():
                pass
            return rows

    def create_database(self, name, ddl):
        self.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self.run(ddl, name)

    def url(self, database, password=READER_PASSWORD, user=READER):
        """The daemon's URL of a database, with the reader's or the writer's rights."""
        secret = quote(password, safe="")
        if self.port is None:
            return f"mariadb:///{database}?socket={self.socket}&user={user}&password={secret}"
        return f"mariadb://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def _make_users(self):
        for host in ("localhost", "127.0.0.1"):
            with self.connect() as connection, connection.cursor() as cursor:
                cursor.execute(f"CREATE USER IF NOT EXISTS {READER}@'{host}' IDENTIFIED BY %s",
                               (READER_PASSWORD,))
                cursor.execute(f"GRANT {self._rights()} ON *.* TO {READER}@'{host}'")
                cursor.execute(f"CREATE USER IF NOT EXISTS {WRITER}@'{host}' IDENTIFIED BY %s",
                               (READER_PASSWORD,))
                cursor.execute(f"GRANT SELECT, INSERT, UPDATE ON *.* TO {WRITER}@'{host}'")

    def _rights(self):
        return "SELECT" if "--skip-log-bin" in self.options else "SELECT, REPLICATION SLAVE"

    def _answers(self):
        assert self._process.poll() is None, self._log_tail()
        try:
            self.connect().close()
            return True
        except pymysql.err.OperationalError:
            return False

    def _end(self, how):
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(30)
        self._process = None

    def _log_tail(self):
        return "mariadbd:\n" + (self.folder / "log").read_text(errors="replace")[-2000:]
