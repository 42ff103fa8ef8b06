// Plays a scenario: a conversation as readable text, with what must come of it between the lines.
//
//   # a comment                           set channel chat      (also tier, language, tenant,
//   customer) customer: text                        agent: text           system: text bot: text
//   bot fallback: text    bot unsure: text    bot answer faq-7: text action refund failed action
//   refund done transfer queued                       agent joins           agent leaves ended
//   completed wait 11m                              rated 2 of 5          again               (the
//   last event once more)
// Each line happens five seconds after the one before, or as it says: `customer +40s: text`; `-1m`
// is a late event.
//
//   expect nothing                        expect escalate bot_loop   (offer, watch; raised or
//   upgraded) expect withdrawn                      expect acknowledged        expect resolved
//   expect loop >= 0.5                    any number by its name in policies; also turns, late,
//   rephrases expect summary outcome solved         expect wants "where is my parcel"   (tried,
//   why, mood, …, subject, question)
// `expect nothing` and decisions are about what came since the expectation before it.
#pragma once

#include <string>
#include <vector>

namespace loopbreaker::testing {

struct Played {
  std::vector<std::string> failures;  ///< "line 7: expected …, but …"
  std::string outputs;                ///< everything published, as text, to compare runs with
};

/// `reload`: after every event the session is written to its record and read back.
Played play(const std::string& text, bool reload);

}  // namespace loopbreaker::testing
