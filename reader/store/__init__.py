"""Files of this laptop: where they lie, the library folder, personal.sqlite, settings."""
