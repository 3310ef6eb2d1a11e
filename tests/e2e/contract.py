"""The API's document as a judge: of each answer, and of each request that was accepted.

Every answer that api_client.py receives comes by here.
"""
import functools
import json
import re
import urllib.parse
import urllib.request

from jsonschema import Draft202012Validator, RefResolver


class Contract:
    """One document. `violations` of what it judges are AssertionErrors."""

    def __init__(self, document):
        self.document = document
        self._resolver = RefResolver.from_schema(document)
        self._operations = sorted(
            ((_pattern(path, item, self), path, method, operation)
             for path, item in document["paths"].items()
             for method, operation in item.items()),
            key=lambda one: one[1].count("{"))

    def resolved(self, value):
        """What a `$ref` leads to, or the value itself."""
        while isinstance(value, dict) and "$ref" in value:
            value = self._resolver.resolve(value["$ref"])[1]
        return value

    def operations(self):
        """(path, method, operation) of all of them."""
        return [(path, method, operation) for _, path, method, operation in self._operations]

    def operation(self, method, path):
        """(pattern, operation) that a path belongs to, or nothing."""
        for pattern, name, held, operation in self._operations:
            if held == method.lower() and pattern.match(path):
                return name, operation
        return None

    def errors(self, schema, value):
        """What is wrong with a value, in words."""
        validator = Draft202012Validator(schema, resolver=self._resolver)
        return [f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message[:300]}"
                for error in validator.iter_errors(value)]

    def check_answer(self, method, path, answer):
        """A documented status, media type and body."""
        found = self.operation(method, path)
        if found is None:
            return
        name, operation = found
        where = f"{method} {name} -> {answer.status}"
        responses = operation["responses"]
        assert str(answer.status) in responses, f"{where}: not documented: {answer.raw[:300]}"
        content = self.resolved(responses[str(answer.status)]).get("content")
        if content is None:
            assert answer.raw == b"", f"{where}: a body that the document does not know"
            return
        media = answer.headers["content-type"].split(";")[0]
        assert media in content, f"{where}: {media} is not in the document"
        if media == "application/json":
            wrong = self.errors(content[media]["schema"], answer.json)
            assert not wrong, f"{where}: the answer is not as documented:\n" + "\n".join(wrong)

    def check_request(self, method, path, body, status):
        """A JSON body that was accepted is one that the document describes."""
        found = self.operation(method, path)
        if found is None or not 200 <= status < 300:
            return
        name, operation = found
        assert "requestBody" in operation, f"{method} {name}: a body that is not documented"
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        wrong = self.errors(schema, body)
        assert not wrong, f"{method} {name}: accepted, but not as documented:\n" + "\n".join(wrong)


def _pattern(path, item, contract):
    """The regular expression of a path; numbers where its parameters are numbers."""
    kinds = {}
    for operation in item.values():
        for parameter in map(contract.resolved, operation.get("parameters", [])):
            if parameter["in"] == "path":
                kinds[parameter["name"]] = parameter["schema"]["type"]
    def hole(found):
        return "[1-9][0-9]*" if kinds[found.group(1)] == "integer" else "[^/]+"
    literal = re.split(r"(\{\w+\})", path)
    return re.compile("".join(re.sub(r"\{(\w+)\}", hole, part) if part.startswith("{")
                              else re.escape(part) for part in literal) + "$")


@functools.lru_cache(maxsize=None)
def contract_at(url):
    """The contract of whoever serves there."""
    with urllib.request.urlopen(f"{url}/openapi.json", timeout=20) as answer:
        return Contract(json.load(answer))


def judge(url, request, answer):
    """Checks one exchange of urllib's with what the server at `url` says of itself."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(request.full_url).path)
    contract = contract_at(url)
    contract.check_answer(request.get_method(), path, answer)
    kind = request.get_header("Content-type", "")
    if request.data and kind.startswith("application/json"):
        contract.check_request(request.get_method(), path, _parsed(request.data), answer.status)


def _parsed(data):
    try:
        return json.loads(data)
    except ValueError:
        return None
