"""Random requests out of the API's document: right ones, nearly right ones, and nonsense."""
import dataclasses
import json
import urllib.parse

from hypothesis import strategies as st

# Answers that go on, or come only when something happens, would hold up a run.
ENDLESS = {"/api/v1/events/stream", "/api/v1/activity/stream"}
NO_WAITING = {"wait": "0"}

NONSENSE = st.one_of(
    st.text(max_size=40), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False),
    st.sampled_from(["", "'", "\" OR 1=1 --", "../..", "%00", "*", "-1", "9" * 30, "[]", "{}",
                     "\r\nX: y", "\U0001f9b7", "2024-02-30T00:00:00Z", "null", "NaN"]))


def is_for_users_alone(operation):
    return bool(operation["security"]) and not any("key" in one for one in operation["security"])


@dataclasses.dataclass
class Asked:
    """One request; `operation` is what the document says of it."""
    method: str
    name: str
    operation: dict
    path: str
    query: list
    body: bytes
    headers: dict

    @property
    def target(self):
        return self.path + ("?" + urllib.parse.urlencode(self.query) if self.query else "")


class Requests:
    """Strategies over one document; `ids` and `texts` are worth trying where a path has a hole."""

    def __init__(self, contract, subdomains, ids, texts):
        self._contract = contract
        self._subdomains = subdomains
        self._ids = ids
        self._texts = texts
        self.operations = [one for one in contract.operations() if one[0] not in ENDLESS]

    def any(self):
        """Of all operations; those of people, where a key is refused, less often."""
        of_keys = [one for one in self.operations if not is_for_users_alone(one[2])]
        return st.sampled_from(self.operations + 4 * of_keys).flatmap(self.of)

    def _drawn(self, draw, one):
        path, method, operation = one
        parameters = [self._contract.resolved(given) for given in operation.get("parameters", [])]
        query, headers = [], {}
        for parameter in parameters:
            place, name = parameter["in"], parameter["name"]
            if place == "path":
                path = path.replace("{" + name + "}", self._hole(draw, parameter["schema"]))
            elif place == "query" and (parameter.get("required") or draw(st.integers(0, 3)) == 0):
                query.append((name, self._query_value(draw, name, parameter["schema"])))
        if draw(st.integers(0, 9)) == 0:
            query.append((draw(st.text(max_size=10)), str(draw(NONSENSE))))
        body = self._body(draw, operation, headers)
        return Asked(method.upper(), one[0], operation, path, query, body, headers)

    def of(self, one):
        """Requests of one operation, (path, method, operation)."""
        return st.composite(lambda draw: self._drawn(draw, one))()

    def _hole(self, draw, schema):
        known = self._ids if schema["type"] == "integer" else self._texts
        chosen = draw(st.one_of(st.sampled_from(known), st.integers(1, 2 ** 63 - 1)))
        return urllib.parse.quote(str(chosen).replace("/", "-"), safe="")

    def _query_value(self, draw, name, schema):
        if name in NO_WAITING:
            return NO_WAITING[name]
        if name == "subdomain":
            return draw(st.sampled_from(self._subdomains))
        if draw(st.integers(0, 9)) == 0:
            return str(draw(NONSENSE))
        value = draw(self.value(schema))
        return value if isinstance(value, str) else json.dumps(value)

    def _body(self, draw, operation, headers):
        content = operation.get("requestBody", {}).get("content", {})
        kind = draw(st.integers(0, 9))
        if not content and kind < 9:
            return None
        headers["Content-Type"] = "application/json"
        if kind == 0:
            headers["Content-Type"] = draw(st.sampled_from(
                ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""]))
        if kind <= 1 or "application/json" not in content:
            return draw(st.one_of(st.binary(max_size=60), st.just(b"[" * 100), st.just(b"{")))
        value = draw(self.value(content["application/json"]["schema"]))
        if isinstance(value, dict) and kind == 2:
            value[draw(st.sampled_from([*value, "x"]))] = draw(NONSENSE)
        return json.dumps(value).encode()

    def value(self, schema):
        """A JSON value that the schema describes, more or less."""
        schema = self._contract.resolved(schema)
        if not isinstance(schema, dict) or not schema:
            return NONSENSE
        for part in ("anyOf", "oneOf"):
            if part in schema:
                return st.one_of([self.value(one) for one in schema[part]])
        if "allOf" in schema:
            return st.tuples(*[self.value(one) for one in schema["allOf"]]).map(
                lambda parts: {k: v for part in parts if isinstance(part, dict)
                               for k, v in part.items()})
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        types = schema.get("type", "object")
        return st.one_of([self._typed(one, schema)
                          for one in (types if isinstance(types, list) else [types])])

    def _typed(self, kind, schema):
        if kind == "object":
            properties = schema.get("properties", {})
            required = {name: self.value(properties.get(name, {}))
                        for name in schema.get("required", [])}
            return st.fixed_dictionaries(
                required, optional={name: self.value(held) for name, held in properties.items()
                                    if name not in required})
        if kind == "array":
            return st.lists(self.value(schema.get("items", {})),
                            min_size=schema.get("minItems", 0),
                            max_size=min(schema.get("maxItems", 4), 4))
        if kind == "integer":
            return st.one_of(st.sampled_from(self._ids),
                             st.integers(schema.get("minimum", -5), schema.get("maximum", 2 ** 40)))
        if kind == "number":
            return st.floats(0, 1000)
        if kind == "boolean":
            return st.booleans()
        if kind == "null":
            return st.none()
        return self._text(schema)

    def _text(self, schema):
        if schema.get("format") == "date-time":
            return st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if schema.get("format") == "date":
            return st.dates().map(str)
        return st.one_of(st.sampled_from([*self._texts, *self._subdomains]), st.text(max_size=20))
