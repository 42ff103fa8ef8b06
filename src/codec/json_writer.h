// Writes JSON into a string, with every text made valid UTF-8 and cut to a limit in written bytes,
// so that the size of whatever is written can be bounded by adding limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::codec {

/// The longest prefix of `text`, on a UTF-8 boundary, whose JSON form without quotes has at most
/// `max` bytes. REQUIRES: `text` is UTF-8.
std::string_view cut_json(std::string_view text, std::size_t max);

class JsonWriter {
 public:
  /// No limit on a text.
  static constexpr std::size_t kWhole = static_cast<std::size_t>(-1);
  /// What a source object counts for in cost(), and never exceeds.
  static constexpr std::size_t kSourceCost = 72;

  /// Appends to `out`.
  explicit JsonWriter(std::string& out);
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  // Values; inside an object each needs a name before it.
  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  /// False when the text had to be cut to `max` bytes.
  bool string(std::string_view text, std::size_t max = kWhole);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void number(double value);
  void boolean(bool value);
  void null();
  void name(std::string_view name);

  // Members
  void begin_object(std::string_view name);
  void begin_array(std::string_view name);
  bool member(std::string_view name, std::string_view text, std::size_t max);
  /// Nothing for an empty text.
  void member_if(std::string_view name, std::string_view text, std::size_t max);
  void member(std::string_view name, Score score);
  /// Nothing for kNoTime.
  void member(std::string_view name, TimeMs time);
  void member_integer(std::string_view name, std::int64_t value);
  void member_boolean(std::string_view name, bool value);
  /// Hundredths as a number: 450 is 4.5.
  void member_hundredths(std::string_view name, std::int32_t value);
  /// "source": {"partition": …, "offset": …}; nothing for a position that is none.
  void source(Position position);

  /// Some text did not fit its limit.
  bool shortened() const;
  /// Bytes written, each source object counted as kSourceCost: the same for the same value read
  /// from elsewhere.
  std::size_t cost() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::codec
