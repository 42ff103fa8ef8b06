// Reading of published values for rendering: absent and wrong-typed fields are empty, so that an
// older or newer version's output is still shown.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/render.h"

namespace loopbreaker::cli {

/// A place in a parsed value; lives as long as its document.
class Json {
 public:
  Json() = default;
  bool is_object() const;
  Json at(std::string_view name) const;
  /// Strings made safe to print; numbers as text; empty otherwise.
  std::string text(std::string_view name) const;
  std::string as_text() const;
  std::int64_t number(std::string_view name) const;  ///< 0 when absent
  double fraction(std::string_view name) const;      ///< 0 when absent
  bool flag(std::string_view name) const;
  std::vector<Json> list(std::string_view name) const;

 private:
  friend class JsonDocument;
  // A simdjson::dom::element, two words, kept here as bytes so that simdjson stays in the .cc file.
  alignas(8) unsigned char element_[16]{};
  bool present_ = false;
};

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  /// An absent Json when it is not JSON.
  Json parse(std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "10:04:31" of an RFC 3339 time in UTC.
std::string clock_of(const std::string& time);
/// "2m 5s" between two RFC 3339 times; empty when one cannot be read.
std::string time_between(const std::string& from, const std::string& to);
/// What is shown instead of a value that is none of ours.
std::string unreadable(std::string_view json, const RenderOptions&);

}  // namespace loopbreaker::cli
