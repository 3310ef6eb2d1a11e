"""A private PostgreSQL server for the tests: own folder and socket, apart from the machine's."""
import os
import pathlib
import shutil
import subprocess
import tempfile
from urllib.parse import quote

PASSWORD = "s3cret: p@ss/100%"


def programs():
    """The folder of the server's programs; None where it is not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_server(*command):
    """The server refuses to be root's."""
    return [*(("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()), *map(str, command)]


class Postgres:
    """A server in a folder of its own, by socket only; reader reads, postgres may all."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cb-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o644)
        self._run(programs() / "initdb", "-D", self.folder / "data", "-A", "scram-sha-256",
                  "-U", "postgres", f"--pwfile={password}", "--no-sync", "-E", "UTF8",
                  "--locale=C.UTF-8")

    def _run(self, *command):
        subprocess.run(_as_server(*command), check=True, stdout=subprocess.DEVNULL,
                       cwd=self.folder)

    def start(self, *options):
        settings = " ".join(f"-c {option}" for option in (
            "listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off",
            "wal_level=logical", *options))
        self._run(programs() / "pg_ctl", "-w", "-s", "-D", self.folder / "data", "-l",
                  self.folder / "log", "-o", settings, "start")
        return self

    def stop(self, how="fast"):
        self._run(programs() / "pg_ctl", "-w", "-s", "-D", self.folder / "data", "-m", how, "stop")

    def remove(self):
        """Stops the server and forgets its data."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, sql, database="postgres"):
        """Runs statements, each its own transaction; the fields of the last one's first row."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder,
             "-U", "postgres", "-d", database, "-f", "-"],
            input=sql, capture_output=True, text=True,
            env={**os.environ, "PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8"})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().split("|")

    def create_database(self, name, ddl):
        self.run(f"CREATE DATABASE {name}")
        self.run(ddl, name)
        literal = "'" + PASSWORD.replace("'", "''") + "'"
        self.run("DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reader') "
                 f"THEN CREATE ROLE reader LOGIN REPLICATION PASSWORD {literal}; END IF; END $$;"
                 "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)

    def url(self, database, role="reader"):
        return (f"postgres:///{database}?host={quote(str(self.folder), safe='')}"
                f"&user={role}&password={quote(PASSWORD, safe='')}")
