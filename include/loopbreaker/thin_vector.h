// Lists that stay for long and are mostly short: eight bytes where there is nothing in them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <utility>

namespace loopbreaker {

/// Like std::vector, in a third of its place: a pointer, with the sizes before the elements. A
/// session has twenty of them, most of them empty; a hundred thousand sessions are open.
template <class T>
class ThinVector {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  ThinVector() = default;
  ThinVector(std::initializer_list<T> elements) { append(elements.begin(), elements.end()); }
  ThinVector(const ThinVector& other) { append(other.begin(), other.end()); }
  ThinVector(ThinVector&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  ThinVector& operator=(ThinVector other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~ThinVector() {
    clear();
    release();
  }

  T* begin() { return data(); }
  T* end() { return data() + size(); }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size(); }
  auto rbegin() { return std::make_reverse_iterator(end()); }
  auto rend() { return std::make_reverse_iterator(begin()); }
  auto rbegin() const { return std::make_reverse_iterator(end()); }
  auto rend() const { return std::make_reverse_iterator(begin()); }

  T* data() { return block_ ? elements(block_) : nullptr; }
  const T* data() const { return block_ ? elements(block_) : nullptr; }
  std::size_t size() const { return block_ ? block_->size : 0; }
  std::size_t capacity() const { return block_ ? block_->capacity : 0; }
  bool empty() const { return size() == 0; }
  /// Bytes of memory besides its own eight and what the elements hold.
  std::size_t bytes() const { return block_ ? kFirst + block_->capacity * sizeof(T) : 0; }

  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return *(end() - 1); }
  const T& back() const { return *(end() - 1); }

  /// Exactly as many places, where there are fewer.
  void reserve(std::size_t places) {
    if (places > capacity()) grow(places);
  }
  template <class... From>
  T& emplace_back(From&&... from) {
    if (size() == capacity()) grow(more_places());
    T* made = std::construct_at(end(), std::forward<From>(from)...);
    ++block_->size;
    return *made;
  }
  /// REQUIRES: `element` is not in this list.
  void push_back(const T& element) { emplace_back(element); }
  void push_back(T&& element) { emplace_back(std::move(element)); }
  void pop_back() {
    --block_->size;
    std::destroy_at(end());
  }
  T* erase(T* at) {
    std::move(at + 1, end(), at);
    pop_back();
    return at;
  }
  /// Keeps its memory.
  void clear() {
    std::destroy(begin(), end());
    if (block_) block_->size = 0;
  }

  friend bool operator==(const ThinVector& a, const ThinVector& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  struct Block {
    std::uint32_t size, capacity;
  };
  static constexpr std::size_t kFirst = std::max(sizeof(Block), alignof(T));
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  static T* elements(Block* block) {
    return reinterpret_cast<T*>(reinterpret_cast<char*>(block) + kFirst);
  }
  template <class It>
  void append(It from, It to) {
    reserve(static_cast<std::size_t>(to - from));
    for (; from != to; ++from) emplace_back(*from);
  }
  /// As many as twice the memory has, which is what an allocator likes to give.
  std::size_t more_places() const {
    return std::max(capacity() + 1, (std::max<std::size_t>(2 * bytes(), 16) - kFirst) / sizeof(T));
  }
  void grow(std::size_t places) {
    auto* block = static_cast<Block*>(::operator new(kFirst + places * sizeof(T)));
    block->size = static_cast<std::uint32_t>(size());
    block->capacity = static_cast<std::uint32_t>(places);
    std::uninitialized_move(begin(), end(), elements(block));
    std::destroy(begin(), end());
    release();
    block_ = block;
  }
  void release() {
    if (block_) ::operator delete(std::exchange(block_, nullptr));
  }

  Block* block_ = nullptr;
};

}  // namespace loopbreaker
