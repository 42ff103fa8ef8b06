// Every fourth of the labelled conversations in LOOPBREAKER_DATA, and all texts there: figures may
// not fall.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "cli/labelled_folder.h"
#include "cli/ndjson.h"
#include "codec/policy_toml.h"
#include "loopbreaker/types.h"
#include "quality/player.h"
#include "quality/sections.h"
#include "recorded.h"
#include "text/analyzer.h"

namespace loopbreaker {
namespace {

bool in_sample(std::string_view session_id) { return stable_hash(session_id) % 4 == 0; }

/// The session id of a line, without reading all of it.
std::string_view session_of(std::string_view line) {
  constexpr std::string_view kName = "\"session_id\": \"";
  const std::size_t at = line.find(kName);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + kName.size());
  return line.substr(0, line.find('"'));
}

TEST(Quality, figures_on_recorded_conversations_do_not_fall) {
  const char* folder = std::getenv("LOOPBREAKER_DATA");
  if (folder == nullptr)
    GTEST_SKIP() << "LOOPBREAKER_DATA is not set: no labelled conversations to measure on";
  auto data = cli::read_labelled_folder(folder);
  ASSERT_TRUE(data.has_value()) << data.error().message;
  const auto analyzer = text::make_analyzer();
  for (quality::SessionSet& set : data->sessions) {
    std::erase_if(set.truths, [](const auto& truth) { return !in_sample(truth.session_id); });
    quality::Player player(codec::default_policy(), *analyzer);
    quality::Recorder recorder(player);
    auto reader = cli::NdjsonReader::open(cli::session_file(folder, set.name));
    ASSERT_TRUE(reader.has_value()) << reader.error().message;
    std::string_view line;
    while (reader->next(line)) {
      if (!in_sample(session_of(line))) continue;
      ASSERT_TRUE(player.consume(line).has_value());
      player.take_outputs();
    }
    set.recording = recorder.take();
  }
  const quality::Evaluation evaluation{
      *data, [&](const std::string&) -> Analyzer& { return *analyzer; }, {1, 0}};
  quality::Report report;
  for (const quality::Section& section : quality::sections()) section.measure(evaluation, report);
  testing::Recorded recorded;
  for (const quality::Figure& figure : report.figures) {
    const auto target = quality::target_of(figure.name);
    if (target && figure.value)
      recorded.expect("sample: " + figure.name, *figure.value, target->at_least);
  }
}

}  // namespace
}  // namespace loopbreaker
