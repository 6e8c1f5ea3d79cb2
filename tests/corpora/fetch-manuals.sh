#!/bin/sh
# Fetch HTML manuals that others wrote, as Debian packages them, into FOLDER/manuals: to be imported in a benchmark.
# Nothing of them is part of the program or of this repository.
set -eu
folder=$1/manuals
mkdir -p "$folder"
cd "$folder"
for name in postgresql-doc debian-handbook python3-doc; do
    package=$(apt-cache depends "$name" | sed -n 's/^ *Depends: \([a-z0-9.-]*-doc[a-z0-9.-]*\)$/\1/p' | head -n 1)
    package=${package:-$name}
    apt-get download -qq "$package"
    dpkg-deb --extract "$package"_*.deb "$name"
    rm "$package"_*.deb
done
