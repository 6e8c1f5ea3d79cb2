#!/bin/sh
# Fetches the source distribution of bleach (Apache-2.0), whose tests hold hostile HTML, into the folder that is named.
# Usage: fetch-html.sh FOLDER PYTHON
set -eu
mkdir -p "$1/bleach"
printf '%s\n' 'bleach==6.4.0 --hash=sha256:4202482733d85cedd04e59fcb2f89f4e4c7c385a78d3c3c23c30446843a37452' >"$1/bleach.txt"
"$2" -m pip download --quiet --disable-pip-version-check --no-binary :all: --no-deps --require-hashes \
	--dest "$1" -r "$1/bleach.txt" || { rmdir "$1/bleach"; exit 1; }
tar xf "$1"/bleach-6.4.0.tar.gz -C "$1/bleach" --strip-components=1
