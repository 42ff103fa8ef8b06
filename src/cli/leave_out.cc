// See leave_out.h.
#include "cli/leave_out.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "cli/event_head.h"
#include "cli/labelled_folder.h"
#include "cli/ndjson.h"
#include "train/recipe.h"

namespace loopbreaker::cli {
namespace {

namespace fs = std::filesystem;
using Parts = std::map<std::string, std::map<std::string, int, std::less<>>>;

// Sources that are left out whole, each with its part.
const std::map<std::string, int, std::less<>> kWholeSessions = {
    {"multiwoz_val", 0}, {"sgd_train", 1}, {"sgd_dev", 1}};
const std::map<std::string, int, std::less<>> kWholeTexts = {
    {"bitext", 0}, {"banking77", 1}, {"clinc150", 2}, {"hwu64", 3}, {"star_bot_acts", 4}};

/// Built from Banking77, which the vectors have seen.
bool from_banking(std::string_view set) { return set == "banking77" || set.starts_with("loops"); }

Status read_lines(const std::string& path, const std::function<void(std::string_view)>& line) {
  auto reader = NdjsonReader::open(path);
  if (!reader) return reader.error();
  for (std::string_view l; reader->next(l);) line(l);
  return reader->status();
}

/// The sessions of a file in the order of their first events, dealt to the parts.
Status deal(const std::string& data, const std::string& set, Parts& out) {
  auto& parts = out[set];
  std::vector<std::string> order;
  HeadReader heads;
  const Status read = read_lines(session_file(data, set), [&](std::string_view line) {
    const std::string_view id = heads.read(line).session_id;
    if (parts.find(id) != parts.end()) return;
    parts.emplace(id, 0);
    order.emplace_back(id);
  });
  const auto whole = kWholeSessions.find(set);
  for (std::size_t i = 0; i < order.size(); ++i)
    parts[order[i]] = whole != kWholeSessions.end()
                          ? whole->second
                          : static_cast<int>(i * LeaveOut::kParts / order.size());
  return read;
}

/// A folder for model files that goes with this.
class Scratch {
 public:
  Scratch()
      : path_(fs::temp_directory_path() /
              fmt::format("loopbreaker-leave-out-{}", static_cast<long>(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string folder(int part) const { return (path_ / std::to_string(part)).string(); }

 private:
  fs::path path_;
};

}  // namespace

Result<LeaveOut> LeaveOut::train(const std::string& data, const quality::Labelled& labelled,
                                 const Progress& progress) {
  LeaveOut out;
  out.data_ = data;
  for (const quality::SessionSet& set : labelled.sessions)
    if (Status dealt = deal(data, set.name, out.part_of_); !dealt) return dealt.error();
  // Also a set without labels of its own may be trained on.
  for (const auto& [set, ignored] : kWholeSessions) {
    if (out.part_of_.contains(set) || session_file(data, set).empty()) continue;
    if (Status dealt = deal(data, set, out.part_of_); !dealt) return dealt.error();
  }
  const Scratch scratch;
  for (int part = 0; part < kParts; ++part) {
    ::loopbreaker::train::LeftOut left_out;
    for (const auto& [name, its_part] : kWholeTexts)
      if (its_part == part) left_out.texts.insert(name);
    left_out.session = [&](const std::string& set, std::string_view id) {
      const auto known = out.part_of_.find(set);
      if (known == out.part_of_.end()) return false;
      const auto its_part = known->second.find(id);
      return its_part != known->second.end() && its_part->second == part;
    };
    const ::loopbreaker::train::Corpus corpus(data, read_lines, left_out);
    const std::string folder = scratch.folder(part);
    fs::create_directories(folder);
    for (const ::loopbreaker::train::Recipe& recipe : ::loopbreaker::train::recipes()) {
      const ::loopbreaker::train::Job job{
          corpus, folder,
          [&](std::string_view what, double) {
            progress(
                fmt::format("part {} of {} left out: {}, {}", part + 1, kParts, recipe.name, what));
          },
          nullptr};
      if (Status made = recipe.make(job); !made) return made.error();
    }
    auto models = text::load_models(folder);
    if (!models) return models.error();
    auto blind = ::loopbreaker::train::blind_models(corpus);
    if (!blind) return blind.error();
    out.parts_[part].usual = text::make_analyzer(text::builtin_packs(), *models);
    models->vectors = blind->vectors;
    out.parts_[part].blind = text::make_analyzer(text::builtin_packs(), *models);
  }
  return out;
}

Analyzer& LeaveOut::of(int part, const std::string& set) {
  return from_banking(set) ? *parts_[part].blind : *parts_[part].usual;
}

Status LeaveOut::play(const Policy& policy, quality::SessionSet& set) {
  const auto& parts = part_of_[set.name];
  HeadReader heads;
  for (int part = 0; part < kParts; ++part) {
    const auto wanted = [&](std::string_view line) {
      const auto its_part = parts.find(heads.read(line).session_id);
      return its_part != parts.end() && its_part->second == part;
    };
    const Status played =
        play_file(session_file(data_, set.name), policy, of(part, set.name), set.recording, wanted);
    if (!played) return played;
  }
  return Ok{};
}

Analyzer& LeaveOut::of_texts(const std::string& name) {
  const auto sessions = kWholeSessions.find(name);
  if (sessions != kWholeSessions.end()) return of(sessions->second, name);
  const auto texts = kWholeTexts.find(name);
  return of(texts == kWholeTexts.end() ? 0 : texts->second, name);
}

}  // namespace loopbreaker::cli
