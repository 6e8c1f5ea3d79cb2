#!/bin/sh
# Gives the Procedures Reader its place in the menu, and its files and links their program, for the person who runs this.
# No administrator is needed: everything goes below XDG_DATA_HOME (~/.local/share). The program stays where it is.
#
#   ./install.sh            put in
#   ./install.sh --remove   take out again
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
program="$here/procedures-reader"
desktop="$here/_internal/resources/desktop/linux"
icons="$here/_internal/resources/icons/program"
data="${XDG_DATA_HOME:-$HOME/.local/share}"
bin="$HOME/.local/bin"

refresh() {
	if command -v update-mime-database >/dev/null 2>&1; then update-mime-database "$data/mime"; fi
	if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q "$data/applications"; fi
	if command -v gtk-update-icon-cache >/dev/null 2>&1; then gtk-update-icon-cache -q -t -f "$data/icons/hicolor" || true; fi
}

remove() {
	rm -f "$data/applications/procedures-reader.desktop" "$data/mime/packages/procedures-reader.xml"
	rm -f "$data"/icons/hicolor/*/apps/procedures-reader.png "$data/icons/hicolor/scalable/apps/procedures-reader.svg"
	for name in procedures procedures-reader; do
		if [ "$(readlink "$bin/$name" 2>/dev/null)" = "$here/$name" ]; then rm -f "$bin/$name"; fi
	done
}

case "${1:-}" in
--remove)
	remove
	mkdir -p "$data/mime/packages" "$data/applications"
	refresh
	echo "Procedures Reader is out of the menu. Its folder $here and your library are as they were."
	exit 0
	;;
"") ;;
*)
	echo "usage: $0 [--remove]" >&2
	exit 2
	;;
esac

if [ ! -x "$program" ]; then
	echo "$program is not there: run the install.sh that lies beside the program." >&2
	exit 1
fi
mkdir -p "$data/applications" "$data/mime/packages" "$data/icons/hicolor/scalable/apps" "$bin"
# In a desktop entry a program's path stands in double quotes, in which four signs need a backslash, itself written twice.
quoted=$(printf '%s' "$program" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
while IFS= read -r line; do
	case "$line" in
	Exec=*) printf 'Exec="%s" %%U\n' "$quoted" ;;
	*) printf '%s\n' "$line" ;;
	esac
done <"$desktop/procedures-reader.desktop" >"$data/applications/procedures-reader.desktop"
cp "$desktop/procedures-reader.xml" "$data/mime/packages/"
cp "$icons/procedures-reader.svg" "$data/icons/hicolor/scalable/apps/"
for side in 16 32 48 64 128 256; do
	mkdir -p "$data/icons/hicolor/${side}x${side}/apps"
	cp "$icons/procedures-reader-$side.png" "$data/icons/hicolor/${side}x${side}/apps/procedures-reader.png"
done
for name in procedures procedures-reader; do
	if [ ! -e "$bin/$name" ] || [ -L "$bin/$name" ]; then ln -sf "$here/$name" "$bin/$name"; fi
done
refresh
echo "Procedures Reader is in the menu, opens its files and procedures: links, and starts from $bin."
