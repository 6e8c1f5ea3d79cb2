"""The publisher's workshop: from a source folder to a signed bundle."""
