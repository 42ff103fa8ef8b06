// The parts that outputs have in common, and the handoff's lists: thread, attempts, identifiers,
// redactions.
#pragma once

#include <string>
#include <string_view>

#include "loopbreaker/core.h"

namespace loopbreaker::core {

/// Takes the session's next output number.
Envelope new_envelope(Session&, const Policy&, std::string_view kind, std::string type);
PolicyRef ref_of(const Policy&);
/// Plain tokens in the excerpt, the span moved along.
void make_plain(Evidence&);

/// Who and where, for every kind of output.
template <class Output>
void fill_identity(const Session& session, Output& out) {
  out.session_id = session.id;
  out.customer_id = plain(session.customer_id);
  out.tier = plain(session.tier);
  out.tenant = plain(session.tenant);
  out.channel = plain(session.channel);
  out.language = plain(session.language);
}

/// Lists of a handoff that come from the session alone.
void fill_packet(const Session&, Handoff&);

}  // namespace loopbreaker::core
