// English for the plain parts of a packet: numbers of times, durations, quotations, sentences that
// end once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loopbreaker/analysis.h"
#include "loopbreaker/mood.h"
#include "loopbreaker/types.h"

namespace loopbreaker::core {

/// "once", "twice", "3 times".
std::string times_text(std::uint32_t n);
/// "1 message", "3 messages".
std::string counted(std::uint32_t n, std::string_view one, std::string_view many);
/// "a few seconds", "45 seconds", "2 minutes", "1 hour", "3 days".
std::string spoken(DurationMs);
/// “text”, plain tokens, one line, at most `max` bytes of it.
std::string quoted(std::string_view redacted, std::size_t max);
/// Ends in exactly one of . ! ? …, also inside a closing quotation mark; empty stays empty.
std::string sentence(std::string text);
/// First letter upper case.
std::string capital(std::string text);
/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& parts);
/// Sentences with a space between, without the empty ones.
std::string joined(const std::vector<std::string>& sentences);

/// "order number", "e-mail address", …
std::string_view spoken_name(IdentifierKind);
/// "a cancellation", "a disputed bill", …
std::string_view spoken_name(Category);
/// A sign of annoyance: "its tone is impatient", …; the same for features that an operator would
/// not tell apart.
std::string_view spoken_name(Mood);

}  // namespace loopbreaker::core
