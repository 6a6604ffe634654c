# What the scripts share. Sourced, with the shell already strict; leaves the working directory at the project's root.
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 1
}

# Whether scripts/setup has run since what it does has changed; asking is quick, so that every other script can start with it.
is_set_up() {
  local each
  for each in meson ninja g++; do command -v "$each" >/dev/null || return 1; done
  for each in scripts/setup engine/duktape/harden.py; do
    [ third_party/duktape/.stamp -nt "$each" ] || return 1
  done
}

ensure_set_up() {
  is_set_up || scripts/setup
}

# configure DIR [MESON OPTION…]: makes a build folder, or keeps the one that is there.
configure() {
  local dir=$1
  shift
  [ -f "$dir/build.ninja" ] || meson setup "$dir" "$@" >&2 || fail "meson could not configure $dir; see $dir/meson-logs/meson-log.txt"
}

# compile DIR [TARGET…]: ninja draws its own progress; without a terminal only warnings and errors are worth a line.
compile() {
  local dir=$1
  shift
  if [ -t 2 ]; then ninja -C "$dir" "$@" >&2; else ninja --quiet -C "$dir" "$@" >&2; fi
}
