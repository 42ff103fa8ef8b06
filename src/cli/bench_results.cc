#include "cli/bench_results.h"

#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/read_file.h"

namespace loopbreaker::cli {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;
using simdjson::dom::object;

/// Members of a benchmark that are no figures of it.
bool is_figure(std::string_view name) {
  return name != "family_index" && name != "per_family_instance_index" && name != "repetitions" &&
         name != "repetition_index" && name != "threads" && name != "iterations";
}

std::string text_of(const object& o, const char* name) {
  std::string_view text;
  return o[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

double Series::least() const { return *std::min_element(all.begin(), all.end()); }
double Series::most() const { return *std::max_element(all.begin(), all.end()); }
double Series::median() const {
  std::vector<double> v = all;
  std::sort(v.begin(), v.end());
  const std::size_t n = v.size();
  return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

Result<BenchResults> BenchResults::read(const std::string& dir) {
  BenchResults results;
  std::error_code cannot;
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(dir, cannot)) files.push_back(file.path());
  if (cannot) return Error{dir + ": " + cannot.message(), Action::stop};
  for (const fs::path& file : files) {
    const std::string part = file.stem().string();
    Status read = Ok{};
    // What a report left there is none of the parts.
    if (file.extension() == ".json" && part != "results")
      read = results.read_json(part, file.string());
    if (file.extension() == ".peers") read = results.read_peers(part, file.string());
    if (!read) return read.error();
  }
  std::ifstream commands(dir + "/commands");
  for (std::string line; std::getline(commands, line);) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) results.commands_[line.substr(0, tab)] = line.substr(tab + 1);
  }
  if (auto text = read_file(dir + "/conditions")) results.conditions_ = *text;
  return results;
}

Status BenchResults::read_json(const std::string& part, const std::string& path) {
  simdjson::dom::parser parser;
  element root;
  if (parser.load(path).get(root) != simdjson::SUCCESS)
    return Error{path + " is no JSON: was its part interrupted? Remove it, or measure it again",
                 Action::stop};
  auto& figures = all_[part];
  simdjson::dom::array list;
  if (root["benchmarks"].get(list) == simdjson::SUCCESS) {  // Google Benchmark
    for (object o : list) {
      if (text_of(o, "run_type") != "iteration") continue;
      const std::string unit = text_of(o, "time_unit"), name = text_of(o, "run_name");
      for (const auto& [key, value] : o) {
        double number = 0;
        if (!is_figure(key) || value.get(number) != simdjson::SUCCESS) continue;
        const bool time = key == "cpu_time" || key == "real_time";
        Series& series = figures[name + " " + std::string(key)];
        if (time) series.unit = unit;
        series.all.push_back(number);
      }
    }
  }
  if (root["results"].get(list) == simdjson::SUCCESS) {  // loopbreaker bench
    for (object o : list) {
      Series& series = figures[text_of(o, "name")];
      series.unit = text_of(o, "unit");
      simdjson::dom::array values;
      if (o["all"].get(values) != simdjson::SUCCESS) continue;
      for (element value : values) {
        double number = 0;
        if (value.get(number) == simdjson::SUCCESS) series.all.push_back(number);
      }
    }
  }
  return Ok{};
}

Status BenchResults::read_peers(const std::string& part, const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string time, load, run, pair;
    words >> time >> load >> run;
    while (words >> pair) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos) continue;
      char* end = nullptr;
      const double number = std::strtod(pair.c_str() + equals + 1, &end);
      if (end == pair.c_str() + equals + 1 || *end != 0) continue;
      all_[part][run + " " + pair.substr(0, equals)].all.push_back(number);
    }
  }
  return Ok{};
}

const Series* BenchResults::find(const std::string& part, const std::string& name) const {
  const auto at = all_.find(part);
  if (at == all_.end()) return nullptr;
  const auto figure = at->second.find(name);
  return figure == at->second.end() || figure->second.all.empty() ? nullptr : &figure->second;
}

std::vector<std::string> BenchResults::parts(const std::string& prefix) const {
  std::vector<std::string> found;
  for (const auto& [part, figures] : all_)
    if (part.starts_with(prefix)) found.push_back(part);
  return found;
}

std::string BenchResults::command(const std::string& part) const {
  const auto at = commands_.find(part);
  return at == commands_.end() ? std::string() : at->second;
}

}  // namespace loopbreaker::cli
