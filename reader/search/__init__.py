"""Full-text search through Whoosh: one disposable index for each bundle, searched together."""
