#!/bin/sh
# Fetch two releases of one HTML manual that others wrote, as Debian packages it, into FOLDER/releases/{bullseye,bookworm}:
# to be compared in a benchmark. Nothing of them is part of the program or of this repository. apt's own lists stay as they are.
set -eu
folder=$1/releases
mkdir -p "$folder/apt/cache/archives/partial"
folder=$(cd "$folder" && pwd)
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/$' | head -n 1)
for suite in bullseye bookworm; do
    rm -rf "$folder/apt/lists" && mkdir -p "$folder/apt/lists/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$folder/apt/suite.list"
    set -- -qq -o Dir::Etc::sourcelist="$folder/apt/suite.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User=root
    apt-get "$@" update
    (cd "$folder/apt" && apt-get "$@" download debian-handbook)
    dpkg-deb --extract "$folder/apt"/debian-handbook_*.deb "$folder/$suite"
    rm "$folder/apt"/debian-handbook_*.deb
done
rm -rf "$folder/apt"
