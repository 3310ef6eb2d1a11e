"""A patient whose browser runs no scripts: follows a link, reads the forms of pages, sends them."""
import dataclasses
import html.parser
import http.client
import urllib.parse


@dataclasses.dataclass
class Page:
    status: int
    headers: dict
    raw: bytes

    @property
    def text(self):
        return self.raw.decode()

    def controls(self):
        reader = _Controls()
        reader.feed(self.text)
        return reader.values


class _Controls(html.parser.HTMLParser):
    """What a browser would send of a page's fields as they stand: {name: [values]}."""

    def __init__(self):
        super().__init__()
        self.values, self._area, self._select = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "input" and name:
            if kind not in ("radio", "checkbox") or "checked" in attrs:
                self.values.setdefault(name, []).append(attrs.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in attrs and self._select:
            self.values.setdefault(self._select, []).append(attrs.get("value") or "")

    def handle_data(self, data):
        if self._area:
            self.values[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            # A line break right behind the tag is no part of the text (HTML Standard §4.10.11).
            self.values[self._area] = [self.values[self._area][0].removeprefix("\n")]
            self._area = None


class Patient:
    """One browser at one link."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self._host, self.path, self.cookies = parts.netloc, parts.path, {}

    def ask(self, method, path=None, fields=None, headers=None):
        """One request; redirects are not followed. `fields`: a dictionary, or pairs."""
        connection = http.client.HTTPConnection(self._host, timeout=30)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            connection.request(method, path or self.path, body,
                               {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            page = Page(answer.status, {k.lower(): v for k, v in answer.getheaders()},
                        answer.read())
        finally:
            connection.close()
        set_cookie = page.headers.get("set-cookie")
        if set_cookie:
            name, _, value = set_cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return page

    def say_birth(self, date):
        year, month, day = date.split("-")
        return self.ask("POST", fields={"birth.year": year, "birth.month": month,
                                        "birth.day": day})

    def open(self, date):
        """The form's page, after the right date."""
        answer = self.say_birth(date)
        assert answer.status == 303, answer.text
        page = self.ask("GET", answer.headers["location"])
        assert page.status == 200, page.text
        return page

    def send(self, page, answers, act="submit"):
        """The page's fields with these answers: {name: text or list}, dates as YYYY-MM-DD."""
        fields = page.controls()
        for name, value in answers.items():
            if f"{name}.day" in fields and isinstance(value, str) and value.count("-") == 2:
                for part, text in zip(("year", "month", "day"), value.split("-")):
                    fields[f"{name}.{part}"] = [text]
            else:
                fields[name] = value if isinstance(value, list) else [value]
        fields["_act"] = [act]
        return self.ask("POST", self.path + "/answers", fields)


def plausible(template, text="Zoë Ångström"):
    """An answer to every field of a template, conditional ones too: {name: what is sent}."""
    fields = template["schema"]["properties"]
    return {name: _answer(schema, text) for name, schema in fields.items()}


def _answer(schema, text):
    kind, form = schema["type"], schema.get("format")
    if kind == "boolean":
        return "true"
    if kind == "array":
        return schema["items"]["enum"][:2]
    if "enum" in schema:
        return schema["enum"][0]
    if kind in ("integer", "number"):
        return str(schema.get("minimum", 1))
    return {"date": "1990-02-03", "email": "zoe@example.com",
            "phone": "(555) 010-0199"}.get(form, text[:schema.get("maxLength", 200)])
