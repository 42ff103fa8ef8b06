#include "plan/term.h"

#include <algorithm>
#include <cmath>

#include "plan/quantity.h"

namespace loopbreaker::plan {

Term::Term(double value) : value_(value), text_(format_number(value)) {}

Term::Term(double value, std::string name)
    : value_(value), text_(format_number(value)), uses_{std::move(name)} {}

std::string Term::inside(Kind at_least) const {
  return kind_ < at_least ? "(" + text_ + ")" : text_;
}

Term Term::join(const Term& a, const Term& b) {
  Term out;
  out.uses_ = a.uses_;
  for (const std::string& name : b.uses_)
    if (std::ranges::find(out.uses_, name) == out.uses_.end()) out.uses_.push_back(name);
  return out;
}

Term operator+(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = a.value_ + b.value_;
  out.text_ = a.text_ + " + " + b.text_;
  out.kind_ = Term::Kind::sum;
  return out;
}

Term operator-(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = a.value_ - b.value_;
  out.text_ = a.text_ + " - " + b.inside(Term::Kind::product);
  out.kind_ = Term::Kind::sum;
  return out;
}

Term operator*(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = a.value_ * b.value_;
  out.text_ = a.inside(Term::Kind::product) + " * " + b.inside(Term::Kind::product);
  out.kind_ = Term::Kind::product;
  return out;
}

Term operator/(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = a.value_ / b.value_;
  out.text_ = a.inside(Term::Kind::product) + " / " + b.inside(Term::Kind::atom);
  out.kind_ = Term::Kind::product;
  return out;
}

Term ceil(const Term& a) {
  Term out = a;
  // A quotient that is whole but for the last bits of a double is whole.
  out.value_ = std::ceil(a.value_ - 1e-9 * std::abs(a.value_));
  out.text_ = "ceil(" + a.text_ + ")";
  out.kind_ = Term::Kind::atom;
  return out;
}

Term min(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = std::min(a.value_, b.value_);
  out.text_ = "min(" + a.text_ + "; " + b.text_ + ")";
  return out;
}

Term max(const Term& a, const Term& b) {
  Term out = Term::join(a, b);
  out.value_ = std::max(a.value_, b.value_);
  out.text_ = "max(" + a.text_ + "; " + b.text_ + ")";
  return out;
}

}  // namespace loopbreaker::plan
