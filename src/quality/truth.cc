#include "quality/truth.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>

namespace loopbreaker::quality {
namespace {

/// Calls for each line without its end.
template <class Visit>
void each_line(std::string_view text, Visit visit) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(line, ++number);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

std::vector<std::string_view> columns(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t tab = line.find('\t');
    out.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return out;
    line.remove_prefix(tab + 1);
  }
}

std::string text_of(simdjson::dom::object object, std::string_view name) {
  std::string_view value;
  return object[name].get(value) ? std::string() : std::string(value);
}

bool flag_of(simdjson::dom::object object, std::string_view name) {
  bool value = false;
  return !object[name].get(value) && value;
}

SessionTruth truth_of(simdjson::dom::object object) {
  SessionTruth out;
  out.session_id = text_of(object, "session_id");
  bool annoyed = false;
  if (!object["annoyed"].get(annoyed)) out.annoyed = annoyed;
  out.normal = flag_of(object, "normal") ||
               (flag_of(object, "happy_path") && out.annoyed.has_value() && !*out.annoyed);
  out.kind = text_of(object, "kind");
  out.scripted_annoying = flag_of(object, "scripted_annoying");
  if (flag_of(object, "human_request")) out.human_request_event_id = text_of(object, "event_id");
  simdjson::dom::array asks;
  if (!object["ask_event_ids"].get(asks)) {
    for (simdjson::dom::element ask : asks) {
      std::string_view id;
      if (!ask.get(id)) out.ask_event_ids.emplace_back(id);
    }
  }
  simdjson::dom::object ratings;
  if (!object["ratings"].get(ratings)) {
    for (const auto& [event, scores] : ratings) {
      std::vector<int> values;
      simdjson::dom::array list;
      if (scores.get(list)) continue;
      for (simdjson::dom::element score : list) {
        double value = 0;
        if (!score.get(value)) values.push_back(static_cast<int>(value));
      }
      if (!values.empty()) out.ratings.emplace_back(event, std::move(values));
    }
  }
  return out;
}

/// Rows of fields; a field in quotes may hold commas, doubled quotes and line ends.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false, any = false;
  const auto end_row = [&] {
    row.push_back(std::move(field));
    field.clear();
    rows.push_back(std::move(row));
    row.clear();
    any = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = any = true;
    } else if (c == ',') {
      row.push_back(std::move(field));
      field.clear();
      any = true;
    } else if (c == '\n' || c == '\r') {
      if (any || !field.empty()) end_row();
    } else {
      field += c;
    }
  }
  if (any || !field.empty()) end_row();
  return rows;
}

/// Bytes of a white space character at `at`, 0 when there is none.
std::size_t space_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned c = byte(at);
  if (c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f)) return 1;
  if (c == 0xc2 && (byte(at + 1) == 0x85 || byte(at + 1) == 0xa0)) return 2;
  if (c == 0xe1 && byte(at + 1) == 0x9a && byte(at + 2) == 0x80) return 3;
  if (c == 0xe2 && byte(at + 1) == 0x80) {
    const unsigned last = byte(at + 2);
    if (last <= 0x8a || last == 0xa8 || last == 0xa9 || last == 0xaf) return 3;
  }
  if (c == 0xe2 && byte(at + 1) == 0x81 && byte(at + 2) == 0x9f) return 3;
  if (c == 0xe3 && byte(at + 1) == 0x80 && byte(at + 2) == 0x80) return 3;
  return 0;
}

}  // namespace

Result<std::vector<SessionTruth>> read_session_truths(std::string_view lines,
                                                      std::string_view name) {
  std::vector<SessionTruth> out;
  std::string problem;
  simdjson::dom::parser parser;
  each_line(lines, [&](std::string_view line, std::size_t number) {
    if (line.find_first_not_of(" \t") == std::string_view::npos || !problem.empty()) return;
    simdjson::dom::element doc;
    simdjson::dom::object object;
    const std::string where = std::string(name) + ":" + std::to_string(number);
    if (parser.parse(line.data(), line.size()).get(doc) || doc.get(object)) {
      problem = where + ": not a JSON object; a labels file has one per line";
      return;
    }
    out.push_back(truth_of(object));
    if (out.back().session_id.empty()) problem = where + ": no session_id";
  });
  if (!problem.empty()) return Error{problem, Action::stop};
  return out;
}

std::vector<RepeatTruth> read_repeat_truths(std::string_view tsv) {
  std::vector<RepeatTruth> out;
  each_line(tsv, [&](std::string_view line, std::size_t) {
    const auto c = columns(line);
    if (c.size() >= 3) out.push_back({std::string(c[0]), std::string(c[1]), c[2] == "1"});
  });
  return out;
}

std::vector<ReaskTruth> read_reask_truths(std::string_view tsv) {
  std::vector<ReaskTruth> out;
  each_line(tsv, [&](std::string_view line, std::size_t number) {
    const auto c = columns(line);
    if (number == 1 || c.size() < 4 || c[3] == "x") return;
    out.push_back({std::string(c[0]), std::string(c[2]), c[3] == "reask" || c[3] == "info"});
  });
  return out;
}

std::vector<LabelledText> read_labelled_texts(std::string_view tsv) {
  std::vector<LabelledText> out;
  each_line(tsv, [&](std::string_view line, std::size_t) {
    const auto c = columns(line);
    if (c.size() >= 2) out.push_back({std::string(c[0]), std::string(c[1])});
  });
  return out;
}

std::vector<LabelledPair> read_labelled_pairs(std::string_view tsv) {
  std::vector<LabelledPair> out;
  each_line(tsv, [&](std::string_view line, std::size_t) {
    const auto c = columns(line);
    if (c.size() >= 3) out.push_back({std::string(c[0]), std::string(c[1]), std::string(c[2])});
  });
  return out;
}

Result<std::vector<AbuseTruth>> read_abuse_truths(std::string_view csv, std::string_view name) {
  const auto rows = read_csv(csv);
  std::map<std::string, std::size_t> column;
  if (!rows.empty())
    for (std::size_t i = 0; i < rows[0].size(); ++i) column.emplace(rows[0][i], i);
  if (!column.contains("user"))
    return Error{std::string(name) + ": no column \"user\" in its first line", Action::stop};
  std::vector<AbuseTruth> out;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    int votes = 0, abuse = 0;
    for (int annotator = 1; annotator <= 8; ++annotator) {
      for (const int severity : {1, 0, -1, -2, -3}) {
        const auto at = column.find("Annotator" + std::to_string(annotator) + "_is_abuse." +
                                    std::to_string(severity));
        if (at == column.end() || at->second >= rows[r].size()) continue;
        const std::string& vote = rows[r][at->second];
        if (vote != "1" && vote != "1.0") continue;
        ++votes;
        abuse += severity < 0;
      }
    }
    if (votes == 0) continue;
    const std::size_t user = column.at("user");
    out.push_back({user < rows[r].size() ? rows[r][user] : "", abuse * 2 > votes});
  }
  return out;
}

std::string tidy(std::string_view text) {
  std::string out;
  bool gap = false;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t n = space_at(text, i)) {
      gap = !out.empty();
      i += n;
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += text[i++];
  }
  return out;
}

}  // namespace loopbreaker::quality
