"""What is inside an exported page comes back whole, and what several hold alike is there once."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from diffexplain.explorers.inside import messages_of, modules_of, widgets_of
from diffexplain.live.exported_run import ExportedRun
from diffexplain.live.messages import Encoded

LONG = [f"word {number}" for number in range(100)]
VALUES = st.sampled_from([3, "a fox", LONG, {"all": LONG}, [], None])
TRAITS = st.dictionaries(st.sampled_from("abc"), VALUES)


def run_of(name: str, traits: dict[str, Any], kinds: list[str], widgets: dict[str, ExportedRun]) -> ExportedRun:
    return ExportedRun(name, "", "", traits, [Encoded({"kind": kind}, []) for kind in kinds], "", widgets)


@given(st.lists(st.tuples(st.sampled_from(["denoise", "seed"]), TRAITS, TRAITS), max_size=4))
def test_traits_come_back_with_their_module_and_long_values_are_there_once(inside: list[tuple[str, Any, Any]]) -> None:
    inner = {
        f"model:{number}": run_of(name, {**traits, "_controls": controls}, [], {})
        for number, (name, traits, controls) in enumerate(inside)
    }
    run = run_of("workbench", {}, [], inner)
    modules, found = modules_of(run), widgets_of(run)
    assert modules == list(dict.fromkeys(["workbench", *(name for name, _, _ in inside)]))
    assert all(found["shared"].count(value) == 1 for value in found["shared"])

    def whole(values: dict[str, Any]) -> dict[str, Any]:
        shared = {name: value for name, value in values.items() if isinstance(value, dict) and "shared" in value}
        return values | {name: found["shared"][value["shared"]] for name, value in shared.items()}

    for reference, widget in found["widgets"].items():
        controls = whole(widget["traits"]["_controls"])
        assert whole(widget["traits"]) | {"_controls": controls} == inner[reference].traits
        assert modules[widget["module"]] == inner[reference].name
        assert str(widget).count("word 7") == 0


def test_messages_of_what_is_inside_name_their_widget() -> None:
    inner = {"model:1": run_of("seed", {}, ["begin", "end"], {})}
    run = run_of("workbench", {}, ["asked"], inner)
    assert [message.content for message in messages_of(run)] == [
        {"kind": "asked"},
        {"kind": "begin", "widget": "model:1"},
        {"kind": "end", "widget": "model:1"},
    ]
