"""Random tables with values at the edges of every type, and random changes of their rows."""

PLAIN = "abc XYZ,'\"\\%_`0123"
LETTERS = PLAIN + "äöüßéñ€Ωж漢字😀"


def text(rng, characters, alphabet=LETTERS):
    length = rng.choice([0, 1, 2, characters // 2, characters])
    return "".join(rng.choice(alphabet) for _ in range(min(length, 240)))


def quoted(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def hexed(rng, most):
    length = rng.choice([0, 1, most // 2, most])
    return f"x'{rng.randbytes(length).hex()}'"


def integer(bits, unsigned):
    low, high = (0, 2**bits - 1) if unsigned else (-2**(bits - 1), 2**(bits - 1) - 1)

    def make(rng):
        return str(rng.choice([low, high, 0, 1, low + 1, rng.randint(low, high)]))
    return make


def decimal(precision, scale):
    def make(rng):
        digits = rng.choice([1, precision])
        number = rng.choice([0, 1, rng.randrange(10**digits), 10**precision - 1])
        body = str(number).rjust(scale + 1, "0")
        point = len(body) - scale
        return rng.choice(["", "-"]) + body[:point] + ("." + body[point:] if scale else "")
    return make


def clock(rng, hours, digits):
    fraction = f".{rng.randrange(10**digits):0{digits}d}" if digits else ""
    return f"{rng.randrange(hours):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}{fraction}"


def date(rng):
    return rng.choice(["0001-01-01", "9999-12-31", "0000-00-00", "1970-01-01",
                       f"{rng.randint(1000, 9999)}-{rng.randint(1, 12):02d}-"
                       f"{rng.randint(1, 28):02d}"])


def a_time(digits):
    return lambda rng: quoted(rng.choice(["", "-"]) + clock(rng, 839, digits)
                              if rng.random() < 0.9 else rng.choice(["838:59:59", "-838:59:59"]))


def a_datetime(digits):
    return lambda rng: quoted(f"{date(rng)} {clock(rng, 24, digits)}")


def a_timestamp(digits):
    return lambda rng: quoted(f"{rng.randint(1971, 2037)}-{rng.randint(1, 12):02d}-"
                              f"{rng.randint(1, 28):02d} {clock(rng, 24, digits)}")


def a_float(rng):
    return rng.choice(["0", "-0.5", "0.1", "1e10", "-3.25e-7", "123456.789", "1e-30", "3e38",
                       repr(rng.uniform(-1000, 1000)), repr(rng.uniform(-1, 1) * 10**-12)])


def a_double(rng):
    return rng.choice([a_float(rng), "1e300", "-1e-300", "1e15", "1e16", "123456789012345678",
                       repr(rng.random()), repr(rng.uniform(-1e18, 1e18))])


def a_text(characters, alphabet=LETTERS):
    return lambda rng: quoted(text(rng, characters, alphabet))


def some_bytes(most):
    return lambda rng: hexed(rng, most)


LATIN1 = "abcäöüß€éž"
TYPES = [
    *[(f"{name}{sign}", integer(bits, bool(sign)))
      for name, bits in (("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32),
                         ("BIGINT", 64)) for sign in ("", " UNSIGNED")],
    ("INT(7) UNSIGNED ZEROFILL", integer(32, True)),
    ("BOOLEAN", integer(1, True)),
    *[(f"DECIMAL({p},{s})", decimal(p, s))
      for p, s in ((5, 0), (10, 2), (9, 9), (18, 9), (20, 4), (65, 30), (1, 1))],
    ("DECIMAL(8,2) UNSIGNED ZEROFILL", lambda rng: f"{rng.randrange(10**6)}.{rng.randrange(100)}"),
    ("FLOAT", a_float), ("DOUBLE", a_double),
    ("DOUBLE(12,3)", lambda rng: repr(rng.uniform(-1e6, 1e6))),
    ("DATE", lambda rng: quoted(date(rng))),
    ("YEAR", lambda rng: rng.choice(["0", "1901", "2155", "2024"])),
    *[(f"TIME({d})", a_time(d)) for d in range(7)],
    *[(f"DATETIME({d})", a_datetime(d)) for d in range(7)],
    *[(f"TIMESTAMP({d}) NULL DEFAULT NULL", a_timestamp(d)) for d in (0, 3, 6)],
    ("CHAR(1)", a_text(1)), ("CHAR(20)", a_text(20)), ("CHAR(255)", a_text(200)),
    ("CHAR(12) CHARACTER SET latin1", a_text(12, LATIN1)),
    ("VARCHAR(20)", a_text(20)), ("VARCHAR(200)", a_text(200)),
    ("VARCHAR(40) CHARACTER SET latin1", a_text(40, LATIN1)),
    ("VARCHAR(300) CHARACTER SET ascii", a_text(100, PLAIN)),
    ("TINYTEXT", a_text(60)), ("TEXT", a_text(200)), ("MEDIUMTEXT", a_text(200)),
    ("LONGTEXT", a_text(200)), ("JSON", lambda rng: quoted(f'{{"n": {rng.randrange(99)}}}')),
    ("BINARY(16)", some_bytes(16)), ("VARBINARY(30)", some_bytes(30)), ("BLOB", some_bytes(300)),
    ("TINYBLOB", some_bytes(30)), ("MEDIUMBLOB", some_bytes(300)),
    ("ENUM('a','it''s','ü','')", lambda rng: str(rng.randint(1, 4))),
    ("SET('x','y','z','w''v')", lambda rng: str(rng.randrange(16))),
    ("BIT(1)", lambda rng: f"b'{rng.randrange(2):b}'"),
    ("BIT(13)", lambda rng: f"b'{rng.randrange(2**13):b}'"),
    ("BIT(64)", lambda rng: f"b'{rng.randrange(2**64):b}'"),
]
# Next to the columns that are read, to be skipped.
SKIPPED = [*TYPES, ("LONGBLOB", some_bytes(70_000)), ("VARCHAR(5000)", a_text(200)),
           ("POINT", lambda rng: f"POINT({rng.randrange(99)}, 1)"),
           ("UUID", lambda rng: "UUID()"), ("INET6", lambda rng: "'::1'")]


# Keys are near each other, so that most changes meet rows.
NEAR = 10


class RandomTable:
    """One table: c0 is its key, c1 to c<columns-1> are read, the others are not."""

    def __init__(self, rng, columns):
        self.rng = rng
        self.types = [("INT", None), *[rng.choice(TYPES) for _ in range(columns - 1)]]
        self.names = [f"c{i}" for i in range(columns)]
        self.columns = list(zip(self.names, self.types))
        for i in range(rng.randrange(5)):
            place = rng.randint(1, len(self.columns))
            self.columns.insert(place, (f"s{i}", rng.choice(SKIPPED)))
        self.engine = rng.choice(["MyISAM", "InnoDB", "Aria"])

    def ddl(self):
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in self.columns)
        return f"CREATE TABLE t ({columns}, PRIMARY KEY (c0)) ENGINE={self.engine}"

    def value(self, kind):
        return "NULL" if self.rng.random() < 0.15 else kind[1](self.rng)

    def insert(self, verb="INSERT"):
        key = self.rng.randrange(-NEAR, NEAR)
        rows = ", ".join("(" + ", ".join([str(key + i), *[self.value(kind) for _, kind
                                                           in self.columns[1:]]]) + ")"
                         for i in range(self.rng.choice([1, 1, 3])))
        return f"{verb} INTO t VALUES {rows}"

    def update(self):
        some = self.rng.sample(self.columns[1:], self.rng.randint(1, len(self.columns) - 1))
        sets = ", ".join(f"{name} = {self.value(kind)}" for name, kind in some)
        return f"UPDATE t SET {sets} WHERE {self.where()}"

    def where(self):
        key = self.rng.randrange(-NEAR, NEAR)
        return self.rng.choice([f"c0 = {key}", f"c0 BETWEEN {key} AND {key + 9}", "c0 < 0"])

    def change(self):
        return self.rng.choice([
            self.insert, self.insert, lambda: self.insert("INSERT IGNORE"),
            lambda: self.insert("REPLACE"), self.update, self.update, self.update,
            lambda: f"UPDATE IGNORE t SET c0 = c0 + {self.rng.randint(1, 99)} "
                    f"WHERE {self.where()}",
            lambda: f"DELETE FROM t WHERE {self.where()}"])()
