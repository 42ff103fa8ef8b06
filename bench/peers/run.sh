#!/usr/bin/env bash
# Loopbreaker beside its peers, on your broker and your input. One line of key=value for each run.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

brokers=127.0.0.1:9092
input=conversation-events
broker_pid=
loopbreaker=$root/build/release/loopbreaker
threads=2
dir=$root/build/peers/run
peers="ks-100 ks-1000 loopbreaker"
settings=()

usage() {
  cat <<'TEXT'
usage: bench/peers/run.sh [OPTIONS] COMMAND

  build              the Kafka Streams peer and the tools (Maven; everything pinned)
  drain PEER         the whole input, from its first record processed to the last output readable
  restart PEER       kill -9 in mid-drain; from the new process's start to its first new output readable
  all [ROUNDS]       drain and restart all peers, interleaved (3 rounds), then the table
  summary            minimum, median and maximum of all runs so far, and the ratios to loopbreaker
  delete-input       the input topic, if it was made for this comparison alone

  PEER: loopbreaker, or ks-MS: Kafka Streams with a commit every MS milliseconds

  --brokers HOST:PORT      127.0.0.1:9092
  --input TOPIC            conversation-events; already filled, and only read
  --broker-pid PID         to tell the broker's CPU seconds, where it runs on this machine
  --peers "PEER ..."       what `all` runs: "ks-100 ks-1000 loopbreaker"
  --loopbreaker BINARY     build/release/loopbreaker
  --set SECTION.KEY=VALUE  for loopbreaker's configuration; may be repeated
  --threads N              of Kafka Streams: 2; loopbreaker has run.workers = auto
  --dir FOLDER             results, answers and logs: build/peers/run

Each run makes topics of its own, checks every answer in them, and deletes them.
TEXT
}

say() { printf '%s\n' "peers: $*" >&2; }
die() {
  say "$*"
  exit 1
}

now_ms() { date +%s%3N; }
field() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p"; } # NAME: the value of NAME=... in each line

# The tools are small JVMs beside what is measured: one compiler, one collector thread, little memory.
tool=(java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g -cp "$root/build/peers/peers-1.jar:$root/build/peers/libs/*"
  loopbreaker.peers.Main)
ask() {
  local command=$1
  shift
  "${tool[@]}" "$command" --brokers "$brokers" "$@" 2>>"$dir/tools.log"
}

build() {
  command -v mvn >/dev/null || die "building the peer needs Maven and a JDK 17: apt-get install maven openjdk-17-jdk-headless"
  mvn -q -B -Dstyle.color=never -f "$here/pom.xml" package
}

# --- what is right ----------------------------------------------------------------------------------------------------

# Looks at the input: sets partitions, events, and known, the folder of what was learnt about exactly this input.
look_at_input() {
  local found
  [ -f "$root/build/peers/peers-1.jar" ] || die "not built: bench/peers/run.sh build"
  found=$(ask input --input "$input") || die "cannot read $input at $brokers, see $dir/tools.log"
  partitions=$(field partitions <<<"$found")
  events=$(field events <<<"$found")
  [ "$events" -gt 0 ] || die "$input is empty: fill it first"
  known=$dir/answers/$(field topic_id <<<"$found")-$events
  mkdir -p "$known"
}

# The right answers for a peer: the reference job folded in memory, or Loopbreaker's backtest of the same events.
right_answers() { # PEER
  local kind=${1%-*} file
  file=$known/$kind
  [ "$kind" != loopbreaker ] || file=$known/loopbreaker-$(cksum <"$loopbreaker" | tr ' ' -)
  if [ ! -s "$file" ]; then
    say "learning the right answers of $kind"
    "expect_$kind" >"$file.new"
    mv "$file.new" "$file"
  fi
  cat "$file"
}

expect_ks() { ask oracle --input "$input"; }

expect_loopbreaker() {
  local out=$dir/backtest
  rm -rf "$out"
  ask dump --input "$input" | "$loopbreaker" backtest - --out "$out" --partitions "$partitions" >"$dir/backtest.log"
  ask answers --by id --files "$out/decisions.ndjson,$out/handoffs.ndjson,$out/summaries.ndjson,$out/dead-letters.ndjson"
  rm -rf "$out"
}

# --- one process of a peer ----------------------------------------------------------------------------------------------

# The topics of a run, and how its answers are compared. All names begin with the run's own.
plan_run() { # PEER
  local kind=${1%-*}
  [[ $1 =~ ^(ks-[0-9]+|loopbreaker)$ ]] || die "unknown peer $1; try bench/peers/run.sh help"
  run=peers-$1-$(date +%s)-$$
  case $kind in
    ks)
      outputs=$run-escalations,$run-summaries by=value changelog=$run-sessions-changelog
      ;;
    loopbreaker)
      outputs=$run-escalations,$run-handoffs,$run-summaries,$run-dead-letters by=id changelog=$run-state
      [ -x "$loopbreaker" ] || die "no $loopbreaker: ./dev build, or --loopbreaker BINARY"
      ;;
  esac
  topics=$outputs,$changelog
  right=$(right_answers "$1")
  expected=$(field outputs <<<"$right")
  log=$dir/$run.log watch=$dir/$run.watch
  trap clean_up EXIT
  "create_$kind"
}

create_ks() { ask create --topics "$outputs" --partitions "$partitions"; }

create_loopbreaker() {
  cat >"$dir/$run.toml" <<TOML
[kafka]
brokers = "$brokers"
group = "$run"
[topics]
input = "$input"
escalations = "$run-escalations"
handoffs = "$run-handoffs"
summaries = "$run-summaries"
dead_letters = "$run-dead-letters"
state = "$run-state"
[run]
workers = "auto"
[state]
dir = "$dir/$run"
[time]
# A recording is judged in its own time, as backtest does.
follow_wall_clock = false
[http]
address = "off"
TOML
  "$loopbreaker" topics create --config "$dir/$run.toml" "${settings[@]}" >>"$dir/tools.log"
}

start_ks() {
  java -Xms3g -Xmx3g -XX:+UseParallelGC -cp "$root/build/peers/peers-1.jar:$root/build/peers/libs/*" \
    loopbreaker.peers.Main streams --brokers "$brokers" --input "$input" --application "$run" \
    --escalations "$run-escalations" --summaries "$run-summaries" --state-dir "$dir/$run" \
    --commit-ms "${peer#ks-}" --threads "$threads" >"$log" 2>&1 &
}

start_loopbreaker() { "$loopbreaker" run --config "$dir/$run.toml" "${settings[@]}" >"$log" 2>&1 & }

start_peer() {
  : >"$log"
  launched=$(now_ms)
  "start_${peer%-*}"
  pid=$!
}

# When the first record was processed, or nothing: as the peer itself tells. Loopbreaker tells when a partition is about to begin.
first_record_ms() {
  case $peer in
    ks-*) field first_record_ms <"$log" | head -n 1 ;;
    loopbreaker)
      local stamp
      stamp=$(sed -n 's/^\([-0-9]* [:.0-9]*\) .* partition [0-9]*: from offset .*/\1/p' "$log" | head -n 1)
      [ -z "$stamp" ] || date -d "$stamp" +%s%3N
      ;;
  esac
}

start_watch() {
  "${tool[@]}" watch --brokers "$brokers" --input "$input" --topics "$outputs" --group "$run" --expected "$expected" \
    >"$watch" 2>>"$dir/tools.log" &
  watcher=$!
  until [ -s "$watch" ]; do
    kill -0 "$watcher" 2>/dev/null || die "the watch ended, see $dir/tools.log"
    sleep 0.1
  done
}

# wait_for SECONDS CONDITION...: while the peer lives
wait_for() {
  local until=$(($(date +%s) + $1))
  shift
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || die "the peer ended, see $log"
    [ "$(date +%s)" -lt $until ] || die "the peer took too long, see $log and $watch"
    sleep 0.05
  done
}

begun() { [ -n "$(first_record_ms)" ]; }
watched() { tail -n 1 "$watch" | field "$1"; }
half_committed() { [ "$(watched committed)" -ge $((events / 2)) ]; }
more_outputs() { [ "$(watched outputs)" -gt "$before" ]; }
complete() { [ "$(watched outputs)" -ge "$expected" ]; }

stop_peer() { # SIGNAL
  kill "-$1" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

# Also when a run fails or is interrupted; then its log stays, to be looked at.
clean_up() {
  [ -z "${watcher:-}" ] || { kill "$watcher" && wait "$watcher"; } 2>/dev/null || true
  [ -z "${pid:-}" ] || stop_peer KILL
  ask delete --topics "$topics" --groups "$run" || say "could not delete the topics $run-*"
  rm -rf "${dir:?}/$run" "$dir/$run.toml"
  trap - EXIT
  pid='' watcher=''
}

# Read anew, after the peer has stopped: so outputs that are there twice are found, too.
check_answers() {
  local got
  got=$(ask answers --topics "$outputs" --by "$by")
  if [ "$got" = "$right" ]; then echo "answers=right"; else echo "answers=WRONG got=${got// /;} want=${right// /;}"; fi
}

# --- figures ----------------------------------------------------------------------------------------------------------

# User and system time of a process so far, in hundredths of a second; 0 for no process.
cpu() { if [ -n "$1" ]; then sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; else echo 0; fi; }

# All that the machine did, in hundredths of a second, with what its host took away.
machine_cpu() { awk '$1 == "cpu" {print $2 + $3 + $4 + $7 + $8 + $9}' /proc/stat; }

seconds() { awk -v cs="$1" 'BEGIN {printf "%.2f", cs / 100}'; }

# Events per second between the first commit in the second half of the input and the end. Both are commits, so that
# the pace of commits does not blur it.
second_half() {
  awk -v events="$events" '
    { for (i = 1; i <= NF; i++) { split($i, kv, "="); v[kv[1]] = kv[2] } }
    !at && v["committed"] >= events / 2 { at = v["at_ms"]; from = v["committed"] }
    END { if (at && v["at_ms"] > at && from < events) printf "%.0f", (events - from) * 1000 / (v["at_ms"] - at); else print "-" }' "$watch"
}

log_bytes() { ask sizes --topics "$1" | awk -F= '{s += $2} END {print s + 0}'; }

done_with_logs() { [[ $line == *answers=WRONG* ]] || rm -f "$log" "$watch"; }

record() {
  echo "$(date +%FT%T) load=$(cut -d ' ' -f 1 /proc/loadavg) $*" | tee -a "$dir/results"
}

# --- commands -----------------------------------------------------------------------------------------------------------

drain() {
  peer=$1
  look_at_input
  plan_run "$peer"
  start_watch
  start_peer
  wait_for 120 begun
  local first peer_cpu server machine
  first=$(first_record_ms)
  peer_cpu=$(cpu "$pid") server=$(cpu "$broker_pid") machine=$(machine_cpu)
  wait_for 1800 complete
  local end took used other line
  used=$(($(cpu "$pid") - peer_cpu)) machine=$(($(machine_cpu) - machine))
  server=$(($(cpu "$broker_pid") - server))
  end=$(watched at_ms)
  took=$((end - first))
  other=$((machine - used - server))
  line="events=$events seconds=$(awk "BEGIN {printf \"%.2f\", $took / 1000}") events_per_s=$((events * 1000 / took))"
  line+=" second_half_per_s=$(second_half) from_launch_s=$(awk "BEGIN {printf \"%.2f\", ($end - $launched) / 1000}")"
  line+=" events_per_core_s=$((events * 100 / used)) peer_cpu_s=$(seconds $used) peer_cpu_total_s=$(seconds "$(cpu "$pid")")"
  line+=" broker_cpu_s=$(seconds "$server") other_cpu_s=$(seconds $other)"
  line+=" rss_mb=$(($(awk '/^VmHWM/ {print $2}' "/proc/$pid/status") / 1000))"
  stop_peer TERM
  line+=" changelog_bytes=$(log_bytes "$changelog") output_bytes=$(log_bytes "$outputs") $(check_answers)"
  clean_up
  record "drain-$peer $line"
  done_with_logs
}

restart() {
  peer=$1
  look_at_input
  plan_run "$peer"
  start_watch
  start_peer
  wait_for 1800 half_committed
  stop_peer KILL
  # What was committed before is readable by then.
  sleep 0.5
  local committed before line resumed
  before=$(watched outputs) committed=$(watched committed)
  start_peer
  wait_for 300 more_outputs
  resumed=$(awk -v before="$before" '
    { for (i = 1; i <= NF; i++) { split($i, kv, "="); v[kv[1]] = kv[2] } }
    v["outputs"] > before { print v["at_ms"]; exit }' "$watch")
  line="events=$events committed_before=$committed outputs_before=$before"
  line+=" first_record_ms=$(($(first_record_ms) - launched)) resumed_ms=$((resumed - launched))"
  wait_for 1800 complete
  stop_peer TERM
  line+=" changelog_bytes=$(log_bytes "$changelog") $(check_answers)"
  clean_up
  record "restart-$peer $line"
  done_with_logs
}

# Each run is a process of its own: one that fails cleans up and does not take the others with it.
all() {
  local peer kind failed=0
  for kind in drain restart; do
    for _ in $(seq "${1:-3}"); do
      for peer in $peers; do "$0" "${options[@]}" "$kind" "$peer" || failed=$((failed + 1)); done
    done
  done
  summary
  [ $failed -eq 0 ] || die "$failed runs failed"
}

summary() {
  [ -s "$dir/results" ] || die "no results in $dir yet"
  awk -f "$here/summary.awk" "$dir/results"
}

main() {
  options=("$@")
  while [ $# -gt 0 ]; do
    case $1 in
      --brokers) brokers=${2:?} && shift 2 ;;
      --input) input=${2:?} && shift 2 ;;
      --broker-pid) broker_pid=${2:?} && shift 2 ;;
      --peers) peers=${2:?} && shift 2 ;;
      --loopbreaker) loopbreaker=${2:?} && shift 2 ;;
      --set) settings+=(--set "${2:?}") && shift 2 ;;
      --threads) threads=${2:?} && shift 2 ;;
      --dir) dir=${2:?} && shift 2 ;;
      --*) die "unknown option $1; try bench/peers/run.sh help" ;;
      *) break ;;
    esac
  done
  options=("${options[@]:0:${#options[@]}-$#}")
  local command=${1:-help}
  shift || true
  case $command in
    build | summary) "$command" ;;
    delete-input) ask delete --topics "$input" --groups '' ;;
    drain | restart | all)
      mkdir -p "$dir"
      "$command" "$@"
      ;;
    help) usage ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
}

main "$@"
