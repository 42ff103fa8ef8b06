// Values to bytes: everything that is published, as CloudEvents 1.0 structured JSON. Bounded for
// any input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "loopbreaker/event.h"
#include "loopbreaker/handoff.h"
#include "loopbreaker/result.h"

namespace loopbreaker::codec {

/// Upper bounds of a whole encoded event, whatever is in the value. Handoffs stay below the 64 KiB
/// that every CloudEvents intermediary must forward. Ordinary ones are far smaller: a summary has
/// about 1 KiB.
inline constexpr std::size_t kEscalationBytesMax = 32 * 1024;
inline constexpr std::size_t kHandoffBytesMax = 60 * 1024;
inline constexpr std::size_t kSummaryBytesMax = 24 * 1024;
inline constexpr std::size_t kDeadLetterBytesMax = 96 * 1024;

/// Each replaces the contents of `out`. Invalid UTF-8 becomes U+FFFD. No processing times: same
/// value, same bytes.
void encode(const EscalationEvent& event, std::string& out);
/// Cuts by priority (reasons > summary > identifiers > attempts > evidence > thread) and lists in
/// `cut` what it cut.
void encode(const Handoff& handoff, std::string& out);
void encode(const SessionSummary& summary, std::string& out);
void encode(const DeadLetter& letter, std::string& out);

/// The summary published at the end of a session, once more, changed by an event that came after
/// the end: a rating sets it, an agent joining makes the path "bot_to_human" (or "human_only").
/// Other events change only `amended`. `published`: a whole summary event as encode() wrote it.
/// Returns the whole new event with `new_id` and `sequence`.
Result<std::string> amend_summary(std::string_view published, std::string_view new_id,
                                  std::uint32_t sequence, const Event& late);

}  // namespace loopbreaker::codec
