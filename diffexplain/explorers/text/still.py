"""Who reads whom in a sentence, as one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from diffexplain.explorers import lettering, still
from diffexplain.explorers.text.messages import Begin, Layer
from diffexplain.i18n import plural, say

if TYPE_CHECKING:
    from diffexplain.explorers.text.messages import Piece

MOST = 12  # tokens: with more the letters would be too small
NAMES, SIDE, HEAD = 132, 56, 30  # in pixels: the words beside the rows, a cell, the words above
LOW, HIGH = (244, 246, 250), (18, 59, 114)  # the frontend's map in the light theme, --heat-low and --heat-high


def overview(messages: still.Messages) -> still.Overview | None:
    """Draw which token has reached which through all layers of the first encoder; None before it has been read."""
    begin = still.first(messages, Begin)
    layers = [layer for layer in still.every(messages, Layer) if layer.encoder == 0]
    if begin is None or not layers:
        return None
    encoder, rolled = begin.encoders[0], layers[-1].rolled
    pieces = [piece for piece in encoder.tokens if piece.kind != "padding"][:MOST]
    count = len(pieces)
    board = Image.new("RGB", (NAMES + count * SIDE, HEAD + count * SIDE), lettering.PAPER)
    pen = ImageDraw.Draw(board)
    font = ImageFont.load_default(lettering.CAPTION)
    most = float(rolled[:count, :count].max()) or 1.0
    for row, piece in enumerate(pieces):
        y = HEAD + row * SIDE
        label = lettering.fitted(name_of(piece), lettering.CAPTION, NAMES - 2 * lettering.MARGIN)
        lettering.write(pen, (lettering.MARGIN, y + SIDE / 2), label, lettering.CAPTION, "lm", str(piece.id))
        above = lettering.fitted(name_of(piece), lettering.CAPTION, SIDE - 2)
        lettering.write(pen, (NAMES + (row + 0.5) * SIDE, HEAD / 2), above, lettering.CAPTION, "mm", str(piece.id))
        for column in range(count):
            share = float(rolled[row, column])
            x, colour = NAMES + column * SIDE, tuple(round(a + share / most * (b - a)) for a, b in zip(LOW, HIGH, strict=True))
            pen.rectangle((x + 1, y + 1, x + SIDE - 2, y + SIDE - 2), colour)
            ink = lettering.PAPER if share > most / 2 else lettering.INK
            pen.text((x + SIDE / 2, y + SIDE / 2), f"{100 * share:.0f}", ink, font, anchor="mm")
    facts = [
        say("“{prompt}”", prompt=still.shortened(begin.request.prompt)),
        begin.model,
        plural("{count} layer", "{count} layers", encoder.layers),
    ]
    note = say("Rows read columns: how much of each token, in percent, has reached each other one through all layers.")
    return still.Overview(board, facts, [note])


def name_of(piece: Piece) -> str:
    """Return what a token is called: its characters, or what kind of mark it is."""
    if piece.kind == "word":
        return piece.text.strip() or piece.name.strip() or "␣"
    return {"start": say("start"), "end": say("end")}.get(piece.kind, say("padding"))
