// What is seldom there: eight bytes where it is not.
#pragma once

#include <memory>
#include <utility>

namespace loopbreaker {

/// Like std::optional, with the value, when there is one, in a place of its own.
template <class T>
class ThinOptional {
 public:
  ThinOptional() = default;
  ThinOptional(T value)
      : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: as std::optional
  ThinOptional(const ThinOptional& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  ThinOptional(ThinOptional&&) noexcept = default;
  ThinOptional& operator=(ThinOptional other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  T& emplace() {
    value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace loopbreaker
