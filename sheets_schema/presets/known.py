"""The kinds of business there is a preset for."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_schema.presets import Preset
from sheets_schema.presets.pilates import PILATES
from sheets_schema.presets.subscriptions import SUBSCRIPTIONS
from sheets_schema.presets.tattoo import TATTOO

#: by name, the usual one first
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in (PILATES, TATTOO, SUBSCRIPTIONS)}
