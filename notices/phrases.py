"""What the shipped wordings of several rooms have in common: greetings, the way to object, slots, clauses as letters cite them."""

from contracts.rules.clauses import ClauseRef
from notices.rendering.content import LetterItem
from notices.rendering.wording import Slot

Values = dict[str, str | tuple[str, ...]]
GREETING = "時下ますますご清栄のこととお慶び申し上げます。"
THANKS = f"{GREETING}平素は格別のお引き立てを賜り、厚く御礼申し上げます。"
WAY_TO_OBJECT = "本通知にご異議があるときは、差出人までお申し出ください。"
OBJECTION = Slot(name="異議の申出", help="異議があるときにどうすればよいか", mandatory=True)
CONTRACT = Slot(name="契約番号", help="契約の番号", mandatory=True)
CONTRACT_ITEM = LetterItem(label="契約番号", lines=("{契約番号}",))


def rests_on(what: str) -> Slot:
    """The clause on which a letter rests: no wording may leave it out."""
    return Slot(name="根拠条項", help=what, mandatory=True)


def must(name: str, what: str) -> Slot:
    """A slot that every wording carries."""
    return Slot(name=name, help=what, mandatory=True)


def may(name: str, what: str) -> Slot:
    """A slot that a wording may leave out."""
    return Slot(name=name, help=what)


def cited(clause: str, terms: str = "利用規約") -> str:
    """A clause as a letter cites it, with the heading of its article."""
    return f"{terms}{ClauseRef.parse(clause).full_label()}"


def typed(value: object) -> tuple[str, ...]:
    """What staff typed, a line each."""
    return tuple(str(value).splitlines())
