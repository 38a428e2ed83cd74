"""When the base's state is written: soon after a change, whatever else is planned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from helpers.localcloud.base.persistence import DELAY, SETTLING, BaseState


def due(state: BaseState) -> float:
    """Seconds until the next save."""
    assert state._planned is not None
    return state._planned.when() - asyncio.get_running_loop().time()


@pytest.fixture
def in_loop(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[BaseState], None]], None]:
    """Runs something with a state of a base that has nothing to write, on an event loop."""
    from ministack import app

    monkeypatch.setattr(app, "_build_persistence_save_dict", dict)

    async def whole(body: Callable[[BaseState], None]) -> None:
        body(BaseState())

    return lambda body: asyncio.run(whole(body))


def test_a_change_is_written_soon_also_while_a_later_save_is_planned(
    in_loop: Callable[[Callable[[BaseState], None]], None],
) -> None:
    def body(state: BaseState) -> None:
        state.changed("lambda")
        state.save()
        assert DELAY < due(state) <= SETTLING
        state.changed("ssm")
        assert due(state) <= DELAY

    in_loop(body)


def test_changes_do_not_put_a_save_off(in_loop: Callable[[Callable[[BaseState], None]], None]) -> None:
    def body(state: BaseState) -> None:
        state.changed("ssm")
        first = state._planned
        state.changed("sqs")
        assert state._planned is first

    in_loop(body)


def test_stacks_are_written_after_what_they_made(
    in_loop: Callable[[Callable[[BaseState], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ministack import app

    written: list[str] = []

    def asked(name: str) -> Callable[[], None]:
        return lambda: written.append(name)

    names = ("acm", "cloudformation", "sqs", "ssm")
    monkeypatch.setattr(app, "_build_persistence_save_dict", lambda: {name: asked(name) for name in names})

    def body(state: BaseState) -> None:
        state.changed("cloudformation")
        state.save()

    in_loop(body)
    assert written == ["acm", "sqs", "ssm", "cloudformation"]
