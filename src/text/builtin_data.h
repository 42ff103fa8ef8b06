// Views of the data files that are compiled in.
#pragma once

#include <string_view>

namespace loopbreaker::text {

std::string_view builtin_stems();
std::string_view builtin_english_pack();
std::string_view builtin_customer_model();
std::string_view builtin_mood_model();
std::string_view builtin_bot_model();
std::string_view builtin_vectors();
std::string_view builtin_vector_features();
std::string_view builtin_loops();

}  // namespace loopbreaker::text
