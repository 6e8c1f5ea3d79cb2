#!/bin/sh
# Fetches damaged and unusual archives that others made, into the folder that is named: from Debian, on Debian.
# apt works on lists of its own here, so that it needs no privileges and leaves the system's as they are.
set -eu
mkdir -p "$1"
cd "$1"
here=$(pwd)
. /etc/os-release
[ "${ID:-}" = debian ] || { echo "The archives are fetched with Debian's apt: not on ${ID:-this system}." >&2; exit 1; }
mkdir -p apt/lists/partial apt/cache/archives/partial
for kind in deb deb-src; do
	echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $VERSION_CODENAME main"
done > apt/sources.list
set -- -qq -o "Dir::Etc::SourceList=$here/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
	-o "Dir::State::Lists=$here/apt/lists" -o "Dir::Cache=$here/apt/cache" -o "APT::Sandbox::User=$(id -un)"
apt-get "$@" update
python=$(apt-cache "$@" search --names-only '^libpython3\.[0-9]+-testsuite$' | cut -d' ' -f1 | tail -n 1)
apt-get "$@" source --download-only libarchive
apt-get "$@" download "$python"
mkdir -p libarchive python
tar xf libarchive_*.orig.tar.[gx]z -C libarchive --strip-components=1
dpkg-deb -x "$python"_*.deb python
rm -rf apt
