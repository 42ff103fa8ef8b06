// What the codec's tests share: records, files, an analyzer that needs no text library.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "codec/event_json.h"
#include "loopbreaker/analysis.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::codec {

inline constexpr TimeMs kLogTime{1'767'225'600'000};  // 2026-01-01T00:00:00Z

inline Record record_of(std::string_view value, std::optional<std::string_view> key = "s-1",
                        TimeMs timestamp = kLogTime) {
  Record record;
  record.position = {3, 42};
  record.timestamp = timestamp;
  record.key = key;
  record.value = value;
  return record;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::filesystem::path topics_folder() {
  return std::filesystem::path(SOURCE_DIR) / "topics";
}

/// What a decoder made of a record, in words, for messages.
inline std::string told(const std::variant<Event*, DecodeFailure>& result) {
  const auto* failure = std::get_if<DecodeFailure>(&result);
  if (!failure) return "an event";
  return std::string(name_of(failure->reason)) + " (" + failure->detail + ")";
}

/// A sketch that only knows which text it is of.
class MarkingAnalyzer final : public Analyzer {
 public:
  const MessageAnalysis& analyze(std::string_view, Participant, std::string_view) override {
    return nothing_;
  }
  Sketch sketch(std::string_view text) override {
    Sketch::Parts parts;
    parts.exact = stable_hash(text);
    return Sketch(parts);
  }
  Score same_need(const Sketch&, const Sketch&) const override { return {}; }
  Score same_answer(const Sketch&, const Sketch&) const override { return {}; }
  Score cohesion(const Sketch&, const Sketch&) const override { return {}; }

 private:
  MessageAnalysis nothing_;
};

}  // namespace loopbreaker::codec
