"""Use cases, Qt-free: the only layer that combines the adapters. Window and command line share them."""
