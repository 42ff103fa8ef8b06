// Ids of outputs: the same for the same session, incarnation, number and kind, wherever they are
// made.
#include <array>

#include "loopbreaker/core.h"

namespace loopbreaker {
namespace {

void append_hex(std::string& out, std::uint64_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 0xf];
}

}  // namespace

std::string make_output_id(std::string_view session_id, std::uint64_t incarnation,
                           std::uint32_t output, std::string_view kind) {
  std::string key;
  key.reserve(session_id.size() + kind.size() + 32);
  // The length before the session id keeps ("a", "bc") and ("ab", "c") apart.
  append_hex(key, session_id.size());
  key += session_id;
  append_hex(key, incarnation);
  append_hex(key, output);
  key += kind;
  std::string id;
  id.reserve(32);
  append_hex(id, stable_hash(key));
  append_hex(id, stable_hash(key, 0x9e3779b97f4a7c15ull));
  return id;
}

}  // namespace loopbreaker
