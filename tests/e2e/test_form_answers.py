"""Templates and answers as another implementation of JSON Schema sees them."""
import json
import os
import pathlib
import subprocess

import pytest
from jsonschema import Draft202012Validator

from daemon import ROOT

BUILD = pathlib.Path(os.environ.get("CHARTBELL_BIN", ROOT / "build/release/chartbell")).parent
TEMPLATES = sorted((ROOT / "src/forms/templates").glob("*.json"))


@pytest.mark.parametrize("path", TEMPLATES, ids=[path.stem for path in TEMPLATES])
def test_schemas_of_shipped_templates_are_json_schema(path):
    Draft202012Validator.check_schema(json.loads(path.read_text())["schema"])


def test_answers_that_were_taken_fit_the_schema(tmp_path):
    """A thousand answers to a form with every kind of field, drawn by the forms' own test."""
    written = tmp_path / "answers"
    subprocess.run([BUILD / "src/forms/forms_test", "--gtest_filter=Answers.WhatIsRequiredIsThere"],
                   env={**os.environ, "CHARTBELL_ANSWERS_FILE": str(written)}, check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    schema, *documents = written.read_text().splitlines()
    validator = Draft202012Validator(json.loads(schema),
                                     format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert len(documents) >= 1000
    for document in documents:
        assert not list(validator.iter_errors(json.loads(document))), document
