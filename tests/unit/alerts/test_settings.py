"""`alerts.yaml`: its schema is that of the models, every fault is named with its line, and no secret is told."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
import yaml

from pipelines.alerts import addresses, send, settings
from pipelines.home import PROJECT
from tests.receivers import free_port
from tests.unit.alerts.house import House

FAULTS = [
    ("destinations: [{name: a}]", 1, "`destinations.0.url` is missing"),
    ("destinations:\n  - {name: a, url: office@example.org}", 2, "is no address"),
    ("destinations:\n  - {name: a, url: 'mailto://me:hunter2@example.org'}", 2, "holds a password"),
    ("destinations:\n  - {name: a, url: 'mailtos://example.org?user=me&pass=hunter2'}", 2, "holds a password"),
    ("destinations:\n  - {name: a, url: 'mailtos://me:hunter2${X}@example.org'}", 2, "holds a password"),
    ("destinations:\n  - {name: A, url: 'json://x'}", 2, "small letters"),
    ("destinations:\n  - {name: a, url: 'json://x'}\n  - {name: a, url: 'json://y'}", 3, "`a` is taken"),
    ("destinations:\n  - {name: heartbeat, url: 'json://x'}", 2, "`heartbeat` is taken"),
    ("destinations:\n  - name: a\n    url: json://x\n    offices: [court]", 4, "did you mean `courts`?"),
    ("destinations:\n  - {name: a, url: 'json://x', kinds: [checks]}", 2, "'check'"),
    ("offices:\n  court: {url: 'json://x'}", 2, "did you mean `courts`?"),
    ("remind_after: 3", 1, "known here: remind_after_days"),
    ("heartbeat: mailto://x", 1, "fetched by HTTP"),
    ("remind_after_days: -1", 1, "greater than or equal to 0"),
    ("- a", 1, "valid dictionary"),
    ("a: [", 2, "is not valid YAML"),
]


@pytest.mark.parametrize(("text", "line", "says"), FAULTS)
def test_a_fault_is_named_with_its_line(house: House, text: str, line: int, says: str) -> None:
    house.alerts(text)
    with pytest.raises(settings.SettingsError) as error:
        settings.load(house.home, house.catalog)
    head, *faults = str(error.value).splitlines()
    assert head.startswith(f"alerts.yaml has {len(faults)} fault")
    assert f"alerts.yaml:{line}" in faults[0] and says in faults[0]
    assert "hunter2" not in str(error.value)


def test_no_file_means_off(house: House) -> None:
    assert settings.load(house.home, house.catalog) is None


def test_the_tracked_schema_is_that_of_the_models() -> None:
    tracked = (PROJECT / "pipelines" / "alerts" / settings.SCHEMA).read_text(encoding="utf-8")
    assert tracked == settings.schema(), "run: python -m pipelines.alerts.settings pipelines/alerts"


def test_the_example_of_the_page_holds_to_the_schema_and_is_taken(house: House) -> None:
    page = (PROJECT / "pipelines" / "docs" / "alerts.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    schema = json.loads(settings.schema())
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(example))
    house.alerts(example)
    found = settings.load(house.home, house.catalog)
    assert found and len(settings.targets(found, house.catalog)) > 3
    assert all(f"{name}:" in example for name in schema["properties"]), "the example shows every setting"


def test_variables_are_quoted_within_an_address_and_taken_as_they_are_for_all_of_it() -> None:
    environment = {"USER": "me", "PASSWORD": "a/b@c", "ALL": " mailto://x "}
    expanded = addresses.expand("mailtos://${USER}:${PASSWORD}@example.org", environment)
    assert expanded == "mailtos://me:a%2Fb%40c@example.org"
    assert addresses.expand("${ALL}", environment) == "mailto://x"
    with pytest.raises(addresses.NoAddress, match="NOWHERE is not set"):
        addresses.expand("json://${NOWHERE}", environment)


SECRETS = ("clerk@x", "clerk%40x", "s3cret/word", "s3cret%2Fword", "T0KEN0000", "B0KEN1111", "someone@example.org")


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://clerk%40x:s3cret%2Fword@mail.example.org/?to=someone@example.org",
        "json://mail.example.org/T0KEN0000/B0KEN1111?key=s3cret/word",
        "slack://T0KEN0000/B0KEN1111/s3cret%2Fword",
        "mailto://mail.example.org?to=clerk@x.example.org,someone@example.org&from=clerk%40x",
    ],
)
def test_errors_name_the_host_and_no_secret(address: str) -> None:
    parts = [part for part in SECRETS if part in address or part in unquote(address)]
    hidden = addresses.mask(f"mail.example.org: {address} for {', '.join(parts)}", address)
    assert len(parts) > 1 and not [part for part in parts if part in hidden]
    assert hidden.startswith("mail.example.org")


def test_what_apprise_says_of_a_failure_is_told_without_secrets(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    for address in (
        f"mailto://clerk:hunter2@127.0.0.1:{port}?from=y@example.org&to=a.b@example.org",
        f"json://127.0.0.1:{port}/t0ken123",
    ):
        with pytest.raises(send.NotSent) as error:
            send.line(address).send("subject", "body", "info")
        assert "refused" in str(error.value)
        assert not any(secret in str(error.value) for secret in ("hunter2", "t0ken123", "a.b@"))
    with pytest.raises(send.NotSent, match="Apprise knows no such address") as error:
        send.line("nonsense://hunter2")
    assert "hunter2" not in str(error.value)
    assert "hunter2" not in "".join(capfd.readouterr())


def test_an_address_has_one_recipient() -> None:
    """Of several, Apprise only says that one failed: all the others would be told again."""
    address = "mailto://127.0.0.1:25?from=y@example.org&to=a.b@example.org"
    assert send.line(address).longest > 0
    with pytest.raises(send.NotSent, match="names 2 recipients"):
        send.line(f"{address},c.d@example.org")
