"""The catalogue of sentences, which is read a key at a time, says what YAML says of the whole file."""

import re
from importlib.resources import files

import yaml

from pipelines.messages import LANGUAGES, catalogue


def test_every_sentence_is_found_as_yaml_has_it() -> None:
    text = files("pipelines.messages").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    whole = yaml.safe_load(text)
    assert dict(catalogue()) == whole
    assert len(re.findall(r"^[a-z][^:\s]*:$", text, re.MULTILINE)) == len(whole)  # none stands twice
    assert all(set(said) == set(LANGUAGES) for said in whole.values())
