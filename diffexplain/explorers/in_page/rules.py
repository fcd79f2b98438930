"""What a page takes of each field: Python writes pages of what they can go on from alone, and a page refuses the rest in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.errors import ExportError
from diffexplain.explorers import checks
from diffexplain.explorers.in_page.facts import MOST_STEPS, SAMPLERS
from diffexplain.i18n import Words, current, say
from diffexplain.i18n.words import in_all_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


def _whole(least: int, most: int) -> dict[str, Any]:
    return {"kind": "whole", "least": least, "most": most}


def _number(least: float, most: float) -> dict[str, Any]:
    return {"kind": "number", "least": least, "most": most}


def _choice(*allowed: Any) -> dict[str, Any]:
    return {"kind": "choice", "allowed": list(allowed)}


def _listed(each: dict[str, Any], least: int, most: int, *, rising: bool = False, once: bool = False) -> dict[str, Any]:
    return {"kind": "list", "each": each, "least": least, "most": most, "rising": rising, "once": once}


def _fixed(reason: Words, *allowed: Any) -> dict[str, Any]:
    return {"kind": "fixed", "allowed": list(allowed), "reason": in_all_languages(reason)}


_TABLES = say("a page has the tables of each sampler's usual steps")
_PICTURES = say("a page knows the pictures of the gallery, and those that it was written with")
_TEXT_ALONE = say("a page of this explorer loads the network that reads sentences, and none that draws or looks at pictures")
_TEXT = {"kind": "text", "most": checks.MAX_CHARACTERS}
_SHARE, _SCALE = _number(0, 1), _number(0, checks.MAX_GUIDANCE)
_RULES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {  # of what the page knows, and the limits of its controls
    "prompt": lambda _: _TEXT,
    "negative_prompt": lambda _: _TEXT,
    "seed": lambda known: _whole(0, known["seed"]),
    "steps": lambda _: _whole(1, MOST_STEPS),
    "guidance_scale": lambda _: _SCALE,
    "sampler": lambda _: _choice(*SAMPLERS),
    "height": lambda known: _choice(None, known["latents"][1] * known["side"]),
    "width": lambda known: _choice(None, known["latents"][1] * known["side"]),
    "scales": lambda known: _listed(_SCALE, *known["scales"]),
    "interval": lambda _: _listed(_SHARE, 2, 2, rising=True),
    "rescale": lambda _: _SHARE,
    "parallel": lambda _: _SHARE,
    "count": lambda known: _whole(*known["count"]),
    "other_prompt": lambda _: _TEXT,
    "walk": lambda _: {"kind": "walk"},
    "frames": lambda known: _whole(*known["frames"]),
    "samplers": lambda known: _listed(_choice(*SAMPLERS), known["least"], known["most"], once=True),
    "spacing": lambda _: _fixed(_TABLES, None),
    "eta": lambda _: _fixed(_TABLES, 0),
    "texts": lambda _: _listed(_TEXT, 1, 64),
    "search": lambda _: _TEXT,
    "pictures": lambda known: _listed(_fixed(_PICTURES, *known["pictures"]["points"]), 1, 64),
    "picture": lambda _: _fixed(_TEXT_ALONE, ""),
    "prompts": lambda _: _fixed(_TEXT_ALONE, []),
    "seeds": lambda known: _listed(_whole(0, known["seed"]), 1, known["seeds"]),
    "older_prompt": lambda _: _fixed(_TEXT_ALONE, ""),
    "older_steps": lambda _: _whole(1, checks.MAX_STEPS),
    "older_seed": lambda known: _whole(0, known["seed"]),
    "older_guidance": lambda _: _SCALE,
    "schedule": lambda known: _listed(_SCALE, 2, known["points"]),
}


def rules(fields: Collection[str], limits: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a page takes of each of some fields, fit for JSON.

    Args:
        fields: Of an explorer's request.
        limits: That its controls have.
        own: What the page must know beside its networks, see `Saving.in_page`.

    Returns:
        By name: ``kind`` and its bounds. ``text``: at most ``most`` characters; ``whole`` and ``number``: from ``least`` to ``most``;
        ``choice``: one of those ``allowed``; ``list``: ``least`` to ``most`` values that are ``each`` something, which may have to be ``rising``, or there ``once``;
        ``fixed``: one of those ``allowed``, with the ``reason`` in all languages; ``walk``: two seeds of the wall, or None.
    """
    known = {**limits, **own}
    return {name: _RULES[name](known) for name in fields}


def require_request(request: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that a page can do what a recorded run was asked, so that it can go on from there.

    Raises:
        ExportError: It can't; the message says what to change.
    """
    for field, rule in rules.items():
        allowed = _allowed(rule, request[field])
        if allowed:
            raise ExportError(
                say(
                    "a page can't draw with {field}={value}; change it to {allowed} and let it run",
                    field=field,
                    value=repr(request[field]),
                    allowed=allowed,
                )
            )


def _allowed(rule: Mapping[str, Any], value: Any) -> str:
    """Return what is allowed in the place of a value; empty where the value is. What every explorer allows is not looked at again."""
    if rule["kind"] == "choice" and value not in rule["allowed"]:
        return ", ".join(str(each) for each in rule["allowed"] if each is not None)
    if rule["kind"] == "fixed" and value not in rule["allowed"]:
        return say("{allowed}: {reason}", allowed=", ".join(map(repr, rule["allowed"][:3])), reason=rule["reason"][current()])
    if rule["kind"] == "list":
        return next(filter(None, (_allowed(rule["each"], one) for one in value)), "")
    if rule["kind"] == "whole" and not rule["least"] <= value <= rule["most"]:
        return say("a whole number from {lowest} to {highest}", lowest=rule["least"], highest=rule["most"])
    return ""
