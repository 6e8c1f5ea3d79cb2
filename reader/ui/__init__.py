"""The window: controllers that talk to services, widgets and item models that know the domain alone."""
