#include "cli/labelled_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/ndjson.h"
#include "cli/read_file.h"
#include "quality/player.h"

namespace loopbreaker::cli {
namespace {

namespace fs = std::filesystem;

/// Files of a sub-folder by name, those for training left out.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().stem().string().ends_with("_train")) continue;
    out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::string> content(const fs::path& path) {
  auto bytes = read_file(path.string());
  if (!bytes) return Error{path.string() + ": " + bytes.error().message, Action::stop};
  return bytes;
}

Status read_labels(const std::string& folder, quality::Labelled& out) {
  for (const fs::path& path : files_in(fs::path(folder) / "labels")) {
    const auto bytes = content(path);
    if (!bytes) return bytes.error();
    const std::string name = path.stem();
    if (path.extension() == ".ndjson") {
      if (session_file(folder, name).empty()) continue;
      auto truths = quality::read_session_truths(*bytes, path.string());
      if (!truths) return truths.error();
      out.sessions.push_back({name, std::move(*truths), {}});
    } else if (name == "bot_repeat") {
      out.bot_repeats = quality::read_repeat_truths(*bytes);
    } else if (name.ends_with("_reask_pairs")) {
      out.reasks.push_back({name.substr(0, name.size() - std::string_view("_reask_pairs").size()),
                            quality::read_reask_truths(*bytes)});
    }
  }
  return Ok{};
}

Status read_texts(const std::string& folder, quality::Labelled& out) {
  for (const fs::path& path : files_in(fs::path(folder) / "utterances")) {
    const std::string name = path.stem();
    if (name.starts_with("goemotions")) continue;  // emotions are learnt from, not measured
    const auto bytes = content(path);
    if (!bytes) return bytes.error();
    if (path.extension() == ".csv") {
      auto truths = quality::read_abuse_truths(*bytes, path.string());
      if (!truths) return truths.error();
      out.abuse.push_back({name, std::move(*truths)});
    } else if (path.extension() != ".tsv") {
      continue;
    } else if (name.ends_with("bot_acts")) {
      out.bot_acts.push_back({name, quality::read_labelled_texts(*bytes)});
    } else if (name == "nlupp" || name.ends_with("human_requests")) {
      out.requests.push_back({name, quality::read_labelled_texts(*bytes)});
    } else if (name == "repairqa" || name.ends_with("_pairs")) {
      out.pairs.push_back({name, quality::read_labelled_pairs(*bytes)});
    } else {
      out.intents.push_back({name, quality::read_labelled_texts(*bytes)});
    }
  }
  return Ok{};
}

}  // namespace

const char* const kLabelledFolderHelp =
    R"(DIR holds any of these; what is missing is not measured, and files named *_train.* are left alone:
  sessions/SET.ndjson[.gz]   canonical events, one per line, in time order
  labels/SET.ndjson          one JSON object per session of that set:
      {"session_id": "s1", "normal": true}                        nobody was stuck: any alarm is a false one
      {"session_id": "s2", "annoyed": true}                       the customer became annoyed, or did not (false)
      {"session_id": "s3", "kind": "loop", "ask_event_ids": [..]} every event in which the unmet need was asked
      {"session_id": "s4", "human_request": true, "event_id": ..} asks for a person there
      {"session_id": "s5", "ratings": {"EVENT": [2, 3, 2]}}       satisfaction with turns, 1 to 5, by several people
  labels/bot_repeat.tsv      session TAB event of a bot TAB 1 (says the same as a recent answer, in other words) or 0
  labels/SET_reask_pairs.tsv a line with names, then dialogue TAB turn before TAB turn TAB reask, info, no or x (unclear);
                             the session is SET-dialogue, the event SET-dialogue-turn
  utterances/NAME.tsv        intent TAB text: the same intent is the same need
  utterances/*_pairs.tsv     1 or 0 TAB text TAB text: the same need or not
  utterances/*human_requests.tsv  1 or 0 TAB text: asks for a person or not
  utterances/*bot_acts.tsv   act TAB answer; acts such as *_failed, *_nothing_found, out_of_scope are failures
  utterances/NAME.csv        abuse, columns as ConvAbuse publishes them
)";

std::string session_file(const std::string& folder, const std::string& set) {
  for (const char* ending : {".ndjson.gz", ".ndjson"}) {
    const fs::path path = fs::path(folder) / "sessions" / (set + ending);
    if (fs::exists(path)) return path.string();
  }
  return {};
}

Result<quality::Labelled> read_labelled_folder(const std::string& folder) {
  quality::Labelled out;
  if (Status ok = read_labels(folder, out); !ok) return ok.error();
  if (Status ok = read_texts(folder, out); !ok) return ok.error();
  if (out.sessions.empty() && out.intents.empty() && out.pairs.empty() && out.requests.empty() &&
      out.bot_acts.empty() && out.abuse.empty())
    return Error{folder + ": nothing labelled there; --help says what is looked for", Action::stop};
  return out;
}

Status play_file(const std::string& path, const Policy& policy, Analyzer& analyzer,
                 quality::Recording& out,
                 const std::function<bool(std::string_view line)>& wanted) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  quality::Player player(policy, analyzer);
  quality::Recorder recorder(player);
  std::string_view line;
  while (reader->next(line)) {
    if (wanted && !wanted(line)) continue;
    if (Status ok = player.consume(line); !ok)
      return Error{reader->where() + ": " + ok.error().message, Action::stop};
    player.take_outputs();
  }
  out.merge(recorder.take());
  return reader->status();
}

}  // namespace loopbreaker::cli
