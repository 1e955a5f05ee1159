"""The desk as a Django app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate


class DeskAdminConfig(admin_apps.AdminConfig):
    """The stock admin, with our own site."""

    default = False
    default_site = "config.desk.site.DeskSite"


class DeskConfig(AppConfig):
    """The admin site, the verb registry with `press`, the verb page, play, 本日の業務."""

    default = True
    name = "config.desk"
    label = "desk"
    verbose_name = "窓口"

    def ready(self) -> None:
        """Connect history, triggers, roles, the access log; register the desk's own verbs."""
        from config.desk import access, doctor, history, permissions, schedules, screens, triggers, verbs

        history.connect()
        access.connect()
        verbs.register_all()
        doctor.register_all()
        screens.register_all()
        triggers.append_only("desk.AccessLog")
        pre_migrate.connect(triggers.on_pre_migrate, sender=self, dispatch_uid="kiyaku.triggers.drop")
        post_migrate.connect(triggers.on_post_migrate, dispatch_uid="kiyaku.triggers.install")
        post_migrate.connect(permissions.sync_after_migrate, dispatch_uid="kiyaku.roles")
        post_migrate.connect(schedules.sync, dispatch_uid="kiyaku.schedules")
