#include "plan/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace loopbreaker::plan {
namespace {

class Calculator {
 public:
  explicit Calculator(std::string_view text) {
    for (const char c : text)
      if (c != ' ' && c != ',') text_ += c;
  }
  std::optional<double> whole() {
    const double value = sum();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return value;
  }

 private:
  bool take(std::string_view what) {
    if (text_.compare(at_, what.size(), what) != 0) return false;
    at_ += what.size();
    return true;
  }
  double sum() {
    double value = product();
    while (!failed_) {
      if (take("+"))
        value += product();
      else if (take("-"))
        value -= product();
      else
        break;
    }
    return value;
  }
  double product() {
    double value = atom();
    while (!failed_) {
      if (take("*"))
        value *= atom();
      else if (take("/"))
        value /= atom();
      else
        break;
    }
    return value;
  }
  double close(double value) {
    if (!take(")")) failed_ = true;
    return value;
  }
  double atom() {
    if (take("-")) return -atom();
    if (take("(")) return close(sum());
    // What is whole but for the rounding of the printed numbers is whole.
    if (take("ceil(")) {
      const double value = close(sum());
      return std::ceil(value - std::min(2e-6 * std::abs(value), 0.01));
    }
    if (take("exp(")) return std::exp(close(sum()));
    if (take("min(")) return two([](double a, double b) { return std::min(a, b); });
    if (take("max(")) return two([](double a, double b) { return std::max(a, b); });
    if (at_ >= text_.size() || !(text_[at_] >= '0' && text_[at_] <= '9')) {
      failed_ = true;
      return 0;
    }
    char* end = nullptr;
    const double value = std::strtod(text_.c_str() + at_, &end);
    at_ = static_cast<std::size_t>(end - text_.c_str());
    return value;
  }
  template <class F>
  double two(F f) {
    const double a = sum();
    if (!take(";")) failed_ = true;
    const double b = sum();
    return close(f(a, b));
  }

  std::string text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<double> calculate(std::string_view text) { return Calculator(text).whole(); }

}  // namespace loopbreaker::plan
