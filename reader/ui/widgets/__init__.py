"""Widgets: deaf and dumb. Intents go out as signals, state comes in through methods."""
