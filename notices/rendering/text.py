"""A letter as plain text: the body of the e-mail, and the renderer of tests that look at words only."""

from notices.rendering.blocks import Blocks, letter_blocks
from notices.rendering.content import Letter


def letter_text(letter: Letter, secret: str | None = None) -> str:
    """The whole letter, UTF-8 text with one line feed a line; `secret` stands for the placeholder where given."""
    blocks = letter_blocks(letter, secret)
    parts = [_head(blocks), "\n".join(blocks.addressee), "\n".join(blocks.sender), blocks.title, _body(blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(blocks: Blocks) -> str:
    return f"通知番号　{blocks.number}\n{blocks.dated}"


def _body(blocks: Blocks) -> str:
    paragraphs = [*blocks.paragraphs, "敬具"] if blocks.salutes else [*blocks.paragraphs]
    if blocks.items:
        paragraphs += ["記", "\n".join(_item_lines(blocks)), "以上"]
    return "\n\n".join(paragraphs)


def _item_lines(blocks: Blocks) -> list[str]:
    lines: list[str] = []
    for item in blocks.items:
        lines += [f"{item.number}　{item.label}", *(f"　　{line}" for line in item.lines)]
    return lines
