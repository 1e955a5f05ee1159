"""Tracking numbers by scan or paste: what belongs to what, what is refused, what only warns."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from config.desk import clock
from config.desk.press import press
from config.desk.refusal import Refused
from notices.models import Delivery, Notice
from notices.returns.scanned import letter_in, read
from tests.support.world import World, at

NOON = at("2026-11-24T12:00")
PAGE = "/admin/notices/tracking/"


def number(place: int) -> str:
    """A number with the right check digit."""
    body = f"{1310000000 + place}"
    return f"{body}{int(body) % 7}"


def hyphens(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:10]}-{digits[10]}"


# --- lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "N-2026-000007\t123-45-67890-3",
        "123-45-67890-3, N-2026-000007",
        "ｎ－２０２６－０００００７　１２３‐４５‐６７８９０‐３",
        "N-2026-000007\n12345678903",
        "123 45 67890 3\nN-2026-000007\n",
        "https://kiyaku.example/n/N-2026-000007/\t123ー45ー67890ー3",
        "2026-11-24\t見本商事 株式会社\tN-2026-000007\t435-0099\t123-45-67890-3\t460円",
        "見本商事\t090-1234-5670\tN-2026-000007\t12345678903",  # the telephone number fits no check digit
    ],
)
def test_ways_in_which_a_pair_comes(typed: str) -> None:
    (line,) = read(typed)
    assert (line.letter, line.tracking.replace("-", ""), line.fault) == ("N-2026-000007", "12345678903", "")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("123-45-67890-3", "通知番号がありません"),
        ("N-2026-000007", "追跡番号が読み取れません"),
        ("N-2026-000007\t1234", "追跡番号が読み取れません"),
        ("N-2026-000007 N-2026-000008 123-45-67890-3", "通知番号が二つ"),
        ("N-2026-000007\t123-45-67890-3\t123-45-67891-4", "番号が二つ"),
        ("通知番号\t追跡番号", "通知番号がありません"),
    ],
)
def test_what_is_no_pair_says_why(typed: str, fault: str) -> None:
    (line,) = read(typed)
    assert fault in line.fault
    assert line.text == typed


def test_halves_that_do_not_follow_each_other_stay_alone() -> None:
    lines = read("N-2026-000001\nN-2026-000002\n12345678903\n12345678914")
    assert [(line.letter, line.tracking) for line in lines] == [
        ("N-2026-000001", ""),
        ("N-2026-000002", "12345678903"),
        ("", "12345678914"),
    ]


def test_a_number_in_what_a_code_holds() -> None:
    assert letter_in("n‐2026‐000123") == "N-2026-000123"
    assert letter_in("N-2026-0001234") == ""


# --- the page -----------------------------------------------------------------------------------------------------


def posted(world: World, count: int = 1) -> list[Notice]:
    """Letters that were posted, without their numbers."""
    contract = world.subscription(at("2026-04-01T10:00"))
    cases = [world.curing_case(NOON, ["post"], subscription=contract, postage="recorded") for _ in range(count)]
    return [world.correction(case) for case in cases]


def send(world: World, text: str, *, by: str = "rin", record: bool = True) -> str:
    client = Client()
    client.force_login(world.staff[by])
    with clock.standing_at(NOON):
        answer = client.post(PAGE, {"lines": text, "record" if record else "preview": "1"})
    assert answer.status_code == 200
    return answer.content.decode()


def kept(notice: Notice) -> str:
    return Delivery.objects.get(notice=notice, channel="post").tracking_number


@pytest.mark.django_db
def test_thirty_lines_with_five_faults(world: World) -> None:
    """The faults stay in the field to be mended, as they were typed; the other lines are recorded."""
    letters = posted(world, 26)
    unposted = world.correction(world.noticed_case(NOON, ["post"]))
    good = [f"{notice.number}\t{hyphens(number(n))}" for n, notice in enumerate(letters[:25])]
    bad = [
        "N-2026-999999\t" + number(901),  # no such letter
        f"{unposted.number}\t{number(902)}",  # not posted
        f"{letters[25].number}\t12345",  # cut short
        "受領証 3枚目",  # neither
        f"{letters[25].number} {letters[24].number} {number(903)}",  # two letters
    ]
    text = "\n".join([*good[:10], *bad, *good[10:]])
    preview = send(world, text, record=False)
    assert "記録できる 25行・直す 5行" in preview
    assert not Delivery.objects.exclude(tracking_number="").exists()
    told = send(world, text)
    assert [kept(notice) for notice in letters[:25]] == [hyphens(number(n)) for n in range(25)]
    assert "追跡番号を25件記録しました" in told
    left = told.split('id="lines"')[1].split("</textarea>")[0].split(">", 1)[1].splitlines()
    assert left == bad
    assert "先に差出しを記録してください" in told


@pytest.mark.django_db
def test_a_wrong_check_digit_only_warns(world: World) -> None:
    (letter,) = posted(world)
    line = f"{letter.number} 123-45-67890-4"
    assert "検査数字が合いません" in send(world, line, record=False)
    send(world, line)
    assert kept(letter) == "123-45-67890-4"


@pytest.mark.django_db
def test_one_number_for_two_letters_of_a_day_is_refused_and_of_another_day_is_not(world: World) -> None:
    one, other = posted(world, 2)
    double = f"{one.number} {number(1)}\n{other.number} {hyphens(number(1))}"
    assert send(world, double).count("同じ追跡番号が、ほかの行にもあります") == 2
    send(world, f"{one.number} {number(1)}")
    assert "同じ日に差し出した" in send(world, f"{other.number} {number(1)}")
    assert (kept(one), kept(other)) == (number(1), "")
    later = at("2027-11-24T12:00")
    case = world.curing_case(later, ["post"], postage="recorded", tracking_number=hyphens(number(1)))
    assert kept(world.correction(case)) == hyphens(number(1))


@pytest.mark.django_db
def test_mark_posted_refuses_a_number_of_the_same_day(world: World) -> None:
    world.curing_case(NOON, ["post"], postage="recorded", tracking_number=number(1))
    with pytest.raises(Refused, match="同じ日に差し出した"):
        world.curing_case(NOON, ["post"], postage="recorded", tracking_number=hyphens(number(1)))


@pytest.mark.django_db
def test_the_day_of_posting_is_the_day_in_japan(world: World) -> None:
    late, next_day = at("2026-11-24T23:30"), at("2026-11-25T00:30")  # one UTC day
    world.curing_case(late, ["post"], postage="recorded", tracking_number=number(1))
    world.curing_case(next_day, ["post"], postage="recorded", tracking_number=number(1))
    assert Delivery.objects.filter(tracking_number=number(1)).count() == 2


@pytest.mark.django_db
def test_a_number_that_stands_is_mended_by_its_author_on_the_same_day_only(world: World) -> None:
    (letter,) = posted(world)
    give = {"tracking_number": number(1)}
    world.press("notices.record_tracking", letter, by="rin", at=NOON, **give)
    assert "記録済" in send(world, f"{letter.number} {number(1)}", record=False)
    assert "別の追跡番号" in send(world, f"{letter.number} {number(2)}", record=False)
    with pytest.raises(Refused, match="すでに記録されています"):
        world.press("notices.record_tracking", letter, by="hana", at=NOON, tracking_number=number(2))
    world.press("notices.record_tracking", letter, by="rin", at=NOON, tracking_number=number(2))
    with pytest.raises(Refused, match="すでに記録されています"):
        world.press("notices.record_tracking", letter, by="rin", at=at("2026-11-25T09:00"), tracking_number=number(1))
    assert kept(letter) == number(2)


@pytest.mark.postgres
def test_two_people_at_once_on_one_number(committed_world: World) -> None:
    """Two letters, one number, two people: the database lets one through, and the other is told in words."""
    letters, told = posted(committed_world, 2), []
    ready = threading.Barrier(2)

    def record(notice: Notice, name: str) -> None:
        ready.wait()
        try:
            press(
                "notices.record_tracking",
                notice,
                by=committed_world.staff[name],
                at=NOON,
                data={"tracking_number": number(1)},
            )
            told.append("")
        except Refused as refused:
            told.append(refused.message)
        finally:
            connection.close()

    workers = [threading.Thread(target=record, args=pair) for pair in zip(letters, ("rin", "hana"), strict=True)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(map(bool, told)) == [False, True]
    assert any("同じ日に差し出した" in words for words in told)
    assert Delivery.objects.filter(tracking_number=number(1)).count() == 1


@pytest.mark.postgres
def test_the_same_line_pressed_twice_at_once_is_recorded_once(committed_world: World) -> None:
    (letter,) = posted(committed_world)
    told: list[Any] = []

    def record(name: str) -> None:
        client = Client()
        client.force_login(committed_world.staff[name])
        told.append(client.post(PAGE, {"lines": f"{letter.number} {number(1)}", "record": "1"}).status_code)
        connection.close()

    workers = [threading.Thread(target=record, args=(name,)) for name in ("rin", "hana")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told == [200, 200]
    changes = Delivery.objects.get(notice=letter).history.filter(history_verb="notices.record_tracking")
    assert (kept(letter), changes.count()) == (number(1), 1)
