// The examples of topics/: what a producer may send is read, what he may not is refused for the
// reason in the file's name, and what is published looks as shown.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "codec/output_json.h"
#include "codec/samples.h"
#include "codec/schema.h"
#include "codec/support.h"

namespace loopbreaker::codec {
namespace {

using Json = nlohmann::ordered_json;

/// A file of topics/examples: the value itself, or in *.record.json a whole record.
struct Example {
  std::string name;
  std::string value;
  std::optional<std::string> key;
  std::map<std::string, std::string> headers;
  bool strict_keys = false;
  bool whole_record = false;

  Record record() const {
    Record made = record_of(value, std::nullopt);
    if (key) made.key = *key;
    for (const auto& [header, text] : headers) made.headers.push_back({header, text});
    return made;
  }
  bool is_structured() const { return !headers.contains("ce_specversion"); }
};

std::vector<Example> examples(const std::string& folder, const std::string& prefix) {
  std::vector<Example> found;
  for (const auto& file :
       std::filesystem::directory_iterator(topics_folder() / "examples" / folder)) {
    Example example;
    example.name = file.path().filename().string();
    if (!example.name.starts_with(prefix)) continue;
    const std::string text = read_text(file.path());
    example.whole_record = example.name.ends_with(".record.json");
    if (example.whole_record) {
      const Json record = Json::parse(text);
      example.value = record.at("value").dump();
      example.key = record.at("key").get<std::string>();
      example.headers = record.at("headers").get<std::map<std::string, std::string>>();
      example.strict_keys = record.value("strict_keys", false);
    } else {
      example.value = text;
    }
    found.push_back(std::move(example));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

TEST(Examples, every_valid_event_is_read_and_fits_the_schema) {
  const Schema schema("conversation-event");
  const auto all = examples("valid", "conversation.");
  EXPECT_GE(all.size(), 20u);
  std::array<int, 9> types{};
  for (const Example& example : all) {
    EventDecoder decoder(DecodeSettings{});
    const auto result = decoder.decode(example.record());
    ASSERT_TRUE(std::holds_alternative<Event*>(result))
        << example.name << ": " << told(result);
    const Event& event = *std::get<Event*>(result);
    EXPECT_EQ(event.session_id, "c-881") << example.name;
    EXPECT_EQ(event.type == EventType::unknown,
              example.name.find("unknown-type") != std::string::npos);
    ++types[static_cast<std::size_t>(event.type)];
    if (example.is_structured()) {
      EXPECT_EQ(schema.faults(nlohmann::json::parse(example.value)), "") << example.name;
    }
  }
  for (int count : types) EXPECT_GT(count, 0) << "a type has no example";
}

TEST(Examples, every_invalid_event_is_refused_for_the_reason_in_its_name) {
  const Schema schema("conversation-event");
  const auto all = examples("invalid", "");
  EXPECT_GE(all.size(), 30u);
  for (const Example& example : all) {
    EventDecoder decoder(DecodeSettings{.strict_keys = example.strict_keys});
    const auto result = decoder.decode(example.record());
    const auto* failure = std::get_if<DecodeFailure>(&result);
    ASSERT_NE(failure, nullptr) << example.name;
    const std::string reason = example.name.substr(0, example.name.find('.'));
    EXPECT_EQ(name_of(failure->reason), reason) << example.name << ": " << failure->detail;
    const bool shape = reason == "not_an_event" || reason == "bad_version" || reason == "bad_field";
    if (shape && example.is_structured() &&
        example.name.find("rating-above-scale") == std::string::npos) {
      EXPECT_NE(schema.faults(nlohmann::json::parse(example.value)), "") << example.name;
    }
  }
}

/// The example as it should be; with LOOPBREAKER_WRITE_EXAMPLES set it is written first.
void expect_shown(const std::string& name, const std::string& encoded) {
  const auto path = topics_folder() / "examples" / "valid" / name;
  const Json actual = Json::parse(encoded);
  if (std::getenv("LOOPBREAKER_WRITE_EXAMPLES")) std::ofstream(path) << actual.dump(2) << "\n";
  Json expected = Json::parse(read_text(path));
  if (expected["data"].contains("engine")) {
    expected["data"]["engine"]["version"] = actual["data"]["engine"]["version"];
  }
  EXPECT_EQ(expected.dump(2), actual.dump(2)) << name;
}

TEST(Examples, what_is_published_looks_as_shown) {
  std::string out;
  encode(sample_escalation(), out);
  expect_shown("loopbreaker.escalation.raised.json", out);
  encode(sample_resolution(), out);
  expect_shown("loopbreaker.escalation.resolved.json", out);
  encode(sample_handoff(), out);
  expect_shown("loopbreaker.handoff.json", out);
  encode(sample_summary(), out);
  expect_shown("loopbreaker.session.summary.json", out);
  encode(sample_dead_letter(), out);
  expect_shown("loopbreaker.dead-letter.json", out);
}

}  // namespace
}  // namespace loopbreaker::codec
