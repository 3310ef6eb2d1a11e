"""A change is read when it can be.

The server sends a transaction's events before its engine shows the rows: who reads at once may read
what was, and reads again when the server says that the change can be read.
"""
import subprocess
import threading

from binlog_probe import BUILD
from mariadb import LOGGED, READER, MariaDb

SECONDS = 4
WRITERS = 4
MAPPING = '''
[source]
name = "v"
display_name = "V"
foreign_id_type = "v"
[[resource]]
kind = "appointment"
key = "v.change"
key_type = "text"
select = 'SELECT v.change AS "@key" FROM v'
dirty = ["v: change"]
'''


def write(server, writer, done):
    """A stream of transactions on ids of its own."""
    with server.connect("practice") as connection, connection.cursor() as cursor:
        number = 0
        while not done.is_set():
            number += 1
            key = writer * 100 + number % 100
            cursor.execute(f"UPDATE v SET `change` = '{key}-{number}' WHERE id = {key}")


def test_what_is_noticed_can_be_read(tmp_path):
    (tmp_path / "v.toml").write_text(MAPPING)
    # On disk with each commit, as a practice's server is: the engine is then late for longer.
    server = MariaDb(options=[*LOGGED, "--sync-binlog=1",
                              "--innodb-flush-log-at-trx-commit=1"]).start()
    try:
        server.run(f"GRANT REPLICATION SLAVE ON *.* TO {READER}@'localhost'")
        server.create_database(
            "practice", "CREATE TABLE v (id INT PRIMARY KEY, `change` VARCHAR(40)) ENGINE=InnoDB;"
            f"INSERT INTO v SELECT seq, '0-0' FROM seq_0_to_{WRITERS * 100}")
        done = threading.Event()
        writers = [threading.Thread(target=write, args=(server, i, done)) for i in range(WRITERS)]
        reader = subprocess.Popen([BUILD / "tests/binlog/binlog_visible", server.url("practice"),
                                   tmp_path / "v.toml", str(SECONDS)],
                                  stdout=subprocess.PIPE, text=True)
        assert reader.stdout.readline() == "reading\n"
        for writer in writers:
            writer.start()
        said = reader.communicate(timeout=60)[0].split()
        done.set()
        for writer in writers:
            writer.join()
    finally:
        server.remove()
    read, early, stale = int(said[1]), int(said[3]), int(said[5])
    print(f"read {read}, too early {early}, stale {stale}")
    assert read > 500
    assert stale == 0
