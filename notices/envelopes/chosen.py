"""Which envelope the house uses, and whether the customer barcode stands with the address: house settings."""

from typing import Any

from config.desk import house
from notices.envelopes.shapes import BY_NAME, NAGA3, Envelope

NO, YES = "付けない", "付ける"

house.define(house.Policy("envelope", "通知を入れる封筒", NAGA3.name, choices=tuple(BY_NAME)))
house.define(house.Policy("customer_barcode", "カスタマバーコード（宛名に余白のある封筒）", NO, choices=(NO, YES)))


def envelope() -> Envelope:
    """The envelope in use."""
    return BY_NAME[house.get("envelope")]


def barcoded() -> bool:
    """Whether the house prints the customer barcode."""
    return bool(house.get("customer_barcode") == YES)


def paper() -> dict[str, Any]:
    """What a letter keeps of it, so that it is set in the same way for ever."""
    return {"envelope": envelope().key, "barcode": barcoded()}


def paper_note() -> str:
    """For previews and the print page: the sheet, the envelope, how it is folded."""
    return envelope().note
