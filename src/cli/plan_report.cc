#include "cli/plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "codec/json_writer.h"

namespace loopbreaker::cli {
namespace {

using plan::Section;
using plan::Service;
using plan::Shift;
using plan::Unit;

std::set<std::string> used_names(const WholePlan& p) {
  std::set<std::string> out;
  const auto note = [&](const Section& section) {
    for (const plan::Line& line : section.lines)
      out.insert(line.term.uses().begin(), line.term.uses().end());
  };
  for (const Section& section : p.system.sections) note(section);
  note(p.staff.busiest);
  return out;
}

void append_section(std::string& out, const Section& section) {
  out += fmt::format("\n{}\n", section.title);
  for (const plan::Line& line : section.lines) {
    const std::string value = plan::format_quantity(line.term.value(), line.unit);
    out += fmt::format("  {:<50} {:>12}  = {}\n", line.label, value, line.term.text());
    out += fmt::format("  {:<50} {:>12}    {} <- {}\n", "", "", line.name,
                       fmt::join(line.term.uses(), ", "));
  }
}

std::string percent(double share) { return fmt::format("{:.1f}", share * 100); }

std::string wait(double seconds) {
  return seconds < 100 ? fmt::format("{:.1f}s", seconds)
                       : plan::format_quantity(seconds, Unit::seconds);
}

void append_staff(std::string& out, const WholePlan& p) {
  out += fmt::format(
      "\nAgents by quarters of an hour: {} % answered within {}, at most {} % busy; roster by {}\n",
      plan::format_number(p.level.share * 100),
      plan::format_quantity(p.level.seconds, Unit::seconds),
      plan::format_number(p.inputs["max-occupancy"] * 100),
      p.model == plan::Model::erlang_c ? "Erlang C" : "Erlang A");
  out +=
      "                          | Erlang C: all wait          | Erlang A: some give up            "
      "  |\n";
  out +=
      "  time         handoffs   | agents  in time busy   wait | agents  in time busy   wait give "
      "up | roster\n";
  for (const Shift& s : p.staff.shifts) {
    out +=
        fmt::format("  {}-{} {:>10} ", plan::quarter_name(s.first), plan::quarter_name(s.last + 1),
                    plan::format_quantity(s.contacts, Unit::count));
    if (s.agents_a == 0) {
      out += "  | nobody is needed\n";
      continue;
    }
    out += fmt::format("  | {:>6} {:>8} {:>4} {:>6} | {:>6} {:>8} {:>4} {:>6} {:>7} | {:>6}\n",
                       s.agents_c, percent(s.c.answered_share),
                       fmt::format("{:.0f}", s.c.occupancy * 100), wait(s.c.mean_wait), s.agents_a,
                       percent(s.a.answered_share), fmt::format("{:.0f}", s.a.occupancy * 100),
                       wait(s.a.mean_wait), percent(s.a.abandoned_share), s.scheduled);
  }
  out += fmt::format("  paid hours of a day: {}\n",
                     plan::format_number(std::round(p.staff.paid_hours * 100) / 100));
}

void service_json(codec::JsonWriter& w, std::string_view name, int agents, const Service& s,
                  bool gives_up) {
  const auto member = [&](std::string_view field, double value) {
    w.name(field);
    // Not a number JSON has: a line that never ends is absent.
    std::isfinite(value) ? w.number(value) : w.null();
  };
  w.begin_object(name);
  w.member_integer("agents", agents);
  if (agents > 0) {
    member("answered_in_time", s.answered_share);
    member("have_to_wait", s.wait_share);
    member("occupancy", s.occupancy);
    member("mean_wait_seconds", s.mean_wait);
    member("mean_answer_seconds", s.answer_speed);
    member("queue_length", s.queue_length);
    if (gives_up) member("give_up", s.abandoned_share);
  }
  w.end_object();
}

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::count:
      return "count";
    case Unit::per_second:
      return "per_second";
    case Unit::seconds:
      return "seconds";
    case Unit::share:
      return "share";
    case Unit::bytes:
      return "bytes";
    case Unit::bytes_per_second:
      return "bytes_per_second";
  }
  return {};
}

void section_json(codec::JsonWriter& w, const Section& section) {
  w.begin_object();
  w.member("title", section.title, codec::JsonWriter::kWhole);
  w.begin_array("lines");
  for (const plan::Line& line : section.lines) {
    w.begin_object();
    w.member("name", line.name, codec::JsonWriter::kWhole);
    w.member("label", line.label, codec::JsonWriter::kWhole);
    w.name("value");
    std::isfinite(line.term.value()) ? w.number(line.term.value()) : w.null();
    w.member("unit", name_of(line.unit), codec::JsonWriter::kWhole);
    w.member("arithmetic", line.term.text(), codec::JsonWriter::kWhole);
    w.begin_array("uses");
    for (const std::string& name : line.term.uses()) w.string(name);
    w.end_array();
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

}  // namespace

std::string plan_text(const WholePlan& p) {
  std::string out =
      "Each line: what, how much, and the arithmetic that gives it; below it its name <- what it "
      "uses.\n"
      "1 GB is 10^9 bytes. Names with dashes are assumptions, names with underscores are figures "
      "or earlier lines: see the end.\n";
  for (const Section& section : p.system.sections) append_section(out, section);
  append_section(out, p.staff.busiest);
  append_staff(out, p);

  const std::set<std::string> used = used_names(p);
  out += "\nAssumptions\n";
  for (const plan::InputKey& key : plan::input_keys()) {
    const plan::Input* input = p.inputs.find(key.name);
    if (!input || (!used.contains(std::string(key.name)) && key.group != "People")) continue;
    out += fmt::format("  {:<24} {:>12}  {:<9} {}\n", key.name,
                       plan::format_quantity(input->value, key.unit), input->from, key.meaning);
  }
  out += fmt::format("  {:<24} {:>12}  {:<9} {}\n", "profile", p.day.name, "",
                     "how handoffs and events spread over a day");
  out +=
      "  arrivals are random (Poisson), handling times and patience exponential, agents "
      "interchangeable; peaks of events and of\n"
      "  handoffs coincide; sessions spread evenly over the partitions\n";
  out += "\nFigures\n";
  for (const plan::FigureKey& key : plan::figure_keys()) {
    const plan::Figure* figure = p.figures.find(key.name);
    if (!used.contains(std::string(key.name))) continue;
    out += fmt::format("  {:<24} {:>12}  {:<9} {}\n", key.name,
                       plan::format_quantity(figure->value, key.unit), plan::name_of(figure->trust),
                       key.meaning);
    if (!figure->how.empty()) out += fmt::format("  {:<24} {:>12}  {}\n", "", "", figure->how);
    out += fmt::format("  {:<24} {:>12}  from: {}\n", "", "", figure->source);
  }
  if (!p.system.warnings.empty()) out += "\nMind\n";
  for (const std::string& warning : p.system.warnings) out += fmt::format("  - {}\n", warning);
  return out;
}

std::string plan_json(const WholePlan& p) {
  constexpr std::size_t kWhole = codec::JsonWriter::kWhole;
  std::string out;
  codec::JsonWriter w(out);
  w.begin_object();
  w.begin_array("sections");
  for (const Section& section : p.system.sections) section_json(w, section);
  section_json(w, p.staff.busiest);
  w.end_array();
  w.begin_object("staffing");
  w.member("model", p.model == plan::Model::erlang_c ? "erlang-c" : "erlang-a", kWhole);
  w.begin_object("target");
  w.name("answered_in_time");
  w.number(p.level.share);
  w.name("within_seconds");
  w.number(p.level.seconds);
  w.end_object();
  w.name("paid_hours");
  w.number(p.staff.paid_hours);
  w.begin_array("quarters");
  for (const Shift& s : p.staff.shifts) {
    // One object for each quarter of an hour, so that tools need not know how the table merges
    // them.
    for (int quarter = s.first; quarter <= s.last; ++quarter) {
      w.begin_object();
      w.member("from", plan::quarter_name(quarter), kWhole);
      w.name("handoffs");
      w.number(s.contacts);
      w.name("erlangs");
      w.number(s.load);
      service_json(w, "erlang_c", s.agents_c, s.c, false);
      service_json(w, "erlang_a", s.agents_a, s.a, true);
      w.member_integer("scheduled", s.scheduled);
      w.end_object();
    }
  }
  w.end_array();
  w.end_object();
  w.begin_array("assumptions");
  for (const plan::InputKey& key : plan::input_keys()) {
    const plan::Input* input = p.inputs.find(key.name);
    if (!input) continue;
    w.begin_object();
    w.member("name", key.name, kWhole);
    w.name("value");
    w.number(input->value);
    w.member("unit", name_of(key.unit), kWhole);
    w.member("from", input->from, kWhole);
    w.member("meaning", key.meaning, kWhole);
    w.end_object();
  }
  w.end_array();
  w.member("profile", p.day.name, kWhole);
  w.begin_array("figures");
  for (const plan::FigureKey& key : plan::figure_keys()) {
    const plan::Figure* figure = p.figures.find(key.name);
    w.begin_object();
    w.member("name", key.name, kWhole);
    w.name("value");
    w.number(figure->value);
    w.member("unit", name_of(key.unit), kWhole);
    w.member("trust", plan::name_of(figure->trust), kWhole);
    w.member("how", figure->how, kWhole);
    w.member("source", figure->source, kWhole);
    w.end_object();
  }
  w.end_array();
  w.begin_array("warnings");
  for (const std::string& warning : p.system.warnings) w.string(warning);
  w.end_array();
  w.end_object();
  return out + "\n";
}

}  // namespace loopbreaker::cli
