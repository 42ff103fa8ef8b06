// Gives the embedded bytes their types.
#include "text/builtin_data.h"

#include <cstddef>

#define LOOPBREAKER_EMBEDDED(name, function)                                                  \
  extern "C" const char loopbreaker_##name##_begin[];                                         \
  extern "C" const char loopbreaker_##name##_end[];                                           \
  std::string_view loopbreaker::text::function() {                                            \
    return {loopbreaker_##name##_begin,                                                       \
            static_cast<std::size_t>(loopbreaker_##name##_end - loopbreaker_##name##_begin)}; \
  }

LOOPBREAKER_EMBEDDED(stems_tsv, builtin_stems)
LOOPBREAKER_EMBEDDED(pack_en, builtin_english_pack)
LOOPBREAKER_EMBEDDED(vectors_i8, builtin_vectors)
LOOPBREAKER_EMBEDDED(vectors_features, builtin_vector_features)
LOOPBREAKER_EMBEDDED(customer_linear, builtin_customer_model)
LOOPBREAKER_EMBEDDED(mood_slopes, builtin_mood_model)
LOOPBREAKER_EMBEDDED(bot_linear, builtin_bot_model)
LOOPBREAKER_EMBEDDED(loops, builtin_loops)
