"""Controllers: they hear the widgets' intents, ask the services, and give the widgets their new state."""
