// What outputs have in common: the envelope, reasons with evidence, and the budget that keeps them
// small.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_writer.h"
#include "loopbreaker/handoff.h"

namespace loopbreaker::codec {

/// Limits of texts in written bytes. Session ids are never cut: 256 bytes are at most 1536 written
/// ones.
struct Limit {
  static constexpr std::size_t session_id = 1536;
  static constexpr std::size_t id = 512;    ///< event ids, rule ids and the like
  static constexpr std::size_t word = 256;  ///< tier, channel, queue, …
  static constexpr std::size_t sentence = 600;
  static constexpr std::size_t excerpt = 480;
  static constexpr std::size_t turn = 2000;
};

/// Bytes that may still be written. Costs are JsonWriter::cost, so that nothing depends on the
/// digits of an offset.
class Budget {
 public:
  explicit Budget(std::size_t bytes) : left_(bytes) {}
  /// Takes `bytes` if they are there.
  bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  /// Splits off at most `bytes`; give back what is left of it.
  Budget share(std::size_t bytes) {
    const std::size_t given = bytes < left_ ? bytes : left_;
    left_ -= given;
    return Budget(given);
  }
  void give_back(Budget& rest) {
    left_ += rest.left_;
    rest.left_ = 0;
  }

 private:
  std::size_t left_;
};

/// Values of a list, written while it is found out for how many of them there is room.
class Parts {
 public:
  /// Writes one more, or nothing if the budget does not allow its cost and that of a comma.
  template <class Write>
  bool add(Budget& budget, Write write) {
    const std::size_t begin = text_.size();
    JsonWriter out(text_);
    write(out);
    if (!budget.take(out.cost() + 1)) {
      text_.resize(begin);
      return false;
    }
    shortened_ |= out.shortened();
    ends_.push_back(text_.size());
    return true;
  }
  /// The first of the items, as many as the budget allows; `write` writes one.
  template <class T, class Write>
  void add_first(const std::vector<T>& items, Budget& budget, Write write) {
    for (const T& item : items)
      if (!add(budget, [&](JsonWriter& out) { write(out, item); })) return;
  }
  /// The last of the items, the very last first.
  template <class T, class Write>
  void add_last(const std::vector<T>& items, Budget& budget, Write write) {
    for (auto item = items.rbegin(); item != items.rend(); ++item)
      if (!add(budget, [&](JsonWriter& out) { write(out, *item); })) return;
  }

  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }
  /// Whether a text in one of them was cut.
  bool shortened() const { return shortened_; }
  void write(JsonWriter& out) const;
  void write_backwards(JsonWriter& out) const;

 private:
  std::string text_;               ///< one behind the other
  std::vector<std::size_t> ends_;  ///< of each
  bool shortened_ = false;
};

/// The reasons of a decision: first the reasons, later, when more important things are paid, their
/// evidence.
class ReasonList {
 public:
  ReasonList(const std::vector<Reason>& reasons, Budget& budget);
  /// The first piece of evidence of each reason, then the second of each, and so on.
  void add_evidence(Budget& budget);
  /// "primary_reason" and "reasons".
  void write(JsonWriter& out) const;
  /// Says in words what was left out.
  void note(std::vector<std::string>& cut) const;

 private:
  const std::vector<Reason>& reasons_;
  Parts written_;                ///< each reason that is kept, its evidence empty
  std::vector<Parts> evidence_;  ///< of each of them
};

/// "kept of given", in words, if something was left out.
void note_left_out(std::vector<std::string>& cut, std::string_view what, std::size_t kept,
                   std::size_t given);

/// Opens the CloudEvent and writes its attributes; "data" comes next.
void write_envelope(JsonWriter& out, const Envelope& envelope, std::string_view correlation,
                    std::string_view partition_key, std::string_view schema);
/// "policy" and "engine".
void write_policy(JsonWriter& out, const PolicyRef& policy);
/// customer_id, tier, tenant, channel, language; those that are known.
template <class T>
void write_who(JsonWriter& out, const T& value) {
  out.member_if("customer_id", value.customer_id, Limit::id);
  out.member_if("tier", value.tier, Limit::word);
  out.member_if("tenant", value.tenant, Limit::word);
  out.member_if("channel", value.channel, Limit::word);
  out.member_if("language", value.language, Limit::word);
}
/// first_signal_turn and turns_since, if there is one.
void write_first_signal(JsonWriter& out, const std::optional<std::uint32_t>& turn,
                        std::uint32_t turns);
/// The first `count` of them.
void write_words(JsonWriter& out, std::string_view name, const std::vector<std::string>& words,
                 std::size_t count);
/// "cut", if anything was: at most kCutCost bytes.
void write_cut(JsonWriter& out, const std::vector<std::string>& cut);
inline constexpr std::size_t kCutCost = 3 * 1024;

/// Ten digits, so that texts sort as numbers do.
std::string sequence_text(std::uint32_t sequence);

/// The last guard behind the arithmetic above: stops the process with the numbers.
void require_at_most(std::string_view what, std::size_t bytes, std::size_t max);

}  // namespace loopbreaker::codec
