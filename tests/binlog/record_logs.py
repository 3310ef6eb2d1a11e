"""Records small binary logs of a real MariaDB: tests/binlog/logs.txt.

    tests/binlog/record_logs.py > tests/binlog/logs.txt

A section "# name" for each way in which a server may write, an event a line as hex.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from mariadb import LOGGED, MariaDb  # noqa: E402

PATIENTS = """CREATE TABLE patient (id INT PRIMARY KEY, name VARCHAR(40), born DATE,
  paid DECIMAL(10,2), note TEXT, seen DATETIME(3), sex ENUM('f','m')) ENGINE={engine}"""
CHANGES = [
    "INSERT INTO patient VALUES (1, 'Ada Example', '1980-05-03', 12.50, REPEAT('note ', 30), NULL,"
    " 'f'), (-2, 'Bo', NULL, -0.05, NULL, '2024-02-29 23:59:59.125', 'm')",
    "UPDATE patient SET name = 'Ada Sample' WHERE id = 1",
    "UPDATE patient SET id = 3 WHERE id = -2",
    "DELETE FROM patient WHERE id = 1",
    "TRUNCATE TABLE patient",
]
SECTIONS = {
    "crc32": ("InnoDB", []),
    "none": ("InnoDB", ["SET GLOBAL binlog_checksum = NONE"]),
    "compressed": ("InnoDB", ["SET GLOBAL binlog_checksum = CRC32",
                              "SET GLOBAL log_bin_compress_min_len = 10",
                              "SET GLOBAL log_bin_compress = ON"]),
    "myisam": ("MyISAM", ["SET GLOBAL log_bin_compress = OFF"]),
    "minimal": ("InnoDB", ["SET SESSION binlog_row_image = MINIMAL",
                           "SET GLOBAL binlog_row_metadata = FULL"]),
}


def events(log):
    at = 4
    while at < len(log):
        size = int.from_bytes(log[at + 9:at + 13], "little")
        yield log[at:at + size]
        at += size


def main():
    server = MariaDb(options=LOGGED).start()
    server.run("CREATE DATABASE practice CHARACTER SET utf8mb4")
    try:
        with server.connect("practice") as session, session.cursor() as cursor:
            for name, (engine, settings) in SECTIONS.items():
                for sql in ["DROP TABLE IF EXISTS patient", PATIENTS.format(engine=engine),
                            *settings, "RESET MASTER", *CHANGES, "FLUSH LOGS"]:
                    cursor.execute(sql)
                print(f"# {name}")
                for event in events((server.folder / "data/binlog.000001").read_bytes()):
                    print(event.hex())
    finally:
        server.remove()


if __name__ == "__main__":
    main()
