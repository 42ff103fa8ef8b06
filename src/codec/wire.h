// Integers and texts as bytes, as in LevelDB: the primitives of the binary records.
//
//   varint   := 7 bits per byte, low first, high bit = more follow; at most 10 bytes
//   zigzag   := varint of (n << 1) ^ (n >> 63)
//   fixed64  := 8 bytes, little endian
//   time     := varint of zigzag(ms) + 1 modulo 2^64, so that kNoTime is one byte, 0
//   bytes    := varint length, then so many bytes
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::codec {

static_assert(std::endian::native == std::endian::little,
              "records are written as they stand in memory");

constexpr std::uint64_t zigzag(std::int64_t n) {
  return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t n) {
  return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
}

class WireWriter {
 public:
  explicit WireWriter(std::string& out) : out_(out) {}

  void varint(std::uint64_t n) {
    char bytes[10];
    std::size_t size = 0;
    while (n >= 0x80) {
      bytes[size++] = static_cast<char>(n | 0x80);
      n >>= 7;
    }
    bytes[size++] = static_cast<char>(n);
    out_.append(bytes, size);
  }
  void zigzag(std::int64_t n) { varint(codec::zigzag(n)); }
  void fixed64(std::uint64_t n) {
    char bytes[8];
    std::memcpy(bytes, &n, sizeof n);
    out_.append(bytes, sizeof bytes);
  }
  void byte(std::uint8_t n) { out_.push_back(static_cast<char>(n)); }
  void time(TimeMs t) { varint(codec::zigzag(t.ms) + 1); }
  void bytes(std::string_view text) {
    varint(text.size());
    out_.append(text);
  }

 private:
  std::string& out_;
};

/// Reads what WireWriter wrote. Once something does not fit, `ok()` stays false and everything read
/// is zero or empty: callers read on and ask once at the end.
class WireReader {
 public:
  explicit WireReader(std::string_view in) : at_(in.data()), end_(in.data() + in.size()) {}

  bool ok() const { return ok_; }
  void fail() {
    ok_ = false;
    at_ = end_;
  }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  std::string_view rest() const { return {at_, left()}; }

  std::uint64_t varint() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto next = static_cast<std::uint8_t>(*at_++);
      if (shift == 63 && next > 1) break;
      n |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if (next < 0x80) return n;
    }
    fail();
    return 0;
  }
  /// A varint that must fit the type.
  template <std::unsigned_integral T>
  T unsigned_of() {
    const std::uint64_t n = varint();
    if (n <= std::numeric_limits<T>::max()) return static_cast<T>(n);
    fail();
    return 0;
  }
  template <std::signed_integral T>
  T signed_of() {
    const std::int64_t n = unzigzag(varint());
    if (n >= std::numeric_limits<T>::min() && n <= std::numeric_limits<T>::max()) {
      return static_cast<T>(n);
    }
    fail();
    return 0;
  }
  std::uint64_t fixed64() {
    std::uint64_t n = 0;
    if (left() < sizeof n) {
      fail();
      return 0;
    }
    std::memcpy(&n, at_, sizeof n);
    at_ += sizeof n;
    return n;
  }
  std::uint8_t byte() {
    if (at_ == end_) {
      fail();
      return 0;
    }
    return static_cast<std::uint8_t>(*at_++);
  }
  TimeMs time() {
    const std::uint64_t n = varint();
    return ok_ ? TimeMs{unzigzag(n - 1)} : TimeMs{};
  }
  std::string_view bytes() {
    const std::uint64_t size = varint();
    if (size > left()) {
      fail();
      return {};
    }
    const std::string_view text(at_, size);
    at_ += size;
    return text;
  }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace loopbreaker::codec
