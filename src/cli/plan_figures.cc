#include "cli/plan_figures.h"

#include <fmt/format.h>
#include "codec/toml.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "cli/read_file.h"
#include "cli/render_json.h"
#include "codec/literal.h"

namespace loopbreaker::cli {
namespace {

using plan::Figure;
using plan::Figures;
using plan::Trust;

/// Where the benchmarks' own JSON has a figure.
struct InBenchmark {
  std::string_view benchmark, counter, figure;
};
constexpr InBenchmark kInBenchmarks[]{{"bytes_to_decision", "events/s", "core_events"}};

std::string unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const plan::FigureKey& key : plan::figure_keys()) names.push_back(key.name);
  return fmt::format("there is no figure \"{}\"{}; bench/figures.toml lists them", name,
                     codec::did_you_mean(name, names));
}

std::string wrong_value(std::string_view name) {
  return fmt::format("the value of {} must be a number above 0", name);
}

Status read_toml(const std::string& path, std::string_view text, Figures& figures) {
  const toml::parse_result parsed = toml::parse(text, std::string_view(path));
  const auto at = [&](const toml::source_region& region, std::string_view what) {
    return Error{fmt::format("{}:{}:{}: {}", path, region.begin.line, region.begin.column, what)};
  };
  if (!parsed)
    return at(parsed.error().source(), fmt::format("not TOML: {}", parsed.error().description()));
  const toml::table* top = &parsed.table();
  if (const toml::table* inner = (*top)["figures"].as_table()) top = inner;
  for (const auto& [key, node] : *top) {
    if (!plan::find_figure_key(key.str())) return at(key.source(), unknown(key.str()));
    Figure figure{std::string(key.str()), 0, Trust::measured, {}, path};
    const toml::table* table = node.as_table();
    if (table) {
      for (const auto& [field, value] : *table)
        if (field != "value" && field != "trust" && field != "how" && field != "source")
          return at(field.source(),
                    fmt::format("\"{}\" is none of value, trust, how, source", field.str()));
      figure.value = (*table)["value"].value_or(0.0);
      figure.how = (*table)["how"].value_or(std::string());
      figure.source = (*table)["source"].value_or(path);
      const std::string trust = (*table)["trust"].value_or(std::string("measured"));
      bool known = false;
      for (const Trust t : {Trust::measured, Trust::setting, Trust::estimate}) {
        if (trust != plan::name_of(t)) continue;
        figure.trust = t;
        known = true;
      }
      if (!known)
        return at(node.source(),
                  fmt::format("trust = \"{}\": write measured, setting or estimate", trust));
    } else {
      figure.value = node.value_or(0.0);
    }
    if (!(figure.value > 0) || !std::isfinite(figure.value))
      return at(node.source(), wrong_value(key.str()));
    figures.set(std::move(figure));
  }
  return Ok{};
}

Status read_json(const std::string& path, std::string_view text, Figures& figures) {
  JsonDocument document;
  const Json top = document.parse(text);
  if (!top.is_object()) return Error{path + ": not a JSON object"};
  std::size_t found = 0;
  const Json values = top.at("figures");
  for (const plan::FigureKey& key : plan::figure_keys()) {
    const Json one = values.at(key.name);
    const std::string written = values.text(key.name);
    if (!one.is_object() && written.empty()) continue;
    Figure figure{std::string(key.name),
                  one.is_object() ? one.fraction("value") : values.fraction(key.name),
                  Trust::measured, one.text("how"), one.text("source")};
    if (figure.source.empty()) figure.source = path;
    if (!(figure.value > 0) || !std::isfinite(figure.value))
      return Error{fmt::format("{}: {}", path, wrong_value(key.name))};
    figures.set(std::move(figure));
    ++found;
  }
  for (const Json& run : top.list("benchmarks")) {
    for (const InBenchmark& place : kInBenchmarks) {
      const double value = run.fraction(place.counter);
      if (run.text("name") != place.benchmark || !(value > 0)) continue;
      figures.set({std::string(place.figure), value, Trust::measured,
                   fmt::format("benchmark {}", place.benchmark), path});
      ++found;
    }
  }
  if (found == 0)
    return Error{path +
                 ": holds no figure: neither \"figures\": {\"worker_events\": …} nor the result of "
                 "pipeline_bench --benchmark_out=FILE"};
  return Ok{};
}

}  // namespace

Figures builtin_figures() {
  Figures figures;
  const Status read = read_toml("bench/figures.toml", plan::builtin_figures_toml(), figures);
  if (!read || !figures.missing().empty()) {  // a test holds that this cannot happen
    fmt::print(stderr, "The built-in figures are broken: {}\n",
               read ? "some are missing" : read.error().message);
    std::abort();
  }
  return figures;
}

Status read_figures(const std::string& path, Figures& figures) {
  const auto text = read_file(path);
  if (!text) return Error{path + ": " + text.error().message};
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && (*text)[first] == '{';
  return json ? read_json(path, *text, figures) : read_toml(path, *text, figures);
}

Status set_figure(const std::string& assignment, Figures& figures) {
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  if (equals == std::string::npos)
    return Error{
        fmt::format("--figure {}: write name=value, e.g. worker_events=60k/s", assignment)};
  const plan::FigureKey* key = plan::find_figure_key(name);
  if (!key) return Error{fmt::format("--figure {}: {}", assignment, unknown(name))};
  const auto value = plan::parse_quantity(assignment.substr(equals + 1), key->unit);
  if (!value) return Error{fmt::format("--figure {}: {}", name, value.error().message)};
  if (!(*value > 0)) return Error{fmt::format("--figure {}: {}", assignment, wrong_value(name))};
  figures.set({name, *value, Trust::measured, "given", "--figure " + assignment});
  return Ok{};
}

}  // namespace loopbreaker::cli
