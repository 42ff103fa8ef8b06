#!/usr/bin/env bash
# The benchmark suite behind ./dev bench: measures part by part into a folder, then renders the report. Each part is a
# command that is noted beside its results, so that anyone can run it alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
build=$root/build/release
loopbreaker=$build/loopbreaker

usage() {
  cat <<'TEXT'
usage: bench/run.sh --brokers HOST:PORT [--broker-pid PID --log-dir DIR] [--out FOLDER] short|full [PART ...]

  short   what fits into five minutes: in process, and a drain, a restart and a latency on the broker
  full    three rounds of everything, the peer beside it, and the curves: some hours
  PART    only these: pipeline stage text allocation table memory records read_back encode cluster restart peers
          sessions partitions workers message-bytes

LOOPBREAKER_DATA=FOLDER: on the recorded conversations in FOLDER/sessions; else on generated ones.
TEXT
}

say() { printf '%s\n' "bench: $*" >&2; }

brokers='' pid='' log_dir='' out=
while [ $# -gt 0 ]; do
  case $1 in
    --brokers) brokers=${2:?} && shift 2 ;;
    --broker-pid) pid=${2:?} && shift 2 ;;
    --log-dir) log_dir=${2:?} && shift 2 ;;
    --out) out=${2:?} && shift 2 ;;
    --*) usage >&2 && exit 2 ;;
    *) break ;;
  esac
done
suite=${1:-}
case $suite in short | full) shift ;; *) usage >&2 && exit 2 ;; esac
[ -n "$brokers" ] || { usage >&2 && exit 2; }
wanted=" $* "
out=${out:-$root/build/bench/$(date +%Y%m%d-%H%M%S)-$suite}
mkdir -p "$out"

input=()
if [ -n "${LOOPBREAKER_DATA:-}" ]; then
  for name in star sgd_dev multiwoz_val loops_dev; do
    [ ! -f "$LOOPBREAKER_DATA/sessions/$name.ndjson.gz" ] || input+=(--input "$LOOPBREAKER_DATA/sessions/$name.ndjson.gz")
  done
fi
beside=()
[ -z "$pid" ] || beside+=(--broker-pid "$pid")
[ -z "$log_dir" ] || beside+=(--log-dir "$log_dir")

if [ "$suite" = full ]; then
  micro=(--benchmark_repetitions=5) events=4000000 rounds=3 warm=15 seconds=60 rates=2000,20000,50000,0 scaled=1000000
else
  micro=(--benchmark_repetitions=1) events=500000 rounds=1 warm=5 seconds=15 rates=20000 scaled=0
fi

failed=0
# part NAME COMMAND...: unless others are wanted. A part that fails does not take the others with it.
part() {
  local name=$1 group=${1%%-[0-9]*}
  group=${group#scale-}
  shift
  [ "$wanted" = '  ' ] || [[ $wanted == *" $group "* ]] || return 0
  [ ! -f "$out/commands" ] || sed -i "/^$name\t/d" "$out/commands"
  printf '%s\t%s\n' "$name" "$(sed "s#$root/##g" <<<"${note:-$*}")" >>"$out/commands"
  say "$name"
  "$@" >"$out/$name.log" 2>&1 || {
    failed=$((failed + 1))
    say "$name failed; the end of $out/$name.log:"
    tail -n 3 "$out/$name.log" >&2
  }
}

benchmark() { # NAME FILTER
  part "$1" "$build/bench/$1_bench" --benchmark_filter="$2" "${micro[@]}" --benchmark_out_format=json "--benchmark_out=$out/$1.json"
}

cluster() { # NAME ARGUMENTS...
  local name=$1
  shift
  part "$name" "$loopbreaker" bench --brokers "$brokers" "${input[@]}" "${beside[@]}" "$@" --out "$out/$name.json"
}

# The peer reads a topic that is there already, and so does Loopbreaker beside it. That topic is deleted, whatever happens.
peers() {
  local topic=bench-peers-$$ status=0
  local run=("$here/peers/run.sh" --brokers "$brokers" --input "$topic" --dir "$out/peers")
  "$here/peers/run.sh" build || return
  "$loopbreaker" bench load --brokers "$brokers" --topic "$topic" "${input[@]}" --events "$events" || return
  "${run[@]}" ${pid:+--broker-pid "$pid"} --peers "ks-100 ks-1000 loopbreaker" all "$rounds" || status=$?
  "${run[@]}" delete-input || say "could not delete the topic $topic"
  cp "$out/peers/results" "$out/peers.peers" || status=$?
  return "$status"
}

{
  echo "$suite suite of $(date -u +%F), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)"
  echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo), $(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r)"
  echo "input: $([ ${#input[@]} -gt 0 ] && echo "recorded conversations" || echo "generated conversations"); load average $(cut -d ' ' -f 1 /proc/loadavg) at the start"
} >"$out/conditions"

benchmark pipeline .
benchmark stage .
benchmark text AnalyzeStar
benchmark allocation .
benchmark table .
benchmark memory .
benchmark records .
benchmark read_back .
benchmark encode .
cluster cluster --only floor,drain,latency --events "$events" --rounds "$rounds" --warm "$warm" --seconds "$seconds" --rate "$rates"
if [ "$suite" = full ]; then
  cluster restart --only restart --events "$events" --open 200000 --rounds "$rounds"
  note="bench/peers/run.sh --brokers $brokers --input TOPIC all $rounds, TOPIC made by loopbreaker bench load" part peers peers
  for n in 10000 100000 1000000; do cluster "scale-sessions-$n" --only drain --open "$n" --events $((n * 2 + scaled)); done
  # Beyond memory: what does not fit is spilled.
  cluster scale-sessions-10000000 --only drain --open 10000000 --events 12000000 --run=--set --run=state.table_bytes=4GiB
  for n in 1 4 16 64; do cluster "scale-partitions-$n" --only drain --partitions "$n" --events "$scaled"; done
  for n in 1 2 4; do cluster "scale-workers-$n" --only drain --run=--workers "--run=$n" --events "$scaled"; done
  for n in 20 80 320 1000 2000; do cluster "scale-message-bytes-$n" --only drain --message-bytes "$n" --events "$scaled"; done
else
  cluster restart --only restart --events "$events"
fi

"$loopbreaker" bench report "$out"
[ "$failed" -eq 0 ] || { say "$failed parts failed" && exit 1; }
