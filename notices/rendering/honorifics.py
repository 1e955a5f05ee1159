"""様, 御中, 殿: exactly one, chosen by who is addressed; kinds of bodies in words. Pure."""

import re

_SIGNS = {
    "㈱": "株式会社", "㍿": "株式会社", "㈲": "有限会社", "㈾": "合資会社", "㈴": "合名会社", "㈿": "協同組合",
    "㈳": "社団法人", "㈶": "財団法人", "㈻": "学校法人",
}  # fmt: skip
_ABBREVIATIONS = {
    "株": "株式会社", "有": "有限会社", "資": "合資会社", "名": "合名会社", "同": "合同会社", "社": "社団法人", "財": "財団法人",
    "学": "学校法人", "医": "医療法人", "福": "社会福祉法人", "宗": "宗教法人", "特非": "特定非営利活動法人", "独": "独立行政法人",
}  # fmt: skip
_BRACKETED = re.compile(rf"[（(]({'|'.join(_ABBREVIATIONS)})[）)]")

# 花模様 and 宮殿 end in no honorific.
_OWN = re.compile(r"[ 　]*(御中|各位|先生|さま|(?<![模王神仏文多異同皆客])様|(?<![御宮神本拝寝湯社])殿)$")
_TITLE = re.compile(
    r"(?:代表取締役|取締役|社長|会長|執行役員?|代表理事|理事長?|監事|代表社員|業務執行社員|代表者|支配人|頭取|総裁|学長|総長|校長|園長|院長|館長"
    r"|所長|支店長|支社長|工場長|店長|局長|本部長|部長|室長|課長|係長|責任者|主任|組合長|施設長|管理者)$"
)
_BODY = re.compile(r"会社|法人|組合|協会|財団|機構|公社|連合会|大学|学校|病院|銀行|金庫|市役所|事務所")


def spell_out(text: str) -> str:
    """㈱, （株） and their like as words: an address block carries no abbreviation of the kind of a body."""
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    return _BRACKETED.sub(lambda found: _ABBREVIATIONS[found.group(1)], text)


def bare(text: str) -> str:
    """Without the honorific that it was registered with."""
    return _OWN.sub("", text)


def own(text: str) -> str:
    """The honorific that it was registered with, or nothing."""
    found = _OWN.search(text)
    return found.group(1) if found else ""


def for_person(contact: str) -> str:
    """様; for a title alone (代表取締役, 総務部長) 殿."""
    return own(contact) or ("殿" if is_title(contact) else "様")


def for_place(department: str) -> str:
    """御中; a title in its place has 殿."""
    return own(department) or ("殿" if is_title(department) else "御中")


def for_name(name: str, given: str) -> str:
    """The one given; a body has 御中 whatever was given."""
    return own(name) or ("御中" if _BODY.search(name) else given)


def is_title(text: str) -> bool:
    """Whether it ends in a title, with no name after it."""
    return bool(_TITLE.search(text))
