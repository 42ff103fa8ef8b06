// Everything that reads bytes from outside, one function each: any input must come back, and what
// it says of itself must hold. Broken promises end the process, so that a fuzzer and a test both
// see them.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace loopbreaker::fuzz {

/// One record of the input topic. The first byte chooses structured or binary mode.
void event(std::string_view bytes);
/// A record of the session-state topic or of the local store: session, closed marker or progress.
void state_record(std::string_view bytes);
/// An outline, which the local store keeps beside a record.
void outline(std::string_view bytes);
/// The metadata of a committed offset.
void metadata(std::string_view bytes);
/// A policy file.
void policy(std::string_view bytes);
/// A conversation, one happening a line (see handoff.cc), up to the packet for the agent and its
/// amended summary.
void handoff(std::string_view bytes);

struct Target {
  std::string_view name;
  void (*run)(std::string_view);
};
inline constexpr Target kTargets[] = {{"event", event},     {"state_record", state_record},
                                      {"outline", outline}, {"metadata", metadata},
                                      {"policy", policy},   {"handoff", handoff}};

inline void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace loopbreaker::fuzz
