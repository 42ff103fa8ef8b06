// Text that stays for long and changes rarely: eight bytes where there is none.
#pragma once

#include <atomic>
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
/// session has a hundred of them, many empty; a hundred thousand sessions are open. Copies share
/// the text until one of them is assigned another: a turn's is quoted again and again. At most
/// kMax bytes; what is longer is cut.
class ThinString {
 public:
  static constexpr std::size_t kMax = UINT16_MAX;

  ThinString() = default;
  ThinString(std::string_view text) { assign(text); }  // NOLINT: as std::string from a literal
  ThinString(const char* text) : ThinString(std::string_view(text)) {}         // NOLINT
  ThinString(const std::string& text) : ThinString(std::string_view(text)) {}  // NOLINT
  ThinString(const ThinString& other) : block_(other.block_) {
    if (block_) block_->users.fetch_add(1, std::memory_order_relaxed);
  }
  ThinString(ThinString&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ThinString& operator=(ThinString other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~ThinString() { release(); }

  /// Keeps its memory where the text fits and nobody shares it. REQUIRES: `text` is not a part of
  /// this one.
  void assign(std::string_view text) {
    const std::size_t size = text.size() < kMax ? text.size() : kMax;
    if (block_ && (size > block_->capacity || block_->users.load(std::memory_order_acquire) > 1))
      release();
    if (size == 0 && !block_) return;
    if (!block_) {
      block_ = new (::operator new(sizeof(Block) + size)) Block;
      block_->capacity = static_cast<std::uint16_t>(size);
    }
    block_->size = static_cast<std::uint16_t>(size);
    if (size > 0) std::memcpy(static_cast<void*>(block_ + 1), text.data(), size);
  }
  void clear() { assign({}); }

  std::string_view view() const { return {data(), size()}; }
  operator std::string_view() const { return view(); }  // NOLINT: as std::string
  const char* data() const { return block_ ? reinterpret_cast<const char*>(block_ + 1) : ""; }
  std::size_t size() const { return block_ ? block_->size : 0; }
  bool empty() const { return size() == 0; }
  /// Bytes of memory besides its own eight: its part of what its copies share.
  std::size_t bytes() const {
    if (!block_) return 0;
    return (sizeof(Block) + block_->capacity) / block_->users.load(std::memory_order_relaxed);
  }

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
    std::atomic<std::uint32_t> users{1};
    std::uint16_t size = 0, capacity = 0;
  };
  void release() {
    Block* block = std::exchange(block_, nullptr);
    if (block && block->users.fetch_sub(1, std::memory_order_acq_rel) == 1)
      ::operator delete(block);
  }

  Block* block_ = nullptr;
};

}  // namespace loopbreaker
