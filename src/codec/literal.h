// Values as people write them in policies and configurations: durations, sizes, decimals, names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loopbreaker/types.h"

namespace loopbreaker::codec {

/// A whole number and a unit: "250ms", "90s", "2m", "24h", "7d"; at most 10 years.
std::optional<DurationMs> parse_duration(std::string_view);
/// What to write instead, for error messages.
inline constexpr std::string_view kDurationHint =
    "a duration is a whole number and a unit (ms, s, m, h or d), e.g. \"90s\" or \"24h\"";

/// A whole number, alone or with B, KiB, MiB or GiB.
std::optional<std::uint64_t> parse_size(std::string_view);
inline constexpr std::string_view kSizeHint =
    "a size is a whole number and a unit (B, KiB, MiB or GiB), e.g. \"64MiB\"";
/// The same size in the largest unit that is exact: "64MiB".
std::string size_literal(std::uint64_t bytes);

/// A plain decimal without exponent, times 10^digits; nothing when it has more digits than that.
std::optional<std::int64_t> parse_decimal(std::string_view, int digits);

/// "; did you mean \"x\"?" for the candidate nearest to what was written, or nothing when none is
/// near.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> candidates);

/// A TOML basic string with its quotes.
std::string quoted(std::string_view);
/// ASCII lower case.
std::string lower(std::string_view);

}  // namespace loopbreaker::codec
