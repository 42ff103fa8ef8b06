// Writes JSON into a string, with every text made valid UTF-8 and cut to a limit in written bytes,
// so that the size of whatever is written can be bounded by adding limits.
#pragma once

#include <cstddef>
#include <cstdint>
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

  /// Appends to `out`, which nobody else changes meanwhile.
  explicit JsonWriter(std::string& out) : out_(out), begin_(out.size()) {}
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
  /// A value, or several with commas between them, that another writer wrote.
  void written(std::string_view json);
  /// REQUIRES: nothing in a name wants an escape; they are this program's own.
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
  bool shortened() const { return shortened_; }
  /// Likewise in what another writer wrote.
  void note_shortened() { shortened_ = true; }
  /// Bytes written, each source object counted as kSourceCost: the same for the same value read
  /// from elsewhere.
  std::size_t cost() const { return out_.size() - begin_ - source_bytes_ + sources_ * kSourceCost; }

 private:
  /// Before a value: the comma that parts it from the one before.
  void next();
  /// REQUIRES: nothing in it wants an escape.
  void quoted(std::string_view text);
  void escaped(std::string_view text);

  std::string& out_;
  std::size_t begin_;
  std::size_t source_bytes_ = 0, sources_ = 0;
  bool after_value_ = false;
  bool shortened_ = false;
};

}  // namespace loopbreaker::codec
