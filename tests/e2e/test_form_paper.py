"""Papers of forms, read by other programs: what stands on them, in which fonts, how it is built."""
import json
import os
import pathlib
import re
import subprocess
import unicodedata

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHARTBELL_BIN", ROOT / "build/release/chartbell")).parent
PROGRAM = BUILD / "tests/paper/form_paper"

NAMES = {
    "latin": "José Núñez de la Peña, office fjord",
    "vietnamese": "Nguyễn Thị Ánh",
    "greek": "Ελένη Παπαδοπούλου",
    "russian": "Елена Щукина",
    "arabic": "محمد علي عبد الله",
    "arabic with ligatures": "لأحمد بلال الإسلام لا إله",
    "arabic with vowels": "مُحَمَّد",
    "persian": "پژوهش می‌خواهم",
    "urdu": "اردو نستعلیق ٹھیک",
    "hebrew": "שלום עולם",
    "hebrew with points": "דָּוִד בֶּן־גּוּרִיּוֹן",
    "chinese": "王小明 你好世界",
    "japanese": "田中さくら カタカナ",
    "korean": "김철수 한국어",
    "hindi": "प्रियंका श्रीवास्तव क्षत्रिय हिन्दी",
    "bengali": "বাংলা ক্ষ",
    "tamil": "தமிழ்நாடு",
    "thai": "สวัสดีครับ น้ำ ผู้",
    "georgian": "გიორგი",
    "amharic": "አበበ",
    "emoji": "Zoë 😀 👨‍👩‍👧 ❤️ 🇺🇸 end",
    "emoji alone": "😀",
    "latin and arabic": "Dr. محمد علي",
    "outside of the first plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠮷野家",
}
ARABIC = ("أعاني من ألم في الأسنان منذ أسبوع وأتناول دواء لضغط الدم كل يوم. لا توجد لدي حساسية من "
          "البنسلين ولكنني أتحسس من المكسرات.")
HEBREW = "אני סובל מכאבי שיניים כבר שבוע ולוקח תרופה ללחץ דם מדי יום. אין לי אלרגיה לפניצילין."


def field(label, answer, kind="text", **more):
    return {"kind": kind, "label": label, "answer": answer, **more}


def form(*fields, **more):
    return {"language": "en", "title": "Medical history", "text": "Please answer all of it.",
            "institution": "Lakeside Family Dental", "location": "Downtown",
            "patient": "Ada Muster", "date_of_birth": "1980-03-05",
            "completed_at": "2026-03-21T17:52:47.824Z", "timezone": "America/New_York",
            "reference": "d2594a76862247209d4c35a92e0902f8",
            "sections": [{"title": "Health", "fields": list(fields)}], **more}


def run(values, times=1, **environment):
    return subprocess.run([PROGRAM, str(times)], input=json.dumps(values).encode(),
                          capture_output=True, timeout=120, env={**os.environ, **environment})


@pytest.fixture
def paper(tmp_path):
    def make(values):
        done = run(values)
        assert done.returncode == 0, done.stderr.decode()
        path = tmp_path / "paper.pdf"
        path.write_bytes(done.stdout)
        return path
    return make


def text_of(path, *options):
    """As pdftotext has it, without the marks that it puts around what is written from the right."""
    out = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True,
                         check=True).stdout
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", out)


def facts_of(path, *options):
    out = subprocess.run(["pdfinfo", *options, path], capture_output=True, text=True,
                         check=True).stdout
    return dict(re.findall(r"^([^:\n]+):\s+(.*)$", out, re.M))


def fonts_of(path):
    out = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    return [line for line in out.splitlines()[2:]]


@pytest.mark.parametrize("label", NAMES)
def test_a_name_of_any_script_is_extracted_as_it_was_given(paper, label):
    path = paper(form(field("Name", NAMES[label]), field("Next", "Next answer")))
    lines = text_of(path).splitlines()
    assert NAMES[label] in lines
    assert lines.index("Name") < lines.index(NAMES[label]) < lines.index("Next")


def test_the_patients_name_of_any_script_is_extracted(paper):
    for name in NAMES.values():
        assert name in text_of(paper(form(patient=name)))


@pytest.mark.parametrize("text", [ARABIC, HEBREW], ids=["arabic", "hebrew"])
def test_sentences_from_the_right_are_extracted(paper, text):
    """Poppler takes what stands between two sentences for a change of direction, on a page on which
    most is written from the left: it puts the first sentence behind the second."""
    found = " ".join(text_of(paper(form(field("Complaint", text)))).split())
    assert all(" ".join(words) in found for words in zip(*[iter(text.rstrip(".").split())] * 4)
               if not any(word.endswith(".") for word in words))


def test_a_number_amid_arabic_keeps_its_words(paper):
    """Poppler takes visual order for logical where numbers follow words from the right: the words
    and numbers are all there, and not in their order."""
    text = "Mixed محمد 123 and more"
    found = text_of(paper(form(field("Name", text))))
    assert all(word in found for word in text.split())


def test_every_font_is_embedded_and_has_unicode(paper):
    fonts = fonts_of(paper(form(*[field(k, v) for k, v in NAMES.items()])))
    assert len(fonts) > 10 and any("Type 3" not in font for font in fonts)
    for font in fonts:
        embedded, _, has_unicode = re.search(r"(yes|no) +(yes|no) +(yes|no) +\d+ +\d+$",
                                             font).groups()
        assert embedded == has_unicode == "yes", font


def test_the_head_of_the_paper(paper):
    path = paper(form(field("Smoker", False, "yes_no")))
    text = text_of(path, "-raw")
    for line in ("Lakeside Family Dental", "Downtown", "Medical history", "Patient Ada Muster",
                 "Date of birth March 5, 1980",
                 "Completed March 21, 2026, 13:52 (America/New_York, UTC-4:00)",
                 "2026-03-21 17:52:47 UTC", "Reference d2594a76862247209d4c35a92e0902f8",
                 "Page 1 of 1"):
        assert line in text, line
    facts = facts_of(path)
    assert facts["Title"] == "Medical history"
    assert facts["Author"] == "Lakeside Family Dental"
    assert facts["Tagged"] == "yes"
    assert b"/Lang (en)" in path.read_bytes()
    assert "Sat Mar 21 17:52:47 2026" in facts_of(path)["CreationDate"] or \
        facts_of(path, "-isodates")["CreationDate"].startswith("2026-03-21T")


def test_in_spanish(paper):
    path = paper(form(field("¿Fuma?", True, "yes_no"), field("Última visita", "2025-11-03", "date"),
                      field("Otra", None), language="es", title="Historia clínica"))
    text = text_of(path, "-raw")
    for line in ("Paciente Ada Muster", "Fecha de nacimiento 5 de marzo de 1980", "Sí",
                 "3 de noviembre de 2025", "Sin respuesta", "Página 1 de 1"):
        assert line in text, line


def test_the_structure_is_tagged(paper):
    path = paper(form(field("Smoker", False, "yes_no"),
                      field("Signature", {"name": "Ada", "strokes": "1,2 3,4"}, "signature")))
    out = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, text=True).stdout
    words = [line.strip() for line in out.splitlines()]
    assert words[0] == "Document"
    assert words[words.index("H1 (block)") + 1] == '"Medical history"'
    assert words[words.index("H2 (block)") + 1] == '"Health"'
    assert words.index('"Smoker"') < words.index('"No"')


def test_choices_consent_and_signature(paper):
    path = paper(form(
        field("Conditions", ["b", "a"], "choices", choices={"a": "Asthma", "b": "Blood pressure"}),
        field("Treatment", True, "consent", statement="I agree to the treatment."),
        field("Photographs", False, "consent", statement="They may be shown."),
        field("Signature", {"name": "Ada Muster", "strokes": "20,20 90,150;300,30"}, "signature")))
    lines = [line for line in text_of(path, "-raw").splitlines() if line]
    at = lines.index("Conditions")
    assert lines[at:at + 11] == [
        "Conditions", "Blood pressure", "Asthma", "Treatment", "I agree to the treatment.",
        "Agreed", "Photographs", "They may be shown.", "Not agreed", "Signature",
        "Signed by Ada Muster"]


def test_long_answers_flow_over_pages_and_nothing_is_cut(paper):
    lines = [f"line {n} of many" for n in range(500)]
    words = " ".join(f"word{n}" for n in range(2_000))
    path = paper(form(field("Lines", "\n".join(lines)), field("Words", words),
                      field("One word", "W" * 10_000), field("Last", "the end")))
    text = text_of(path)
    pages = int(facts_of(path)["Pages"])
    assert pages > 12
    for line in lines:
        assert re.search(rf"^{line}$", text, re.M), line
    flat = re.sub(r"\s+", " ", text)
    assert set(words.split()) <= set(flat.split())
    assert text.count("W") >= 10_000
    for page in range(1, pages + 1):
        assert f"Page {page} of {pages}" in text
    assert text.count("Ada Muster · March 5, 1980") == pages - 1
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True,
                           text=True).stdout
    for x0, y0, x1, y1 in re.findall(
            r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', boxes):
        assert 60 < float(x0) and float(x1) < 552 and 30 < float(y0) and float(y1) < 762


def test_hostile_answers_are_text(paper):
    hostile = ["<b>bold</b> &amp; <span size='99999'>", ") Tj ET endstream endobj",
               "%PDF-1.7 %%EOF",
               "'; DROP TABLE patient; -- ;", "{{7*7}} ${7*7}", "\\u0041 \\101 \\n"]
    path = paper(form(*[field(f"Q{n}", text) for n, text in enumerate(hostile)]))
    text = text_of(path)
    for line in hostile:
        assert line in text
    turned = paper(form(field("Q", "invoice\u202efdp.exe"), field("C", "a\x00b\x1b[31m")))
    assert "invoice\ufffdfdp.exe" in text_of(turned)
    assert "a\ufffdb\ufffd[31m" in text_of(turned)


def test_without_fonts_it_says_what_to_install(tmp_path):
    config = tmp_path / "fonts.conf"
    config.write_text("<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'>"
                      f"<fontconfig><dir>{tmp_path}/none</dir>"
                      f"<cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    done = run(form(), FONTCONFIG_FILE=str(config))
    assert done.returncode == 1
    assert "fonts-noto-core" in done.stderr.decode()


def test_two_hundred_papers_are_the_same_and_memory_stays(paper):
    """The program compares each with the first."""
    done = run(form(*[field(k, v) for k, v in NAMES.items()]), times=200)
    assert done.returncode == 0, done.stderr.decode()
    ms, kib = re.search(r"([\d.]+) ms, (-?\d+) KiB", done.stderr.decode()).groups()
    assert int(kib) < 1_024, f"{kib} KiB more after 200 papers"
    assert float(ms) < 1_000


def test_names_composed_or_not_are_as_given(paper):
    given = unicodedata.normalize("NFD", "Zoë Núñez")
    assert unicodedata.normalize("NFC", given) in unicodedata.normalize(
        "NFC", text_of(paper(form(field("Name", given)))))
