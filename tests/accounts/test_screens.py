"""The customer card, and the staff as 管理 keeps it."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.finding import customer_q
from accounts.models import Customer
from config.desk import clock
from config.desk.pages import url_of
from tests.support.world import APPLICANT, World, at

NOW = at("2026-11-24T10:00")
STAFF = "admin:accounts_user_changelist"
ADD = "admin:accounts_user_add"
PASSWORD = "Ki-yaku-2026-x"


class Desk:
    """One person's browser at the moment NOW."""

    def __init__(self, world: World, name: str) -> None:
        self.browser = Client()
        self.browser.force_login(world.staff[name])

    def get(self, url: str, **query: str) -> Any:
        with clock.standing_at(NOW):
            return self.browser.get(url, query)

    def page(self, url: str, **query: str) -> str:
        response = self.get(url, **query)
        assert response.status_code == 200
        return response.content.decode()

    def post(self, url: str, **data: Any) -> Any:
        with clock.standing_at(NOW):
            return self.browser.post(url, data)


# --- customers --------------------------------------------------------------------------------------------------


def test_all_of_a_customer_on_one_page(world: World) -> None:
    decision = world.termination(at("2026-08-03T10:00"))
    customer = decision.customer
    page = Desk(world, "hana").page(url_of(customer))
    named = [
        *customer.subscriptions.all(),
        *customer.applications.all(),
        decision.subject,
        decision,
        *customer.notices.all(),
    ]
    assert len(named) >= 6
    for row in named:
        assert row.number in page
        assert url_of(row) in page
    assert customer.prior_records.get().fact in page
    assert customer.email in page


def test_the_ended_contract_stands_on_the_card(world: World) -> None:
    decision = world.termination(at("2026-08-03T10:00"))
    world.do("decisions.approve", decision, by="ken", at=at("2026-08-19T10:00"), reason="")
    page = Desk(world, "hana").page(url_of(decision.customer))
    assert "当社による終了" in page


def test_a_long_card_leads_to_the_list(world: World) -> None:
    subscription = world.subscription(at("2026-04-01T10:00"))
    for _ in range(11):
        world.case(at("2026-05-01T10:00"), subscription)
    page = Desk(world, "hana").page(url_of(subscription.customer))
    rest = f"{reverse('admin:violations_violation_changelist')}?customer__id__exact={subscription.customer.pk}"
    assert rest in page
    assert "残り1件を表示" in page
    assert "新しい10件" in page  # 過去の記録 has no list of its own
    assert "V-2026-000001" in Desk(world, "hana").page(rest)


@pytest.mark.parametrize(("name", "status"), [("rin", 200), ("hana", 200), ("aki", 200), ("gen", 403)])
def test_who_sees_customers(world: World, name: str, status: int) -> None:
    customer = world.application(NOW).customer
    assert Desk(world, name).get(url_of(customer)).status_code == status
    assert Desk(world, name).get(reverse("admin:accounts_customer_changelist")).status_code == status


@pytest.mark.both
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("㈱みどり", True),
        ("株式会社　みどり丘", True),
        ("みどりおか", True),
        ("ミドリ", True),
        ("ﾐﾄﾞﾘ", True),
        ("C-2026-000001", True),
        ("c-2026", True),
        ("053-000", True),
        ("+81 53 000", True),
        ("053", False),
        ("9000012050002", True),
        ("T9000012050002", True),
        ("INFO1@Midorioka", True),
        ("丘印刷", False),
        ("", False),
        ("　", False),
        ("%", False),
        ("_", False),
        ("'", False),
        ("\\", False),
    ],
)
def test_a_customer_is_found_by_what_is_said(world: World, asked: str, found: bool) -> None:
    world.application(NOW, corporate_number="9000012050002")
    assert Customer.objects.filter(customer_q(asked)).exists() == found


def test_the_customer_list_needs_no_more_queries_for_more_rows(
    world: World, django_assert_max_num_queries: Any
) -> None:
    counts, desk = [], Desk(world, "rin")
    for wanted in (5, 50):
        while Customer.objects.count() < wanted:
            world.press(
                "applications.receive", None, by="rin", at=NOW, **APPLICANT, email="a@midorioka.example", agreed_at=NOW
            )
        desk.page(reverse("admin:accounts_customer_changelist"))
        with django_assert_max_num_queries(50) as asked:
            desk.page(reverse("admin:accounts_customer_changelist"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- staff ------------------------------------------------------------------------------------------------------


def roles(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def new(world: World, **other: Any) -> Any:
    given = {
        "email": "Mori@staff.example",
        "name": "森 文",
        "groups": roles("受付"),
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return Desk(world, "gen").post(reverse(ADD), **(given | other))


def test_a_new_member_of_staff(world: World) -> None:
    assert new(world).status_code == 302
    user = get_user_model().objects.get(email="mori@staff.example")
    assert (user.roles, user.check_password(PASSWORD), user.is_superuser) == (("受付",), True, False)
    record = user.history.last()
    assert (record.history_user, record.history_verb) == (world.staff["gen"], "admin")


def test_nobody_can_be_made_a_superuser(world: World) -> None:
    new(world, is_superuser="on", user_permissions=[1], is_active="")
    user = get_user_model().objects.get(email="mori@staff.example")
    assert (user.is_superuser, user.is_active, user.user_permissions.count()) == (False, True, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"password2": "another"},
        {"password1": "short", "password2": "short"},
        {"email": "hana@staff.example"},
        {"email": "x"},
    ],
)
def test_what_is_wrong_makes_nobody(world: World, other: dict[str, str]) -> None:
    before = get_user_model().objects.count()
    response = new(world, **other)
    assert response.status_code == 200
    assert "まだ保存していません" in response.content.decode()
    assert get_user_model().objects.count() == before


def change(world: World, name: str, **data: Any) -> Any:
    user = world.staff[name]
    given = {"email": user.email, "name": user.name, "groups": roles(*user.roles), "is_active": "on"} | data
    return Desk(world, "gen").post(url_of(user), **{key: value for key, value in given.items() if value is not None})


def test_roles_change_and_stay_on_record(world: World) -> None:
    assert change(world, "rin", groups=roles("契約", "承認")).status_code == 302
    assert set(get_user_model().objects.get(pk=world.staff["rin"].pk).roles) == {"契約", "承認"}
    told = Desk(world, "gen").page(reverse("admin:accounts_user_history", args=[world.staff["rin"].pk]))
    assert "<del>受付</del>" in told
    assert "gen" in told


def test_a_member_of_staff_has_a_role(world: World) -> None:
    for response in (new(world, groups=[]), change(world, "rin", groups=[])):
        assert response.status_code == 200
        assert "役割を1つ以上選んでください。" in response.content.decode()
    assert not get_user_model().objects.filter(email="mori@staff.example").exists()
    assert get_user_model().objects.get(pk=world.staff["rin"].pk).roles == ("受付",)


def test_who_leaves_cannot_come_in(world: World) -> None:
    desk = Desk(world, "rin")
    change(world, "rin", is_active=None)
    assert desk.get(reverse("admin:index")).status_code == 302


def test_nobody_locks_themselves_out(world: World) -> None:
    told = [({"is_active": None}, "外せません"), ({"groups": roles("法務")}, "自分の役割は変えられません")]
    for data, words in told:
        response = change(world, "gen", **data)
        assert response.status_code == 200
        assert words in response.content.decode()
    fresh = get_user_model().objects.get(pk=world.staff["gen"].pk)
    assert (fresh.is_active, fresh.roles) == (True, ("管理",))


def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    desk, user = Desk(world, "rin"), world.staff["rin"]
    url = reverse("admin:accounts_user_password", args=[user.pk])
    assert Desk(world, "gen").post(url, new_password1=PASSWORD, new_password2="x").status_code == 422
    assert desk.get(reverse("admin:index")).status_code == 200
    assert Desk(world, "gen").post(url, new_password1=PASSWORD, new_password2=PASSWORD).status_code == 302
    assert get_user_model().objects.get(pk=user.pk).check_password(PASSWORD)
    assert desk.get(reverse("admin:index")).status_code == 302
    told = Desk(world, "gen").page(reverse("admin:accounts_user_history", args=[user.pk]))
    assert "パスワードを変えた" in told
    assert "pbkdf2" not in told


def test_legal_reads_the_staff_and_changes_nothing(world: World) -> None:
    desk, user = Desk(world, "aki"), world.staff["rin"]
    assert "rin@staff.example" in desk.page(reverse(STAFF))
    assert "保存する" not in desk.page(url_of(user))
    assert desk.post(url_of(user), email="x@staff.example", name="x").status_code == 403
    assert desk.get(reverse("admin:accounts_user_password", args=[user.pk])).status_code == 403
    assert desk.get(reverse(ADD)).status_code == 403


@pytest.mark.parametrize("name", ["rin", "hana", "ken", "mio"])
def test_others_do_not_see_the_staff(world: World, name: str) -> None:
    assert Desk(world, name).get(reverse(STAFF)).status_code == 403
    assert Desk(world, name).get(reverse(ADD)).status_code == 403


def test_nobody_is_deleted_and_the_engines_are_not_listed(world: World) -> None:
    desk, system = Desk(world, "gen"), get_user_model().objects.system()
    assert desk.post(reverse("admin:accounts_user_delete", args=[world.staff["rin"].pk]), post="yes").status_code == 403
    assert system.email not in desk.page(reverse(STAFF))
    assert desk.get(url_of(system)).status_code == 302
    assert desk.get(reverse("admin:accounts_user_password", args=[system.pk])).status_code == 404


def test_the_staff_is_filtered_by_role(world: World) -> None:
    page = Desk(world, "gen").page(reverse(STAFF), role="承認")
    assert ("mio@staff.example" in page, "rin@staff.example" in page) == (True, False)
