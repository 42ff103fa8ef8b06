// Arithmetic that can be checked by hand: a value that carries its own formula, and the names of
// what went into it.
#pragma once

#include <string>
#include <vector>

namespace loopbreaker::plan {

/// What a term prints and what it computes cannot differ: both come from the same operators.
class Term {
 public:
  /// A plain number, e.g. of seconds in an hour.
  Term(double value);
  /// A named quantity: an input, a figure, or an earlier line.
  Term(double value, std::string name);

  double value() const { return value_; }
  /// "250,000 / (12 + 2)"
  const std::string& text() const { return text_; }
  /// Names that it was made from, in order of appearance, each once.
  const std::vector<std::string>& uses() const { return uses_; }

  friend Term operator+(const Term& a, const Term& b);
  friend Term operator-(const Term& a, const Term& b);
  friend Term operator*(const Term& a, const Term& b);
  friend Term operator/(const Term& a, const Term& b);
  friend Term ceil(const Term& a);
  friend Term min(const Term& a, const Term& b);
  friend Term max(const Term& a, const Term& b);

 private:
  enum class Kind { sum, product, atom };
  Term() = default;
  static Term join(const Term& a, const Term& b);
  std::string inside(Kind at_least) const;

  double value_ = 0;
  std::string text_;
  Kind kind_ = Kind::atom;
  std::vector<std::string> uses_;
};

}  // namespace loopbreaker::plan
