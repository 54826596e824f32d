"""Settings of a next version for the drill of upgrades: the product's own, with more migrations of one app (`drill.upgrade`)."""

import os

from khcn.config.settings import *  # noqa: F403 -- the same but for the line below

MIGRATION_MODULES = {os.environ["KHCN_DRILL_APP"]: os.environ["KHCN_DRILL_MIGRATIONS"]}
