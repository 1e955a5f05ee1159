#!/usr/bin/env python
"""Django's command line for Kiyaku."""

import os
import sys


def main() -> None:
    """Run a management command under config.settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
