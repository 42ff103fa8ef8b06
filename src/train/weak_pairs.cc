#include "train/weak_pairs.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "train/chance.h"

namespace loopbreaker::train {
namespace {

constexpr std::size_t kSessionsMin = 4;    ///< an answer in fewer sessions is no template
constexpr std::uint16_t kWordsMin = 2;     ///< shorter turns are left out
constexpr std::uint16_t kWordsOfNeed = 3;  ///< shorter turns say no need by themselves
constexpr std::size_t kNear = 2;           ///< exchanges further apart in a session are not paired
constexpr std::size_t kShareMax =
    50;  ///< no answer is drawn more often than one with so many turns

struct Said {
  std::uint32_t session = 0;
  const std::string* text = nullptr;
};

using TextPair = std::pair<const std::string*, const std::string*>;

/// What the logs hold that pairs are made of.
struct Material {
  std::map<std::uint64_t, std::vector<Said>> by_answer;
  std::vector<TextPair> after_failure, answered_again, other_turn;
  std::vector<Said> openings;
};

bool asks(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \t\n\r\"')");
  return end != std::string::npos && text[end] == '?';
}

/// A customer's turn and the reply to it.
struct Exchange {
  const std::string* text = nullptr;
  std::uint64_t answer = 0;
  bool failed = false;
};

/// Pairs of turns that are close to each other in one session.
void pair_up(const std::vector<Exchange>& exchanges, Material& out) {
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    for (std::size_t j = i + 1; j < exchanges.size() && j <= i + kNear; ++j) {
      const TextPair pair{exchanges[i].text, exchanges[j].text};
      if (exchanges[i].answer == exchanges[j].answer) {
        out.answered_again.push_back(pair);
      } else if (!exchanges[i].failed) {
        out.other_turn.push_back(pair);
      } else if (j == i + 1) {
        out.after_failure.push_back(pair);
      }
    }
  }
}

Material gather(std::span<const LogSession* const> sessions, Analyzer& analyzer) {
  Material out;
  for (std::uint32_t s = 0; s < sessions.size(); ++s) {
    const auto& turns = sessions[s]->turns;
    std::vector<Exchange> exchanges;
    bool opened = false;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      if (turns[i].participant != Participant::customer) continue;
      const std::uint16_t words = analyzer.sketch(turns[i].text).words();
      if (words < kWordsMin) continue;
      const std::string* text = &turns[i].text;
      if (!opened && words >= kWordsOfNeed) {
        out.openings.push_back({s, text});
        opened = true;
      }
      if (i + 1 == turns.size() || turns[i + 1].participant != Participant::bot) continue;
      const LogTurn& reply = turns[i + 1];
      const std::uint64_t answer = analyzer.sketch(reply.text).exact();
      exchanges.push_back({text, answer, reply.failed});
      // What a bot asks back depends on its form, not on the need.
      if (words >= kWordsOfNeed && !reply.failed && !asks(reply.text))
        out.by_answer[answer].push_back({s, text});
    }
    pair_up(exchanges, out);
  }
  std::erase_if(out.by_answer, [](const auto& entry) {
    std::set<std::uint32_t> in;
    for (const Said& said : entry.second) in.insert(said.session);
    return in.size() < kSessionsMin;
  });
  return out;
}

class Drawer {
 public:
  Drawer(WeakPairs& out, std::uint64_t seed) : out_(out), chance_(seed) {}

  void draw(const Material& from, std::size_t count) {
    std::vector<const std::vector<Said>*> answers;
    std::vector<std::size_t> by_size;
    for (const auto& [answer, list] : from.by_answer) {
      by_size.insert(by_size.end(), std::min(list.size(), kShareMax), answers.size());
      answers.push_back(&list);
    }
    listed(from.after_failure, count / 4, WeakKind::after_failure);
    listed(from.answered_again, count / 4, WeakKind::answered_again);
    listed(from.other_turn, count / 2, WeakKind::other_turn);
    if (answers.size() >= 2) {
      attempts(count / 2, [&] {
        const auto& list = *answers[by_size[chance_.below(by_size.size())]];
        const Said &a = list[chance_.below(list.size())], &b = list[chance_.below(list.size())];
        return a.session != b.session && put(*a.text, *b.text, WeakKind::same_answer);
      });
      attempts(count / 4, [&] {
        const std::size_t a = by_size[chance_.below(by_size.size())];
        const std::size_t b = by_size[chance_.below(by_size.size())];
        return a != b &&
               put(*(*answers[a])[chance_.below(answers[a]->size())].text,
                   *(*answers[b])[chance_.below(answers[b]->size())].text, WeakKind::other_answer);
      });
    }
    if (from.openings.size() >= 2) {
      attempts(count / 4, [&] {
        const Said& a = from.openings[chance_.below(from.openings.size())];
        const Said& b = from.openings[chance_.below(from.openings.size())];
        return a.session != b.session && put(*a.text, *b.text, WeakKind::openings);
      });
    }
  }

  bool put(const std::string& a, const std::string& b, WeakKind kind) {
    if (a == b) return false;
    out_.pairs.push_back({number_of(a), number_of(b), kind});
    return true;
  }

 private:
  /// `count` of the list, or all of it in its order when it is no longer than that.
  void listed(const std::vector<TextPair>& list, std::size_t count, WeakKind kind) {
    const bool all = list.size() <= count;
    for (std::size_t i = 0; i < std::min(count, list.size()); ++i) {
      const TextPair& pair = list[all ? i : chance_.below(list.size())];
      put(*pair.first, *pair.second, kind);
    }
  }
  template <class Draw>
  void attempts(std::size_t count, Draw draw) {
    std::size_t made = 0;
    for (std::size_t i = 0; i < 4 * count && made < count; ++i) made += draw();
  }
  std::uint32_t number_of(const std::string& text) {
    const auto [it, fresh] = numbers_.emplace(text, out_.texts.size());
    if (fresh) out_.texts.push_back(text);
    return it->second;
  }

  WeakPairs& out_;
  Chance chance_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace

std::string_view in_words(WeakKind kind) {
  switch (kind) {
    case WeakKind::same_answer:
      return "same: got the same working answer";
    case WeakKind::after_failure:
      return "same: said again after a failure";
    case WeakKind::answered_again:
      return "same: answered the same soon after";
    case WeakKind::labelled_same:
      return "same: by label";
    case WeakKind::other_answer:
      return "other: got different answers";
    case WeakKind::other_turn:
      return "other: soon after in the same session";
    case WeakKind::openings:
      return "other: openings of two sessions";
    case WeakKind::labelled_other:
      return "other: by label";
  }
  return "";
}

WeakPairs draw_weak_pairs(std::span<const LogSession* const> sessions,
                          std::span<const PairLabel> labels, Analyzer& analyzer, std::size_t count,
                          std::uint64_t seed) {
  WeakPairs out;
  Drawer drawer(out, seed);
  drawer.draw(gather(sessions, analyzer), count);
  std::unordered_map<std::string_view, const LogSession*> by_id;
  for (const LogSession* s : sessions) by_id.emplace(s->id, s);
  for (const PairLabel& label : labels) {
    const auto it = by_id.find(label.session_id);
    if (it == by_id.end()) continue;
    const std::string *first = nullptr, *second = nullptr;
    for (const LogTurn& turn : it->second->turns) {
      if (turn.event_id == label.first_event) first = &turn.text;
      if (turn.event_id == label.second_event) second = &turn.text;
    }
    if (first && second)
      drawer.put(*first, *second, label.same ? WeakKind::labelled_same : WeakKind::labelled_other);
  }
  return out;
}

std::vector<FrequentAnswer> frequent_answers(std::span<const LogSession* const> sessions,
                                             Analyzer& analyzer) {
  struct Count {
    FrequentAnswer answer;
    const LogSession* last = nullptr;
  };
  std::map<std::uint64_t, Count> counts;
  for (const LogSession* session : sessions) {
    for (const LogTurn& turn : session->turns) {
      if (turn.participant != Participant::bot || turn.text.empty()) continue;
      Count& c = counts[analyzer.sketch(turn.text).exact()];
      if (c.answer.times == 0) c.answer.text = turn.text;
      ++c.answer.times;
      c.answer.failed += turn.failed;
      c.answer.sessions += c.last != session;
      c.last = session;
    }
  }
  std::vector<FrequentAnswer> out;
  for (auto& [hash, count] : counts)
    if (count.answer.sessions >= kSessionsMin) out.push_back(std::move(count.answer));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.sessions != b.sessions ? a.sessions > b.sessions : a.text < b.text;
  });
  return out;
}

}  // namespace loopbreaker::train
