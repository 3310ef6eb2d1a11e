"""The binary log of a real MariaDB, read by BinlogCapture: what it notices equals what changed.

Random tables, values and changes: BINLOG_ROUNDS (50) of them, BINLOG_SEED for the same ones again.
"""
import os
import random
import signal

import pymysql
import pytest

from binlog_probe import BinlogProbe, Noticed, ProbeError
from mariadb import LOGGED, READER, MariaDb
from random_tables import RandomTable
from waiting import until

ROUNDS = int(os.environ.get("BINLOG_ROUNDS", 50))
SEED = int(os.environ.get("BINLOG_SEED", random.randrange(2**32)))
COLUMNS = 10
KINDS = ["patient", "appointment", "insurance_coverage", "procedure", "provider", "operatory",
         "location", "appointment_type", "descriptor", "form_request"]
MARK = "form_response"
RESOURCE = '''
[[resource]]
kind = "{kind}"
key = "{table}.{column}"
key_type = "text"
select = 'SELECT {table}.{column} AS "@key" FROM {table}'
dirty = ["{table}: {column}"]
'''


def mapping(folder):
    """One kind for each column of t, so that a dirty key is a column's text; one for marks."""
    path = folder / "columns.toml"
    resources = [RESOURCE.format(kind=kind, table="t", column=f"c{i}")
                 for i, kind in enumerate(KINDS)]
    resources.append(RESOURCE.format(kind=MARK, table="m", column="id"))
    path.write_text('[source]\nname = "t"\ndisplay_name = "T"\nforeign_id_type = "t"\n'
                    + "".join(resources))
    return path


def logged_server(*options):
    server = MariaDb(options=[*LOGGED, *options]).start()
    server.run(f"GRANT REPLICATION SLAVE ON *.* TO {READER}@'localhost'")
    server.create_database("practice", "CREATE TABLE m (id INT PRIMARY KEY) ENGINE=InnoDB;"
                                       "CREATE TABLE t (c0 INT PRIMARY KEY, c1 INT)")
    return server


class World:
    """A server with a log, a probe on it, and one session that changes rows."""

    def __init__(self, folder, *modes):
        self.server = logged_server()
        self.probe = BinlogProbe(self.server.url("practice"), mapping(folder), 4711, *modes)
        self.session = None
        self.marks = 0
        self.open()
        self.position = self.probe.present()
        self.probe.resume(self.position)

    def open(self):
        self.session = pymysql.connect(
            unix_socket=str(self.server.socket), user="root", database="practice",
            charset="utf8mb4", autocommit=True, use_unicode=False, conv={})
        self.run("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', time_zone = '+00:00'")

    def run(self, sql):
        with self.session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def drain(self):
        """What was noticed of all changes up to now."""
        self.marks += 1
        self.run(f"INSERT INTO m VALUES ({self.marks})")
        noticed = self.probe.until(MARK, str(self.marks).encode())
        self.position = noticed.position or self.position
        return noticed

    def snapshot(self):
        """{c0: the whole row as bytes}, c1 to c9 next to it first."""
        columns = ", ".join(f"c{i}" for i in range(COLUMNS))
        return {row[0]: row for row in self.run(f"SELECT {columns}, t.* FROM t")}

    def close(self):
        self.probe.kill()
        self.server.remove()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.close()


def rows_that_differ(before, after):
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            yield from (image[key] for image in (before, after) if key in image)


class Expected:
    """Texts of each column that must come, and those that may."""

    def __init__(self):
        self.must = [set() for _ in range(COLUMNS)]
        self.may = [set() for _ in range(COLUMNS)]

    @staticmethod
    def _add(into, rows):
        for row in rows:
            for i in range(COLUMNS):
                if row[i] is not None:
                    into[i].add(row[i])

    def note(self, statement, before, after):
        self._add(self.must, rows_that_differ(before, after))
        # These write rows that end as they were.
        if statement.startswith("REPLACE") or "SET c0" in statement:
            self._add(self.may, [*before.values(), *after.values()])

    def compare(self, noticed, whole_is_well):
        for i, kind in enumerate(KINDS):
            found = noticed.keys.get(kind, set())
            if kind in noticed.whole:
                assert whole_is_well and i > 0, f"{kind} is dirty as a whole"
                continue
            assert self.must[i] - found == set(), f"c{i} misses"
            assert found - self.must[i] - self.may[i] == set(), f"c{i} has too much"


def set_up_log(world, rng):
    for sql in [f"SET GLOBAL binlog_checksum = {rng.choice(['NONE', 'CRC32'])}",
                f"SET GLOBAL log_bin_compress = {rng.choice(['ON', 'OFF', 'OFF'])}",
                "SET GLOBAL log_bin_compress_min_len = 10",
                f"SET GLOBAL binlog_row_metadata = "
                f"{rng.choice(['NO_LOG', 'MINIMAL', 'FULL'])}"]:
        if rng.random() < 0.3:
            world.run(sql)


def change_rows(world, table, rng, expected):
    """One transaction or a single statement, ended one way or the other."""
    before = world.snapshot()
    in_transaction = rng.random() < 0.4
    if in_transaction:
        world.run("BEGIN")
    inner = Expected()
    for _ in range(rng.randint(1, 4) if in_transaction else 1):
        statement = table.change()
        started = world.snapshot()
        try:
            world.run(statement)
        except (pymysql.err.IntegrityError, pymysql.err.OperationalError,
                pymysql.err.DataError):
            pass  # MyISAM keeps the rows before the one that failed
        inner.note(statement, started, world.snapshot())
    rolled_back = in_transaction and rng.random() < 0.3
    if in_transaction:
        world.run("ROLLBACK" if rolled_back else "COMMIT")
    if rolled_back and table.engine == "InnoDB":
        assert world.snapshot() == before
        return
    for ours, theirs in ((expected.must, inner.must), (expected.may, inner.may)):
        for i in range(COLUMNS):
            ours[i] |= theirs[i]


def one_round(world, rng):
    table = RandomTable(rng, COLUMNS)
    world.run("DROP TABLE IF EXISTS t")
    world.run(table.ddl())
    set_up_log(world, rng)
    assert set(KINDS) <= world.drain().whole
    began = world.position
    image = rng.choice(["FULL", "FULL", "FULL", "MINIMAL", "NOBLOB"])
    world.run(f"SET SESSION binlog_row_image = {image}")
    expected = Expected()
    for _ in range(rng.randint(2, 12)):
        if rng.random() < 0.1:
            world.run("FLUSH LOGS")
        change_rows(world, table, rng, expected)
    if rng.random() < 0.1:
        world.probe.resume(world.position)
    try:
        expected.compare(world.drain(), image != "FULL")
        if rng.random() < 0.1:
            world.probe.resume(began)
            expected.compare(world.probe.until(MARK, str(world.marks).encode()), image != "FULL")
    except AssertionError as error:
        raise AssertionError(f"{error}\n{table.ddl()}\nimage {image}") from error


def test_what_is_noticed_is_what_changed(world):
    print(f"BINLOG_SEED={SEED}")
    for number in range(ROUNDS):
        try:
            one_round(world, random.Random(SEED + number))
        except AssertionError as error:
            raise AssertionError(f"BINLOG_SEED={SEED + number} BINLOG_ROUNDS=1: {error}") from error


def whole_after(world, *statements):
    world.drain()
    for statement in statements:
        world.run(statement)
    return world.drain().whole


def test_what_comes_without_rows_makes_kinds_dirty_as_a_whole(world):
    world.run("INSERT INTO t VALUES (1, 1)")
    assert whole_after(world, "TRUNCATE TABLE t") == set(KINDS)
    assert whole_after(world, "ALTER TABLE practice.t ADD COLUMN c2 INT") == set(KINDS)
    statement = ["SET SESSION binlog_format = STATEMENT", "UPDATE m SET id = id + 1000000",
                 "SET SESSION binlog_format = ROW"]
    assert whole_after(world, *statement) == {*KINDS, MARK}
    assert whole_after(world, "XA START 'x'", "INSERT INTO m VALUES (-5)", "XA END 'x'",
                       "XA PREPARE 'x'", "XA COMMIT 'x'") == {*KINDS, MARK}


def test_other_databases_and_harmless_statements_are_not_looked_at(world):
    assert whole_after(world, "CREATE DATABASE other", "CREATE TABLE other.t (c0 INT)",
                       "INSERT INTO other.t VALUES (1)", "TRUNCATE TABLE other.t",
                       "ANALYZE TABLE m", "OPTIMIZE TABLE m", "FLUSH TABLES",
                       "CREATE TABLE nobody (x INT)", "DROP TABLE nobody",
                       "DROP DATABASE other") <= set(KINDS)


def test_rows_that_the_schema_no_longer_explains_make_their_kinds_dirty_as_a_whole(world):
    world.run("DROP TABLE t")
    world.run("CREATE TABLE t (c0 INT PRIMARY KEY, c1 INT)")
    world.drain()
    world.run("INSERT INTO t VALUES (1, 1)")
    world.run("ALTER TABLE t MODIFY c1 VARCHAR(10)")
    world.run("INSERT INTO t VALUES (2, 'x')")
    assert world.drain().whole == set(KINDS)
    world.run("INSERT INTO t VALUES (3, 'y')")
    noticed = world.drain()
    assert noticed.has("patient", b"3") and noticed.has("appointment", b"y")
    assert "patient" not in noticed.whole


def test_rows_that_a_foreign_key_changes_make_their_kinds_dirty_as_a_whole(world):
    for sql in ["DROP TABLE t", "CREATE TABLE p (x INT PRIMARY KEY, y INT) ENGINE=InnoDB",
                "CREATE TABLE q (x INT PRIMARY KEY, px INT, FOREIGN KEY (px) REFERENCES p (x)"
                " ON DELETE CASCADE) ENGINE=InnoDB",
                "CREATE TABLE t (c0 INT PRIMARY KEY, c1 INT, FOREIGN KEY (c1) REFERENCES q (x)"
                " ON DELETE SET NULL) ENGINE=InnoDB"]:
        world.run(sql)
    inserts = ["INSERT INTO p VALUES (1, 1)", "INSERT INTO q VALUES (5, 1)",
               "INSERT INTO t VALUES (7, 5)"]
    assert "patient" not in whole_after(world, *inserts)
    assert whole_after(world, "UPDATE p SET y = 2", "UPDATE t SET c0 = 8") <= {*KINDS[2:]}
    assert whole_after(world, "DELETE FROM p") == set(KINDS)
    assert world.run("SELECT * FROM t") == ((b"8", None),)


def lost(world, position):
    with pytest.raises(ProbeError) as raised:
        world.probe.resume(position)
        world.probe.wait(1000, Noticed())
    return raised.value.code


def read_some(world, first, count=5):
    for i in range(count):
        world.run(f"INSERT INTO m VALUES ({first + i})")
    noticed = world.drain()
    assert noticed.position
    return noticed.position


def test_a_reset_log_is_another_history(world):
    position = read_some(world, 1000)
    world.run("RESET MASTER")
    assert lost(world, position) == "position_lost"
    # Its numbers grow past ours again.
    for i in range(60):
        world.run(f"INSERT INTO m VALUES ({2000 + i})")
    assert lost(world, position) == "position_lost"
    fresh = world.probe.present()
    world.probe.resume(fresh)
    read_some(world, 3000)


def purged(world):
    """The server keeps files that its engines may need after a crash, for a moment."""
    world.run("PURGE BINARY LOGS TO 'binlog.000003'")
    return world.run("SHOW BINARY LOGS")[0][0] == b"binlog.000003"


def test_a_purged_log_is_lost(world):
    position = world.position
    for i in range(3):
        read_some(world, 1000 + 10 * i)
        world.run("FLUSH LOGS")
    world.drain()
    until(lambda: purged(world), 10, "the old files are still there")
    assert lost(world, position) == "position_lost"
    assert lost(world, position.partition("@")[0]) == "position_lost"


def test_a_position_of_a_future_or_of_another_server_is_lost(world):
    assert lost(world, "gtid:0-7-999999") == "position_lost"
    assert lost(world, "gtid:0-8-1") == "position_lost"
    assert lost(world, "gtid:5-7-1") == "position_lost"
    assert lost(world, "lsn:0/123") == "position_lost"


def test_a_file_form_follows_and_notices_another_file(tmp_path):
    world = World(tmp_path, "file")
    try:
        assert world.position.startswith("file:binlog.")
        position = read_some(world, 1000)
        assert "@" in position
        world.run("FLUSH LOGS")
        read_some(world, 1100)
        world.probe.resume(position)
        assert world.probe.until(MARK, b"1104").has(MARK, b"1100")
        assert lost(world, position.partition("@")[0] + "@1") == "position_lost"
        assert lost(world, "file:binlog.000099:4") == "position_lost"
        assert lost(world, "file:binlog.000001:99999999") == "position_lost"
    finally:
        world.close()


def test_a_killed_server_is_noticed_at_once_and_followed_again(world):
    position = read_some(world, 1000)
    world.server.kill()
    with pytest.raises(ProbeError) as raised:
        world.probe.wait(10_000, Noticed())
    assert raised.value.code == "unreachable"
    assert lost(world, position) == "unreachable"
    world.server.start()
    world.open()
    world.run("INSERT INTO m VALUES (5000)")
    world.probe.resume(position)
    assert world.drain().has(MARK, b"5000")


def test_a_silent_server_times_out(world):
    read_some(world, 1000)
    world.probe.wait(100, Noticed())
    process = world.server._process
    process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(ProbeError) as raised:
            world.probe.wait(20_000, Noticed())
        assert raised.value.code == "timeout"
    finally:
        process.send_signal(signal.SIGCONT)


def test_a_quiet_server_is_well(world):
    noticed = Noticed()
    world.probe.wait(6000, noticed)  # longer than a silence may last
    world.probe.wait(1, noticed)


def test_findings_say_how_to_mend(world):
    findings = world.probe.check()
    assert findings["log_bin is ON"] == ""
    assert findings["the account may read the log"] == ""
    world.run("SET GLOBAL binlog_format = MIXED")
    world.run("SET GLOBAL binlog_row_image = MINIMAL")
    findings = world.probe.check()
    assert "ROW" in findings["binlog_format is MIXED"]
    assert "t.c1" in findings["binlog_row_image is MINIMAL"]
    world.server.run(f"REVOKE REPLICATION SLAVE ON *.* FROM {READER}@'localhost'")
    world.run("SET GLOBAL gtid_slave_pos = '9-9-1'")
    findings = world.probe.check()
    assert "GRANT" in findings["the account may not read the log"]
    assert "replica" in findings["log_slave_updates is OFF"]


def test_a_database_that_is_not_logged_is_found(tmp_path):
    server = MariaDb(options=LOGGED + ["--binlog-ignore-db=practice"]).start()
    server.create_database("practice", "CREATE TABLE t (c0 INT)")
    probe = BinlogProbe(server.url("practice"), mapping(tmp_path), 4711)
    try:
        assert not any("is not written" in what for what in probe.check()), "may not ask"
        server.run(f"GRANT BINLOG MONITOR ON *.* TO {READER}@'localhost'")
        found = [mend for what, mend in probe.check().items() if "is not written" in what]
        assert len(found) == 1 and "binlog_ignore_db" in found[0]
    finally:
        probe.kill()
        server.remove()


def test_a_server_without_a_log_says_so(tmp_path):
    server = MariaDb().start()
    server.create_database("practice", "CREATE TABLE t (c0 INT)")
    probe = BinlogProbe(server.url("practice"), mapping(tmp_path), 4711)
    try:
        with pytest.raises(ProbeError) as raised:
            probe.present()
        assert raised.value.code == "config"
        assert "log_bin is OFF" in probe.check()
    finally:
        probe.kill()
        server.remove()
