// Text that stays for long and changes rarely: eight bytes where there is none.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace loopbreaker {

/// Like std::string, in a quarter of its place: a pointer, with the sizes before the text. A
/// session has a hundred of them, many empty; a hundred thousand sessions are open. At most kMax
/// bytes; what is longer is cut.
class ThinString {
 public:
  static constexpr std::size_t kMax = UINT16_MAX;

  ThinString() = default;
  ThinString(std::string_view text) { assign(text); }  // NOLINT: as std::string from a literal
  ThinString(const char* text) : ThinString(std::string_view(text)) {}         // NOLINT
  ThinString(const std::string& text) : ThinString(std::string_view(text)) {}  // NOLINT
  ThinString(const ThinString& other) : ThinString(other.view()) {}
  ThinString(ThinString&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ThinString& operator=(const ThinString& other) {
    assign(other.view());
    return *this;
  }
  ThinString& operator=(ThinString&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~ThinString() { release(); }

  /// Keeps its memory where the text fits. REQUIRES: `text` is not a part of this one.
  void assign(std::string_view text) {
    const std::size_t size = text.size() < kMax ? text.size() : kMax;
    if (size > capacity()) {
      release();
      block_ = static_cast<Block*>(::operator new(sizeof(Block) + size));
      block_->capacity = static_cast<std::uint16_t>(size);
    }
    if (block_ == nullptr) return;
    block_->size = static_cast<std::uint16_t>(size);
    if (size > 0) std::memcpy(block_ + 1, text.data(), size);
  }
  void clear() { assign({}); }

  std::string_view view() const { return {data(), size()}; }
  operator std::string_view() const { return view(); }  // NOLINT: as std::string
  const char* data() const { return block_ ? reinterpret_cast<const char*>(block_ + 1) : ""; }
  std::size_t size() const { return block_ ? block_->size : 0; }
  bool empty() const { return size() == 0; }
  /// Bytes of memory besides its own eight.
  std::size_t bytes() const { return block_ ? sizeof(Block) + block_->capacity : 0; }

  friend bool operator==(const ThinString& a, const ThinString& b) { return a.view() == b.view(); }
  template <std::convertible_to<std::string_view> T>
  requires(!std::same_as<T, ThinString>) friend bool operator==(const ThinString& a, const T& b) {
    return a.view() == std::string_view(b);
  }
  friend std::ostream& operator<<(std::ostream& out, const ThinString& text) {
    return out << text.view();
  }

 private:
  struct Block {
    std::uint16_t size, capacity;
  };
  void release() {
    if (block_) ::operator delete(std::exchange(block_, nullptr));
  }
  std::size_t capacity() const { return block_ ? block_->capacity : 0; }

  Block* block_ = nullptr;
};

}  // namespace loopbreaker
