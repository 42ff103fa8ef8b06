#!/usr/bin/env bash
# Proves that the simulation finds bugs: applies each patch of mutations/ to a copy of the sources, builds the
# simulation and counts the seeds until it fails. Usage: mutations.sh [NAME ...]; SEEDS=8000 at most for each.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
copy=$root/build/mutations
seeds=${SEEDS:-8000}

fresh_copy() {
  mkdir -p "$copy"
  # Files keep their times, so that only what a mutation touches is built, and built again after it.
  (cd "$root" && tar cf - CMakeLists.txt CMakePresets.json include src tests topics) |
    (cd "$copy" && tar xf - --overwrite)
  (cd "$copy" && touch $(sed -n 's|^+++ b/||p' "$here"/mutations/*.patch | sort -u))
}

build() {
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  (
    cd "$copy"
    export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
    cmake --preset release -DLOOPBREAKER_BENCH=OFF "${launcher[@]}" &&
      cmake --build --preset release --target simulation_tests
  ) >"$copy.log" 2>&1
}

# Prints the number of seeds that were needed and what was seen, or "-" when none failed.
judge() {
  local out first
  out=$(LOOPBREAKER_SEED=1 LOOPBREAKER_SEEDS=$seeds timeout 900 "$copy/build/release/tests/simulation_tests" \
    --gtest_filter='*every_seed*' 2>&1) || true
  first=$(grep -aoE '^seed [0-9]+(:| aborted)' <<<"$out" | head -n 1 | grep -oE '[0-9]+') || true
  if [ -z "$first" ]; then
    printf '%s\t%s' - "not found in $seeds seeds"
    return
  fi
  printf '%s\t%s' "$first" "$({ grep -aE '^loopbreaker: invariant' <<<"$out" || grep -aE '^seed [0-9]+:' <<<"$out"; } |
    head -n 1 | sed -E 's/^seed [0-9]+: //; s/^loopbreaker: //' | cut -c 1-110)"
}

patches=("$@")
[ ${#patches[@]} -gt 0 ] || for patch in "$here"/mutations/*.patch; do patches+=("$(basename "$patch" .patch)"); done

fresh_copy
build || { tail -n 30 "$copy.log" >&2; exit 1; }
missed=0
printf '%-44s %7s  %s\n' mutation seeds seen
for name in "${patches[@]}"; do
  fresh_copy
  if ! (cd "$copy" && patch -s -p1 <"$here/mutations/$name.patch"); then
    printf '%-44s %7s  %s\n' "$name" '!' "the patch does not apply any more"
    missed=1
    continue
  fi
  if ! build; then
    printf '%-44s %7s  %s\n' "$name" '!' "does not build: see $copy.log"
    missed=1
    continue
  fi
  IFS=$'\t' read -r needed seen < <(judge; echo)
  [ "$needed" = - ] && missed=1
  printf '%-44s %7s  %s\n' "$name" "$needed" "$seen"
done
exit $missed
