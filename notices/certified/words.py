"""The letter's frozen words as running text for a grid: title, body, points, and at the end what the custom puts there."""

from notices.rendering.blocks import Blocks, letter_blocks
from notices.rendering.content import Letter

SPACE = "　"


def certified_text(letter: Letter, per_line: int) -> str:
    """Every word of the letter, a paragraph a line, indented as in a manuscript; date, sender and addressee at the end.

    The post office asks for name and address of both at the end of the words. `per_line`: for what stands in the middle
    or at the right.
    """
    blocks = letter_blocks(letter)
    lines = [_middle(blocks.title, per_line), "", *_body(blocks, per_line), "", *_end(blocks, per_line)]
    return "\n".join(_set(line) for line in lines)


def _body(blocks: Blocks, per_line: int) -> list[str]:
    first = blocks.paragraphs[0] if blocks.salutes else ""
    lines = [first] if first else []
    lines += [f"{SPACE}{paragraph}" for paragraph in blocks.paragraphs[len(lines) :]]
    lines += [_right("敬具", per_line)] if blocks.salutes else []
    if blocks.items:
        lines += [_middle("記", per_line), *_items(blocks), _right("以上", per_line)]
    return lines


def _items(blocks: Blocks) -> list[str]:
    lines: list[str] = []
    for item in blocks.items:
        lines += [f"{item.number}{SPACE}{item.label}", *(f"{SPACE}{line}" for line in item.lines)]
    return lines


def _end(blocks: Blocks, per_line: int) -> list[str]:
    sender = ["差出人", *(f"{SPACE}{line}" for line in blocks.sender)]
    addressee = ["受取人", *(f"{SPACE}{line}" for line in blocks.addressee)]
    return [f"通知番号{SPACE}{blocks.number}", blocks.dated, "", *sender, "", *addressee]


def _middle(text: str, per_line: int) -> str:
    return SPACE * max((per_line - len(text)) // 2, 0) + text


def _right(text: str, per_line: int) -> str:
    return SPACE * max(per_line - len(text) - 1, 0) + text


def _set(line: str) -> str:
    return line.rstrip()
