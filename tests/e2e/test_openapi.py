"""The API's document: that it is sound, and that its examples are what its schemas say."""
import pytest
from contract import contract_at
from daemon import Config, Daemon, Institution
from jsonschema import Draft202012Validator


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    """Of a daemon without a record system."""
    daemon = Daemon(Config(tmp_path_factory.mktemp("openapi"), [Institution()])).start_ready()
    yield contract_at(daemon.url)
    daemon.stop()


def media_objects(value, where=""):
    """Each (where, media object) below a value of the document."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from media_objects(item, f"{where}/{i}")
    if not isinstance(value, dict):
        return
    if "schema" in value and ("example" in value or "examples" in value):
        yield where, value
    for name, held in value.items():
        if name not in ("example", "examples"):
            yield from media_objects(held, f"{where}/{name}")


def examples(media):
    if "example" in media:
        return [media["example"]]
    return [example["value"] for example in media["examples"].values()]


def test_it_is_openapi_3_1_with_a_version(contract):
    document = contract.document
    assert document["openapi"] == "3.1.0"
    assert set(document) <= {"openapi", "info", "servers", "paths", "webhooks", "components",
                             "tags", "security", "externalDocs"}
    assert document["info"]["title"] and document["info"]["version"]


def test_every_schema_is_a_schema(contract):
    for schema in contract.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, media in media_objects(contract.document["paths"]):
        Draft202012Validator.check_schema(media["schema"])


def test_every_example_is_as_its_schema_says(contract):
    checked = 0
    for where, media in media_objects(contract.document):
        for example in examples(media):
            wrong = contract.errors(media["schema"], example)
            assert not wrong, where + "\n" + "\n".join(wrong)
            checked += 1
    assert checked > 40


def test_every_operation_with_an_answer_shows_one(contract):
    for path, method, operation in contract.operations():
        for status, response in operation["responses"].items():
            media = response.get("content", {}).get("application/json")
            if status.startswith("2") and media is not None:
                assert "example" in media or "examples" in media, f"{method} {path} {status}"
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        assert body is None or "example" in body or "examples" in body, f"{method} {path}"


def test_operations_have_names_of_their_own_and_say_what_they_are(contract):
    names = [operation["operationId"] for _, _, operation in contract.operations()]
    assert len(names) == len(set(names))
    known = {tag["name"] for tag in contract.document["tags"]}
    for path, method, operation in contract.operations():
        assert operation["summary"], f"{method} {path}"
        assert set(operation["tags"]) <= known


def test_parameters_are_described(contract):
    for path, method, operation in contract.operations():
        seen = set()
        for parameter in map(contract.resolved, operation.get("parameters", [])):
            place = (parameter["in"], parameter["name"])
            assert place not in seen, f"{method} {path}: {place} twice"
            seen.add(place)
            assert parameter["description"] and parameter["schema"], f"{method} {path}: {place}"
