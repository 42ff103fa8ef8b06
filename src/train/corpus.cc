// Readers of the labelled data.
#include "train/corpus.h"

#include <map>
#include <optional>
#include <utility>

#include "codec/event_json.h"
#include "train/csv.h"

namespace loopbreaker::train {

Corpus::Corpus(std::string folder, ReadLines read, LeftOut left_out)
    : folder_(std::move(folder)), read_(std::move(read)), left_out_(std::move(left_out)) {}

Status Corpus::lines(const std::string& path,
                     const std::function<void(std::string_view)>& line) const {
  return read_(folder_ + "/" + path, line);
}

Result<std::vector<Labelled>> Corpus::utterances(const std::string& name) const {
  std::vector<Labelled> all;
  if (left_out_.texts.contains(name)) return all;
  const Status read = lines("utterances/" + name + ".tsv", [&](std::string_view line) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return;
    all.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
  });
  if (!read) return read.error();
  return all;
}

Result<std::vector<Annotated>> Corpus::abuse(const std::string& name) const {
  std::vector<Annotated> all;
  CsvRows rows;
  std::size_t text_column = 0;
  std::vector<std::pair<std::size_t, int>> votes;  // column, severity
  const auto row = [&](const std::vector<std::string>& cells) {
    if (votes.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] == "user") text_column = i;
        const std::size_t at = cells[i].find("_is_abuse.");
        if (at != std::string::npos) votes.emplace_back(i, std::atoi(cells[i].c_str() + at + 10));
      }
      return;
    }
    int yes = 0, voters = 0;
    for (const auto& [column, severity] : votes) {
      if (column >= cells.size() || (cells[column] != "1" && cells[column] != "1.0")) continue;
      ++voters;
      yes += severity < 0;
    }
    if (voters > 0) all.push_back({cells[text_column], 2 * yes > voters});
  };
  const Status read = lines("utterances/convabuse_" + name + ".csv",
                            [&](std::string_view line) { rows.add(line, row); });
  if (!read) return read.error();
  return all;
}

Status Corpus::events(const std::string& name,
                      const std::function<void(const Event&)>& event) const {
  codec::EventDecoder decoder({});
  std::int64_t offset = 0;
  return lines("sessions/" + name + ".ndjson.gz", [&](std::string_view line) {
    Record record;
    record.value = line;
    record.position.offset = offset++;
    const auto decoded = decoder.decode(record);
    const auto* e = std::get_if<Event*>(&decoded);
    if (e == nullptr || (left_out_.session && left_out_.session(name, (*e)->session_id))) return;
    event(**e);
  });
}

}  // namespace loopbreaker::train
