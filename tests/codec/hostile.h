// Records that nobody can use, each with the reason a dead letter must give for it. Deterministic
// from a seed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopbreaker/handoff.h"
#include "loopbreaker/ports.h"

namespace loopbreaker::codec {

struct HostileRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers;
  DeadReason expected = DeadReason::bad_json;
  std::string what;  ///< for the message of a failing test

  /// Views into this record.
  Record record(Position position, TimeMs timestamp) const {
    Record made;
    made.position = position;
    made.timestamp = timestamp;
    if (key) made.key = *key;
    if (value) made.value = *value;
    for (const auto& [name, text] : headers) made.headers.push_back({name, text});
    return made;
  }
};

class HostileRecords {
 public:
  /// `too_large`: bytes of the values that are too large; must be above the decoder's limit.
  explicit HostileRecords(std::uint64_t seed, std::size_t too_large = 10u << 20)
      : random_(seed), too_large_(too_large) {}

  HostileRecord next() {
    ++count_;
    switch (below(9)) {
      case 0:
        return without_value();
      case 1:
        return bad_utf8();
      case 2:
        return cut();
      case 3:
        return damaged();
      case 4:
        return too_deep();
      case 5:
        return not_an_event();
      case 6:
        return bad_version();
      case 7:
        return bad_field();
      default:
        return no_session();
    }
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  template <std::size_t N>
  std::string pick(const std::array<std::string_view, N>& from) {
    return std::string(from[below(N)]);
  }
  std::string id() const { return "hostile-" + std::to_string(count_); }

  static std::string event_of(std::string_view type, std::string_view data) {
    std::string text(R"({"specversion":"1.0","id":"h-1","source":"/hostile","type":")");
    text.append(type).append(R"(","time":"2026-01-01T00:00:00.000Z","data":)").append(data);
    return text.append("}");
  }
  /// A good message, `extra` added to its data.
  std::string message(std::string_view extra = {}) {
    std::string data(R"({"session_id":")");
    data.append(id()).append(R"(","participant":"customer","text":")");
    const std::size_t words = 1 + below(20);
    for (std::size_t i = 0; i < words; ++i) data.append("word ");
    return event_of("conversation.message", data.append("\"").append(extra).append("}"));
  }
  HostileRecord make(std::optional<std::string> value, DeadReason expected, std::string what) {
    return {id(), std::move(value), {}, expected, std::move(what)};
  }

  HostileRecord without_value() {
    // Large ones are rare: they take long to make.
    if (below(100) == 0) {
      return make(message(",\"x\":\"" + std::string(too_large_, 'x') + "\""), DeadReason::too_large,
                  "too large");
    }
    if (below(2) == 0) return make(std::nullopt, DeadReason::empty_value, "no value");
    return make("", DeadReason::empty_value, "empty value");
  }

  HostileRecord bad_utf8() {
    static constexpr std::array<std::string_view, 9> kWrong = {"\xff",
                                                               "\x80",
                                                               "\xc0\x80",
                                                               "\xc3",
                                                               "\xe2\x82",
                                                               "\xed\xa0\x80",
                                                               "\xf0\x80\x80\x80",
                                                               "\xf5\x80\x80\x80",
                                                               "\xf4\x90\x80\x80"};
    std::string value = message();
    // Anywhere, also in names and between tokens: wrong bytes go before wrong JSON.
    value.insert(below(value.size() + 1), pick(kWrong));
    return make(value, DeadReason::bad_utf8, "wrong UTF-8");
  }

  HostileRecord cut() {
    const std::string value = message();
    return make(value.substr(0, 1 + below(value.size() - 1)), DeadReason::bad_json, "cut JSON");
  }

  HostileRecord damaged() {
    static constexpr std::array<std::string_view, 30> kExtras = {R"(,"x":"\x")",
                                                                 R"(,"x":"\u12")",
                                                                 R"(,"x":"\ud800")",
                                                                 R"(,"x":"\udc00\ud800")",
                                                                 ",\"x\":\"\x01\"",
                                                                 ",\"x\":\"\n\"",
                                                                 R"(,"x":01)",
                                                                 R"(,"x":1.)",
                                                                 R"(,"x":.5)",
                                                                 R"(,"x":+1)",
                                                                 R"(,"x":1e)",
                                                                 R"(,"x":1e999)",
                                                                 R"(,"x":99999999999999999999999)",
                                                                 R"(,"x":NaN)",
                                                                 R"(,"x":Infinity)",
                                                                 R"(,"x":-)",
                                                                 R"(,"x":0x10)",
                                                                 R"(,"x":tru)",
                                                                 R"(,"x":nulll)",
                                                                 R"(,"x":True)",
                                                                 R"(,"x" 1)",
                                                                 R"(,"x":1 "y":2)",
                                                                 R"(,"x":1,)",
                                                                 R"(,,"x":1)",
                                                                 R"(,'x':1)",
                                                                 R"(,x:1)",
                                                                 R"(,"x":[1,])",
                                                                 R"(,"x":{"y":[{]}})",
                                                                 R"(,"x":[1 2])",
                                                                 R"(,"x":{"y"}))"};
    static constexpr std::array<std::string_view, 8> kBehind = {
        "}", "x", "{}", ",", "[1]", "\"", "1", std::string_view("\0", 1)};
    if (below(4) == 0) {
      return make(message() + pick(kBehind), DeadReason::bad_json, "something behind the event");
    }
    const std::string extra = pick(kExtras);
    return make(message(extra), DeadReason::bad_json, "damaged by " + extra);
  }

  HostileRecord too_deep() {
    const std::size_t levels = 70 + below(20'000);
    const bool objects = below(2) == 0;
    std::string bomb;
    for (std::size_t i = 0; i < levels; ++i) bomb += objects ? "{\"x\":" : "[";
    bomb += "1";
    if (below(2) == 0) bomb += std::string(levels, objects ? '}' : ']');
    return make(message(",\"x\":" + bomb), DeadReason::bad_json,
                std::to_string(levels) + " levels");
  }

  HostileRecord not_an_event() {
    static constexpr std::array<std::string_view, 16> kValues = {
        "[]",
        "\"text\"",
        "12",
        "null",
        "true",
        "{}",
        R"({"a":1})",
        R"([{"specversion":"1.0"}])",
        R"({"type":"conversation.message","data":{}})",
        R"({"specversion":"1.0","data":{"session_id":"s"}})",
        R"({"specversion":"1.0","type":"","data":{"session_id":"s"}})",
        R"({"specversion":"1.0","type":7,"data":{"session_id":"s"}})",
        R"({"specversion":"1.0","type":"conversation.message"})",
        R"({"specversion":"1.0","type":"conversation.message","data":null})",
        R"({"specversion":"1.0","type":"conversation.message","data":"text"})",
        R"({"specversion":"1.0","type":"conversation.message","data":[{}]})"};
    if (below(8) == 0) {
      HostileRecord record = make("[1]", DeadReason::not_an_event, "binary mode, data no object");
      record.headers = {{"ce_specversion", "1.0"}, {"ce_type", "conversation.message"}};
      return record;
    }
    const std::string value = pick(kValues);
    return make(value, DeadReason::not_an_event, value);
  }

  HostileRecord bad_version() {
    static constexpr std::array<std::string_view, 8> kVersions = {
        "\"0.3\"", "\"2.0\"", "\"1\"", "\"1.\"", "\"1.x\"", "\"\"", "1.0", "{}"};
    if (below(8) == 0) {
      HostileRecord record = make("{}", DeadReason::bad_version, "binary mode, version 2.0");
      record.headers = {{"ce_specversion", "2.0"}, {"ce_type", "conversation.message"}};
      return record;
    }
    const std::string version = pick(kVersions);
    std::string value(R"({"type":"conversation.ended","data":{"session_id":"s"},"specversion":)");
    return make(value + version + "}", DeadReason::bad_version, "version " + version);
  }

  HostileRecord bad_field() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kFields = {{
        {"message", R"({"session_id":7,"participant":"bot"})"},
        {"message", R"({"session_id":["s"],"participant":"bot"})"},
        {"message", R"({"session_id":"s"})"},
        {"message", R"({"session_id":"s","participant":"user","text":"x"})"},
        {"message", R"({"session_id":"s","participant":"Customer","text":"x"})"},
        {"message", R"({"session_id":"s","participant":1,"text":"x"})"},
        {"message", R"({"session_id":"s","participant":null,"text":"x"})"},
        {"message", R"({"session_id":"s","participant":"bot","text":7})"},
        {"message", R"({"session_id":"s","participant":"bot","text":{"x":"y"}})"},
        {"message", R"({"session_id":"s","participant":"bot","text":["x"]})"},
        {"transfer", R"({"session_id":"s"})"},
        {"transfer", R"({"session_id":"s","status":"gone"})"},
        {"transfer", R"({"session_id":"s","status":2})"},
        {"bot_action", R"({"session_id":"s","name":true})"},
        {"bot_action", R"({"session_id":"s","name":[]})"},
        {"rating", R"({"session_id":"s"})"},
        {"rating", R"({"session_id":"s","score":"5"})"},
        {"rating", R"({"session_id":"s","score":-1})"},
        {"rating", R"({"session_id":"s","score":6})"},
        {"rating", R"({"session_id":"s","score":11,"scale":10})"},
        {"rating", R"({"session_id":"s","score":1,"scale":0})"},
        {"rating", R"({"session_id":"s","score":1,"scale":-5})"},
        {"rating", R"({"session_id":"s","score":1,"scale":"10"})"},
        {"rating", R"({"session_id":"s","score":1e300,"scale":1e301})"},
        {"ended", R"({"session_id":{}})"},
        {"started", R"({"session_id":false})"},
        {"something_new", R"({"session_id":0.5})"},
    }};
    static constexpr std::array<std::string_view, 14> kTimes = {"7",
                                                                "true",
                                                                "[]",
                                                                "\"\"",
                                                                "\"yesterday\"",
                                                                "\"2026-13-01T00:00:00Z\"",
                                                                "\"2026-02-30T00:00:00Z\"",
                                                                "\"2026-01-01\"",
                                                                "\"2026-01-01T00:00:00\"",
                                                                "\"2026-01-01T24:00:00Z\"",
                                                                "\"2026-01-01T00:00:00.Z\"",
                                                                "\"2026-01-01T00:00:00+1:00\"",
                                                                "\"2026-01-01T00:00:00Zx\"",
                                                                "\"1767225600123\""};
    if (below(3) == 0) {
      const std::string time = pick(kTimes);
      std::string value(R"({"specversion":"1.0","type":"conversation.ended","data":{},"time":)");
      return make(value + time + "}", DeadReason::bad_field, "time " + time);
    }
    if (below(10) == 0) {
      const std::string long_id(257 + below(1000), 's');
      return make(event_of("conversation.ended", R"({"session_id":")" + long_id + "\"}"),
                  DeadReason::bad_field, "long session id");
    }
    const auto& [type, data] = kFields[below(kFields.size())];
    return make(event_of("conversation." + std::string(type), data), DeadReason::bad_field,
                std::string(type) + " " + std::string(data));
  }

  HostileRecord no_session() {
    static constexpr std::array<std::string_view, 4> kData = {
        "{}", R"({"session_id":""})", R"({"session_id":null})", R"({"text":"x"})"};
    HostileRecord record = make(event_of("conversation.ended", pick(kData)), DeadReason::no_session,
                                "no session id, no key");
    record.key = below(2) == 0 ? std::optional<std::string>() : "";
    return record;
  }

  std::mt19937_64 random_;
  std::size_t too_large_;
  std::uint64_t count_ = 0;
};

}  // namespace loopbreaker::codec
