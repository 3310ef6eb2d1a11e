"""The rules that the sources keep, read from the sources themselves.

Layers and third-party headers: docs/architecture.md. Sizes and bans: CONTRIBUTING.md.
"""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["source", "detect", "write", "store", "deliver", "net", "api", "forms"]
BELOW = {"base": {"base"}, "model": {"base", "model"}}
LINE_MAX = 100
FUNCTION_MAX = 70

INCLUDE = re.compile(r'^\s*#include\s+([<"])([^>"]+)[>"]', re.M)


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in out.splitlines() if (ROOT / line).exists()]


def sources():
    return tracked("src/*.h", "src/*.cpp")


def text(path):
    return (ROOT / path).read_text()


def room(path):
    return path.parts[1]


def includes(path):
    return [(kind == '"', name) for kind, name in INCLUDE.findall(text(path))]


def may_include(path, name):
    """base < model < the eight < app; the eight see each other's ports.h alone."""
    own, other = room(path), name.split("/")[0]
    if other == own or other in ("base", "model") and own not in ("base", "model"):
        return True
    if own in BELOW:
        return other in BELOW[own]
    if own == "app":
        return True
    return name == f"{other}/ports.h"


def test_rooms_include_only_what_is_below_them_and_ports():
    wrong = [f"{path} includes {name}" for path in sources() for own, name in includes(path)
             if own and "/" in name and not name.startswith("support/")
             and not may_include(path, name)]
    assert not wrong, "\n".join(wrong)


THIRD_PARTY = [
    # A header, and the places that may see it.
    (re.compile(r"sqlite3\.h"), ("src/store/", "src/source/sqlite_sql.cpp", "src/app/practice/")),
    (re.compile(r"(mysql|errmsg|mysqld_error|ma_pvio|mariadb_rpl)\.h"),
     ("src/source/mariadb_sql.cpp", "src/source/mariadb_handle",
      "src/source/binlog/mariadb_stream.cpp")),
    (re.compile(r"zlib\.h"), ("src/source/binlog/", "src/source/push/")),
    (re.compile(r"libpq-fe\.h"), ("src/store/", "src/source/postgres_")),
    (re.compile(r"(sql|sqlext)\.h"), ("src/source/odbc_sql.cpp",)),
    (re.compile(r"boost/(asio|beast)"), ("src/net/",)),
    (re.compile(r"ares\.h"), ("src/net/",)),
    (re.compile(r"openssl/"), ("src/net/", "src/base/")),
    (re.compile(r"sodium"), ("src/base/password.cpp",)),
    (re.compile(r"spdlog/"), ("src/base/log.cpp", "src/base/log_test.cpp")),
    (re.compile(r"toml\+\+/"), ("src/app/", "src/source/")),
    (re.compile(r"(pango/|cairo|glib|hb)[\w-]*"), ("src/forms/",)),
    (re.compile(r"CLI/"), ("src/app/main.cpp", "src/app/remote_cli.cpp")),
]


def test_third_party_headers_stay_in_their_rooms():
    wrong = [f"{path} includes {name}" for path in sources() for own, name in includes(path)
             for pattern, places in THIRD_PARTY
             if not own and pattern.match(name) and not str(path).startswith(places)]
    assert not wrong, "\n".join(wrong)


def test_heavy_headers_stay_out_of_headers():
    heavy = re.compile(r"boost/json(?!/fwd\.hpp)|spdlog/|toml\+\+/|CLI/|date/")
    wrong = [f"{path} includes {name}" for path in sources() if path.suffix == ".h"
             for own, name in includes(path) if not own and heavy.match(name)]
    # Asio and Beast are in headers of net alone, and only in those that no other room includes.
    outward = {name for path in sources() if room(path) != "net" for own, name in includes(path)
               if own and name.startswith("net/")}
    wrong += [f"src/{name} shows {inner} to other rooms" for name in outward
              for own, inner in includes(Path("src") / name)
              if re.match(r"boost/(asio|beast)", inner) or inner == "net/asio.h"]
    assert not wrong, "\n".join(wrong)


BANNED = [
    (r"system_clock::now|steady_clock::now|\btime\(nullptr\)", ("src/base/clock.cpp",),
     "time is a port: base/clock.h"),
    (r"std::random_device|\brand\(\)|RAND_bytes", ("src/base/random.cpp",),
     "randomness is a port: base/random.h"),
    (r"\bgetaddrinfo\(|async_resolve", ("src/net/",), "names are resolved in net"),
    (r"std::thread\b", ("src/app/", "src/store/core", "src/net/"), "threads belong to app"),
    (r"sleep_for|sleep_until|\busleep\(", (), "nothing sleeps; wait for what you wait for"),
    (r"\b(TODO|FIXME|XXX)\b", (), "say it in an issue, or do it"),
    (r"\bstrcpy\(|\bstrcat\(|\bsprintf\(", (), "unbounded"),
]


def test_banned_words():
    wrong = []
    for path in sources():
        for number, line in enumerate(text(path).splitlines(), 1):
            wrong += [f"{path}:{number}: {why}" for pattern, places, why in BANNED
                      if re.search(pattern, line) and not (places and str(path).startswith(places))]
    assert not wrong, "\n".join(wrong)


def test_lines_are_at_most_100_columns():
    wrong = [f"{path}:{number}" for path in sources() + tracked("*.py", "dev", ".ci/run")
             for number, line in enumerate(text(path).splitlines(), 1) if len(line) > LINE_MAX]
    assert not wrong, "\n".join(wrong)


def function_lengths(path):
    """(line, length) of each outermost braced body that is not a class, namespace or data."""
    depth, start, out = 0, None, []
    data = r"\s*(namespace|class|struct|enum|constexpr|const |union)"
    opener = re.compile(rf"^(?!{data}).*\)[^;=]*\{{$")
    without_raw_strings = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text(path), flags=re.S)
    for number, line in enumerate(without_raw_strings.splitlines(), 1):
        bare = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'|//.*', "", line)
        if start is None and opener.match(bare):
            start, depth = number, 0
        if start is not None:
            depth += bare.count("{") - bare.count("}")
            if depth <= 0:
                out.append((start, number - start + 1))
                start = None
    return out


def test_functions_are_at_most_70_lines():
    wrong = [f"{path}:{line}: {length} lines" for path in sources() if "_test" not in path.name
             for line, length in function_lengths(path) if length > FUNCTION_MAX]
    assert not wrong, "\n".join(wrong)


def test_headers_begin_with_what_they_are_for():
    wrong = [str(path) for path in sources() if path.suffix == ".h"
             and not text(path).startswith("// ")]
    assert not wrong, "\n".join(wrong)


def test_a_type_has_one_header():
    """Two of one name in one namespace link without a word, and run into each other's memory."""
    outer = re.compile(r"^(?:struct|class|enum class) (\w+)\b(?!::)[^;]*\{", re.M)
    seen, wrong = {}, []
    for path in sources():
        inner = re.search(r"^namespace chartbell::(\w+)", text(path), re.M)
        if path.suffix != ".h" or "for_test" in path.name or inner:
            continue
        for name in outer.findall(text(path)):
            if seen.setdefault(name, path) != path:
                wrong.append(f"{name} is in {seen[name]} and in {path}")
    assert not wrong, "\n".join(wrong)


def test_no_path_of_a_machine_is_in_the_tree():
    pattern = re.compile(r"(?<![\w.])/(home|root)/[a-z]")
    texts = (".h", ".cpp", ".py", ".md", ".toml", ".txt", ".json", "")
    wrong = [f"{path}:{number}" for path in tracked() if path.suffix in texts
             for number, line in enumerate(text(path).splitlines(), 1) if pattern.search(line)
             and path.parts[:2] != ("tests", "rules")]
    assert not wrong, "\n".join(wrong)


def test_no_mark_of_a_merge_is_left():
    mark = re.compile(rb"^(<{7}|>{7}|\|{7})( |$)|^={7}$", re.M)
    wrong = [str(path) for path in tracked() if mark.search((ROOT / path).read_bytes())]
    assert not wrong, "\n".join(wrong)


def test_relative_links_of_the_documents_lead_somewhere():
    wrong = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text(path)):
            if not (ROOT / path.parent / target).exists():
                wrong.append(f"{path} links to {target}")
    assert not wrong, "\n".join(wrong)
