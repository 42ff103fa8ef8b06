// A policy as text: for people, and canonical for its hash.
#pragma once

#include <string>

#include "loopbreaker/policy.h"

namespace loopbreaker::codec {

/// 16 hex digits of the SHA-256 of everything in the policy that can change what is published: not
/// comments, formatting, `doc` or tests.
std::string hash_of(const Policy&);

/// A condition on one line as TOML: `"loop >= 0.5"` or `{ all = ["loop >= 0.5", "turns >= 4"] }`.
std::string condition_to_toml(const Condition&);

}  // namespace loopbreaker::codec
