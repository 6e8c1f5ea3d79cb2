#!/bin/sh
# Fetches the public collection "semanlink" into a folder, for `python -m tests.benchmarks.relevance --set semanlink`.
# It lies in the source package of cherche (MIT licence). Nothing of it belongs into the repository.
#
# Usage: fetch.sh FOLDER
set -eu

folder=${1:?name a folder to put the collection into}
version=2.2.1
mkdir -p "$folder"
python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$folder" "cherche==$version"
(cd "$folder" && echo "7984a88f0bf9349cd08907baefc2527deaacea95d3acf5f4a1692896c507fe34  cherche-$version.tar.gz" | sha256sum --check --quiet)
tar -xzf "$folder/cherche-$version.tar.gz" -C "$folder" --strip-components=4 \
    "cherche-$version/cherche/data/semanlink/arxiv.json" "cherche-$version/cherche/data/semanlink/tags.json"
echo "The collection is in $folder."
