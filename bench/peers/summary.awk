# Results, one line of key=value per run: time, load, what was run, figures. Prints a table of medians with minimum and maximum,
# and how often loopbreaker drains what each peer drains.

function sort(values, n,   i, j, v) {
  for (i = 2; i <= n; i++) {
    v = values[i]
    for (j = i - 1; j > 0 && values[j] > v; j--) values[j + 1] = values[j]
    values[j + 1] = v
  }
}

function median(run, name,   n, i, sorted) {
  n = count[run, name]
  if (!n) return ""
  for (i = 1; i <= n; i++) sorted[i] = value[run, name, i]
  sort(sorted, n)
  least = sorted[1]
  most = sorted[n]
  return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function show(run, name,   middle) {
  middle = median(run, name)
  if (middle != "") printf "  %-20s %12.10g %12.10g %12.10g\n", name, least, middle, most
}

{
  run = $3
  if (!(run in runs)) order[++kinds] = run
  runs[run]++
  for (i = 4; i <= NF; i++) {
    if ($i == "answers=right") right[run]++
    if (split($i, pair, "=") != 2 || pair[2] !~ /^[0-9.]+$/) continue
    if (!((run, pair[1]) in count)) names[run] = names[run] " " pair[1]
    value[run, pair[1], ++count[run, pair[1]]] = pair[2] + 0
  }
}

END {
  for (k = 1; k <= kinds; k++) {
    run = order[k]
    printf "%s: %d runs, answers right in %d\n  %-20s %12s %12s %12s\n", run, runs[run], right[run], "", "min", "median", "max"
    fields = split(names[run], name, " ")
    for (f = 1; f <= fields; f++) show(run, name[f])
  }
  ours = median("drain-loopbreaker", "events_per_s")
  for (k = 1; k <= kinds; k++) {
    if (order[k] !~ /^drain-ks/ || !ours) continue
    printf "loopbreaker to %s, events_per_s: %.2f; per core-second: %.2f\n", substr(order[k], 7), \
      ours / median(order[k], "events_per_s"), \
      median("drain-loopbreaker", "events_per_core_s") / median(order[k], "events_per_core_s")
  }
}
