"""A practice of any size in a real MariaDB, for benchmarks."""
import mariadb
import opendental

PATIENTS = """
SET sql_log_bin = 0;
INSERT INTO patient (PatNum, LName, FName, Guarantor, Birthdate, Address, City, State, Zip, HmPhone,
                     DateFirstVisit)
  SELECT seq, CONCAT('Example', seq), 'Ada', seq, '1980-05-03', '1 Main St', 'New York', 'NY',
         '10001', '(212)555-0101', '2020-01-02' FROM seq_1_to_50000;
"""
APPOINTMENTS = """
INSERT INTO appointment (AptNum, PatNum, AptStatus, Pattern, Confirmed, Op, Note, ProvNum,
                         AptDateTime, SecDateTEntry)
  SELECT seq, 1 + seq % 50000, 1 + seq % 2, '//XXXX//', IF(seq % 3, 21, 24), 1 + seq % 6,
         CONCAT('Recall and cleaning, note ', seq), 1 + seq % 2,
         '2020-01-01' + INTERVAL (seq * 10 % 3000000) MINUTE, '2020-01-01'
    FROM seq_1_to_{count};
"""
PROCEDURES = """
INSERT INTO procedurelog (ProcNum, PatNum, ProcStatus, ProvNum, CodeNum, ProcFee, ProcDate, DateTP,
                          AptNum)
  SELECT seq, 1 + seq % 50000, 1 + seq % 2, 1 + seq % 2, 1 + seq % 2, 62.5,
         '2020-01-01' + INTERVAL (seq % 2000) DAY, '2020-01-01', 1 + seq % {appointments}
    FROM seq_1_to_{count};
"""


def logged(engine):
    """Options of a server that writes a binary log, with room for a large practice in memory."""
    own = ("key-buffer", "default-storage-engine", "innodb-buffer", "innodb-log-file")
    return [option for option in mariadb.LOGGED if not any(name in option for name in own)] + [
        "--key-buffer-size=256M", f"--default-storage-engine={engine}",
        "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M"]


def practice(appointments, procedures=0, options=None):
    """A running MariaDB with a practice of that size; its filling is in no log."""
    if options is None:
        options = [*(option for option in mariadb.FAST if "key-buffer" not in option),
                   "--key-buffer-size=256M"]
    server = mariadb.MariaDb(options=options).start()
    server.create_database("practice", opendental.DDL)
    opendental.seed_directory(opendental.OpenDental(server.connect("practice")))
    ensure_sequence(server)
    if appointments:
        server.run(PATIENTS + APPOINTMENTS.format(count=appointments), "practice")
    if procedures:
        server.run("SET sql_log_bin = 0;" + PROCEDURES.format(
            count=procedures, appointments=appointments), "practice")
    return server


def ensure_sequence(server):
    """The tables seq_1_to_N."""
    if not any(row["Engine"].upper() == "SEQUENCE" for row in server.run("SHOW ENGINES")):
        server.run("INSTALL SONAME 'ha_sequence'")


def writer_url(server):
    """Of the practice's own program, which may do everything."""
    return f"mariadb:///practice?socket={server.socket}&user=root"
