#include "cli/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/bench_flags.h"
#include "cli/bench_flags.h"
#include "codec/json_writer.h"

namespace loopbreaker::cli {
namespace {

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  const std::size_t n = v.size();
  return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

std::string shown(double v) {
  if (v >= 10'000) return fmt::format("{:.0f}", v);
  if (v >= 100) return fmt::format("{:.1f}", v);
  return fmt::format("{:.3g}", v);
}

}  // namespace

void BenchReport::add(const std::string& name, const std::string& unit, double value) {
  auto [at, first] = values_.try_emplace(name);
  if (first) order_.push_back(name);
  at->second.unit = unit;
  at->second.all.push_back(value);
}

void BenchReport::begin(const std::string& source, std::uint64_t events, std::uint32_t open,
                        int partitions) {
  source_ = source;
  conditions_ = fmt::format(
      "{} events, {} conversations open, {} partitions, {} cores, load average {} at the start",
      events, open, partitions, std::thread::hardware_concurrency(), load_average());
  fmt::print(out_, "input: {}\n{}\n\n", source_, conditions_);
}

void BenchReport::loaded(const measure::Loaded& l, std::uint64_t log_bytes) {
  fmt::print(out_, "load     {} events in {:.1f} s, {} bytes each", l.events, l.seconds,
             l.bytes / std::max<std::uint64_t>(l.events, 1));
  if (log_bytes > 0) {
    const double each = static_cast<double>(log_bytes) / static_cast<double>(l.events);
    fmt::print(out_, ", {:.0f} on the broker's disk", each);
    add("input bytes in the log, in bulk", "B/event", each);
  }
  fmt::print(out_, "\n");
  std::fflush(out_);
}

void BenchReport::floor(const measure::Floor& f, int consumers, bool parse) {
  const double rate = static_cast<double>(f.events) / f.seconds;
  fmt::print(out_, "floor    {}{} consumer{}: {:.0f} events/s, {:.0f} per core-second\n",
             parse ? "consume + parse, " : "consume, ", consumers, consumers > 1 ? "s" : "", rate,
             static_cast<double>(f.events) / f.cpu_seconds);
  std::fflush(out_);
  add(fmt::format("floor: {}, {} consumer{}", parse ? "consume + parse" : "consume", consumers,
                  consumers > 1 ? "s" : ""),
      "events/s", rate);
}

void BenchReport::drain(const measure::Drain& d, double broker_cpu_seconds,
                        std::uint64_t state_log_bytes) {
  const double rate = static_cast<double>(d.events) / d.seconds;
  const double per_core = static_cast<double>(d.events) / d.usage.cpu_seconds;
  fmt::print(out_,
             "drain    {:.0f} events/s, {:.0f} per core-second, {:.0f} MB at most; {} escalation "
             "events, {} handoffs, {} "
             "summaries, {} dead letters; first output after {:.2f} s",
             rate, per_core, d.usage.peak_bytes / 1e6, d.seen.escalations, d.seen.handoffs,
             d.seen.summaries, d.seen.dead_letters, d.first_seconds);
  add("drain", "events/s", rate);
  add("drain, per core-second of the process", "events/s", per_core);
  add("drain, memory at most", "MB", d.usage.peak_bytes / 1e6);
  if (broker_cpu_seconds > 0) {
    fmt::print(out_, "; broker {:.1f} CPU s", broker_cpu_seconds);
    add("drain, CPU of the broker", "s", broker_cpu_seconds);
  }
  if (state_log_bytes > 0) {
    const double each = static_cast<double>(state_log_bytes) / static_cast<double>(d.events);
    fmt::print(out_, "; {:.1f} B of state in the log per event", each);
    add("drain, state in the log", "B/event", each);
  }
  fmt::print(out_, "\n");
  std::fflush(out_);
}

void BenchReport::restart(const measure::Restart& r) {
  fmt::print(out_,
             "restart  killed at {} outputs; first new one after {:.2f} s, all after {:.1f} s; "
             "nothing missing, nothing twice\n",
             r.before, r.first_output_seconds, r.whole_seconds);
  std::fflush(out_);
  add("restart after kill -9, to the first new output", "s", r.first_output_seconds);
}

void BenchReport::latency(double rate, const measure::Latency& l, double broker_cores,
                          double input_bytes, double state_bytes) {
  const auto ms = [&](int permille) { return static_cast<double>(l.us.at(permille)) / 1000; };
  fmt::print(out_,
             "latency  {:.0f} events/s: p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} ms over "
             "{} escalation events; load {:.1f} ms "
             "late at most; {:.2f} cores, {:.0f} MB",
             rate, ms(500), ms(990), ms(999), static_cast<double>(l.us.max()) / 1000, l.us.count(),
             l.late_ms, l.cores, l.peak_bytes / 1e6);
  const std::string at = fmt::format("at {:.0f} events/s", rate);
  add("latency p50 " + at, "ms", ms(500));
  add("latency p99 " + at, "ms", ms(990));
  add("latency p99.9 " + at, "ms", ms(999));
  add("cores of the process " + at, "cores", l.cores);
  add("memory of the process " + at, "MB", l.peak_bytes / 1e6);
  if (broker_cores > 0) {
    fmt::print(out_, " (broker {:.2f} cores)", broker_cores);
    add("cores of the broker " + at, "cores", broker_cores);
  }
  if (input_bytes > 0) {
    fmt::print(out_, "; log: {:.0f} B per event of input, {:.1f} B of state", input_bytes,
               state_bytes);
    add("input bytes in the log " + at, "B/event", input_bytes);
    add("state bytes in the log " + at, "B/event", state_bytes);
  }
  fmt::print(out_, "\n");
  std::fflush(out_);
}

void BenchReport::end() {
  std::size_t width = 0;
  for (const std::string& name : order_) width = std::max(width, name.size());
  fmt::print(out_, "\n{:<{}}  {:>10}  {:>10}  {:>10}\n", "", width, "min", "median", "max");
  for (const std::string& name : order_) {
    const Values& v = values_.at(name);
    const auto [least, most] = std::minmax_element(v.all.begin(), v.all.end());
    fmt::print(out_, "{:<{}}  {:>10}  {:>10}  {:>10}  {}\n", name, width, shown(*least),
               shown(median(v.all)), shown(*most), v.unit);
  }
}

std::string BenchReport::json() const {
  std::string out;
  {
    codec::JsonWriter json(out);
    json.begin_object();
    json.member("input", source_, codec::JsonWriter::kWhole);
    json.member("conditions", conditions_, codec::JsonWriter::kWhole);
    json.begin_array("results");
    for (const std::string& name : order_) {
      const Values& v = values_.at(name);
      json.begin_object();
      json.member("name", name, codec::JsonWriter::kWhole);
      json.member("unit", v.unit, codec::JsonWriter::kWhole);
      json.name("median");
      json.number(median(v.all));
      json.begin_array("all");
      for (const double one : v.all) json.number(one);
      json.end_array();
      json.end_object();
    }
    json.end_array();
    // What `loopbreaker plan` takes over.
    json.begin_object("figures");
    const auto figure = [&](const char* figure_name, const std::string& result, double factor) {
      const auto at = values_.find(result);
      if (at == values_.end()) return;
      json.begin_object(figure_name);
      json.name("value");
      json.number(median(at->second.all) * factor);
      json.member("how", source_ + "; " + conditions_, codec::JsonWriter::kWhole);
      json.member("source", "loopbreaker bench: " + result, codec::JsonWriter::kWhole);
      json.end_object();
    };
    figure("worker_events", "drain, per core-second of the process", 1);
    figure("input_bytes", "input bytes in the log, in bulk", 1);
    figure("start_time", "restart after kill -9, to the first new output", 1);
    json.end_object();
    json.end_object();
  }
  return out;
}

}  // namespace loopbreaker::cli
