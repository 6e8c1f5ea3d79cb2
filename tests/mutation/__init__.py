"""Whether the tests notice when a check is taken out: `make mutants`. Not part of the test run."""
