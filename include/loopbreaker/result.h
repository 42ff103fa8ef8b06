// Expected failures as values: spelled like std::expected, which g++ 12 does not have.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace loopbreaker {

/// What the caller should do about a failure. Foreign errors are translated to one of these once, at the door.
enum class Action {
  retry,    ///< passing: the same call may succeed later
  recover,  ///< the outcome is unknown or the client is unusable: drop state, make a new client, recover
  stop,     ///< nothing this process does by itself will help; an operator must act
};

/// A failure in words for an operator: what is wrong, where, what to do.
struct Error {
  std::string message;
  Action action = Action::stop;
};

/// A value or an Error. REQUIRES: has_value() before value(), !has_value() before error().
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Ok {};
using Status = Result<Ok>;

}  // namespace loopbreaker
