// Gives the embedded bytes their types.
#include "text/builtin_data.h"

#include <cstddef>

extern "C" {
extern const char loopbreaker_stems_tsv_begin[];
extern const char loopbreaker_stems_tsv_end[];
extern const char loopbreaker_pack_en_begin[];
extern const char loopbreaker_pack_en_end[];
}

namespace loopbreaker::text {

std::string_view builtin_stems() {
  return {loopbreaker_stems_tsv_begin,
          static_cast<std::size_t>(loopbreaker_stems_tsv_end - loopbreaker_stems_tsv_begin)};
}

std::string_view builtin_english_pack() {
  return {loopbreaker_pack_en_begin,
          static_cast<std::size_t>(loopbreaker_pack_en_end - loopbreaker_pack_en_begin)};
}

}  // namespace loopbreaker::text
