"""The sensor `alerts`: what Dagster alone knows of runs, where it begins, and what a faulty file does to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.receivers import Hook
from tests.unit.alerts.house import BALANCE, House

AREA = "990101"


@pytest.fixture
def instance() -> Iterator[Any]:
    import dagster as dg

    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def watched(house: House, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("YEARBOOK_CONTRACTS", str(house.home.contracts))
    monkeypatch.setenv("YEARBOOK_HOME", str(house.home.root))
    from pipelines.defs import alerts

    monkeypatch.setattr(alerts, "home", lambda: house.home)
    monkeypatch.setattr(alerts, "catalog", lambda: house.catalog)
    house.alerts(f"destinations: [{{name: hook, url: '{hook.url}'}}]\n")
    return house


def tick(instance: Any, cursor: str | None) -> tuple[str, str | None]:
    """What the sensor says, and its cursor after."""
    import dagster as dg

    from pipelines.defs.alerts import alerts

    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        said = alerts(context)
        return str(said.skip_message), context.cursor


def failed(instance: Any, why: str) -> str:
    """A run that Dagster saw fail before it became one of ours."""
    import dagster as dg

    @dg.job
    def nothing() -> None:
        pass

    run = instance.create_run_for_job(nothing)
    instance.report_run_failed(run, why)
    return run.run_id


def test_it_begins_at_now_and_tells_of_each_run_that_never_began_once(
    watched: House, instance: Any, hook: Hook
) -> None:
    failed(instance, "Long ago.")
    said, cursor = tick(instance, None)
    assert said == "There is nothing to tell." and not hook.posts
    failed(instance, "Another run is writing.")
    said, cursor = tick(instance, cursor)
    assert said == "hook: told" and [post["title"] for post in hook.posts] == ["Yearbook: 1 new error"]
    assert "Another run is writing." in hook.posts[0]["message"]
    assert tick(instance, cursor) == ("There is nothing to tell.", cursor)
    assert len(hook.posts) == 1


def test_a_destination_that_is_down_is_named_and_nothing_is_lost(watched: House, instance: Any, hook: Hook) -> None:
    _, cursor = tick(instance, None)
    watched.now = datetime.now(UTC)
    watched.run({BALANCE: [AREA]})
    hook.status = 503
    said, cursor = tick(instance, cursor)
    assert said.startswith("hook: ") and "told" not in said and not hook.posts
    assert [row["destination"] for row in watched.waiting()] == ["hook"]


def test_a_faulty_file_makes_the_tick_fail_in_words_and_the_cursor_stay(
    watched: House, instance: Any, hook: Hook
) -> None:
    import dagster as dg

    _, cursor = tick(instance, None)
    good = (watched.home.root / "alerts.yaml").read_text(encoding="utf-8")
    watched.alerts("destinations: [{name: hook}]\n")
    failed(instance, "Another run is writing.")
    with pytest.raises(dg.Failure, match=r"alerts\.yaml:1"):
        tick(instance, cursor)
    watched.alerts(good)
    assert tick(instance, cursor)[0] == "hook: told" and len(hook.posts) == 1, "the same run again, told once"
